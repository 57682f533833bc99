//! How much of each tenant is kept.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::RejectedConfig;

/// Entries and bytes per tenant.
#[derive(Debug, Default)]
pub(super) struct Bounds(HashMap<String, Held>);

#[derive(Clone, Copy, Debug, Default)]
struct Held {
    entries: u64,
    bytes: u64,
}

/// Bytes of an entry, as [`super::Note::bytes`] counts them.
const BYTES: &str = "coalesce(length(CAST(payload AS BLOB)), 0)
    + coalesce(length(CAST(actor AS BLOB)), 0)";

/// So many of the oldest entries go at once.
const STEP: i64 = 64;

impl Bounds {
    /// Counts what is there.
    pub(super) fn load(connection: &Connection) -> rusqlite::Result<Self> {
        let sql = format!("SELECT tenant, count(*), sum({BYTES}) FROM rejected GROUP BY tenant");
        let mut query = connection.prepare(&sql)?;
        let rows = query.query_map([], |row| {
            let (entries, bytes): (i64, i64) = (row.get(1)?, row.get(2)?);
            Ok((row.get(0)?, Held { entries: entries as u64, bytes: bytes as u64 }))
        })?;
        rows.collect::<Result<_, _>>().map(Self)
    }

    /// Counts one more.
    pub(super) fn add(&mut self, tenant: &str, bytes: usize) {
        let held = match self.0.get_mut(tenant) {
            Some(held) => held,
            None => self.0.entry(tenant.to_owned()).or_default(),
        };
        held.entries += 1;
        held.bytes += bytes as u64;
    }

    /// Entries of a tenant.
    pub(super) fn entries(&self, tenant: &str) -> u64 {
        self.0.get(tenant).map_or(0, |held| held.entries)
    }

    /// Deletes the oldest entries of every tenant that has too many.
    pub(super) fn trim(
        &mut self,
        connection: &Connection,
        config: RejectedConfig,
    ) -> rusqlite::Result<()> {
        for (tenant, held) in &mut self.0 {
            while held.entries > config.entries_max || held.bytes > config.bytes_max {
                let gone = oldest(connection, tenant)?;
                if gone.entries == 0 {
                    break;
                }
                held.entries = held.entries.saturating_sub(gone.entries);
                held.bytes = held.bytes.saturating_sub(gone.bytes);
            }
        }
        Ok(())
    }
}

/// Deletes some of the oldest entries of a tenant; what they held.
fn oldest(connection: &Connection, tenant: &str) -> rusqlite::Result<Held> {
    let sql = format!(
        "DELETE FROM rejected WHERE number IN
         (SELECT number FROM rejected WHERE tenant = ?1 ORDER BY number LIMIT ?2)
         RETURNING {BYTES}"
    );
    let mut delete = connection.prepare_cached(&sql)?;
    let bytes = delete.query_map(params![tenant, STEP], |row| row.get::<_, i64>(0))?;
    bytes.into_iter().try_fold(Held::default(), |gone, bytes| {
        Ok(Held { entries: gone.entries + 1, bytes: gone.bytes + bytes? as u64 })
    })
}
