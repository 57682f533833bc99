//! The same rows for the peers: tab-separated text under zstd, which both of them read.
//!
//! No text here holds a tab, a quote's escape or a line break, so nothing is escaped; `\N` is null.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use event::EventId;

use super::row::{IDENTIFY, Row};

/// The columns, in order.
pub(super) const COLUMNS: &[&str] = &[
    "person_key",
    "person_id",
    "session_id",
    "ts",
    "received_at",
    "id",
    "event_type",
    "country",
    "browser",
    "device",
    "page_path",
    "properties",
    "button",
    "amount",
];
const LEVEL: i32 = 1;

/// A table being written.
pub(super) struct Table {
    out: BufWriter<zstd::Encoder<'static, File>>,
    rows: u64,
    texts: [String; 4],
}

impl Table {
    pub(super) fn new(path: &Path) -> anyhow::Result<Self> {
        let out = zstd::Encoder::new(File::create(path)?, LEVEL)?;
        Ok(Self { out: BufWriter::new(out), rows: 0, texts: Default::default() })
    }

    /// Writes a row; what only links ids is left out, since the peers know the person.
    pub(super) fn push(&mut self, row: &Row) -> anyhow::Result<()> {
        if row.kind == IDENTIFY {
            return Ok(());
        }
        let [person, session, page, properties] = &mut self.texts;
        row.user(person);
        row.session(session);
        row.page_path(page);
        row.properties(properties);
        let button = row.button().unwrap_or("\\N");
        let amount = row.amount().map(|cents| format!("{}.{:02}", cents / 100, cents % 100));
        writeln!(
            self.out,
            "{}\t{person}\t{session}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{page}\t{properties}\t{button}\t{}",
            row.person_key(),
            row.at,
            row.arrival,
            EventId::from_u128(row.id),
            row.event_type(),
            row.country(),
            row.browser(),
            row.device(),
            amount.as_deref().unwrap_or("\\N"),
        )?;
        self.rows += 1;
        Ok(())
    }

    /// The number of rows written.
    pub(super) fn finish(self) -> anyhow::Result<u64> {
        let encoder = self.out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        encoder.finish()?.sync_all()?;
        Ok(self.rows)
    }
}
