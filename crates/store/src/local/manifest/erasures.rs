//! Erasures: what was asked for, how far it is, and what came of it.
//!
//! The ids of a person stand in a row only until every holder is done. Then keyed hashes of them
//! go into `erased`, the file is packed, and its log cut, so that no page holds the texts.

use std::sync::Arc;

use event::{TenantId, Timestamp};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::{Manifest, failed, load::unsigned};
use crate::{
    IdHash, OpenError,
    erasure::{ErasureState, How, OpenErasure, Receipt, Touched},
};

/// What the commit that hides a person changes beside the files.
#[derive(Clone, Debug)]
pub(crate) struct Erasing {
    /// Number of the erasure.
    pub(crate) number: u64,
    /// Whose person.
    pub(crate) tenant: Arc<str>,
    /// All ids of the person.
    pub(crate) ids: Vec<String>,
    /// Whom the first times belong to from now on; None when they go.
    pub(crate) replacement: Option<String>,
    /// Events below it, in lane 0, are erased.
    pub(crate) position: u64,
    /// What was found in files.
    pub(crate) touched: Touched,
}

const COLUMNS: &str = "number, tenant, how, state, requested_at, finished_at, ids, position,
    id_count, files, events, mentions, links, properties, first_seen, journal, quarantine";

/// Takes the ids out of all tables and notes that nothing tells of the person any more.
pub(super) fn hide(step: &Transaction<'_>, erasing: &Erasing) -> rusqlite::Result<()> {
    let Erasing { number, tenant, touched, .. } = erasing;
    let (tenant, ids) = (&**tenant, json_list(&erasing.ids));
    let each = "(SELECT value FROM json_each(?2))";
    let links = step.execute(
        &format!("DELETE FROM links WHERE tenant = ?1 AND (a IN {each} OR b IN {each})"),
        params![tenant, ids],
    )?;
    let properties = step.execute(
        &format!("DELETE FROM traits WHERE tenant = ?1 AND id IN {each}"),
        params![tenant, ids],
    )?;
    if let Some(other) = &erasing.replacement {
        let sql = format!(
            "INSERT INTO first_seen SELECT tenant, ?3, event_type, min(at) FROM first_seen
             WHERE tenant = ?1 AND distinct_id IN {each} GROUP BY event_type"
        );
        step.execute(&sql, params![tenant, ids, other])?;
    }
    let first_seen = step.execute(
        &format!("DELETE FROM first_seen WHERE tenant = ?1 AND distinct_id IN {each}"),
        params![tenant, ids],
    )?;
    step.execute(
        "UPDATE erasures SET state = ?2, ids = ?3, position = ?4, id_count = ?5, files = ?6,
         events = ?7, mentions = ?8, links = ?9, properties = ?10, first_seen = ?11
         WHERE number = ?1",
        params![
            *number as i64,
            ErasureState::Hidden as u8,
            ids,
            erasing.position as i64,
            touched.ids as i64,
            touched.files as i64,
            touched.events as i64,
            touched.mentions as i64,
            links as i64,
            properties as i64,
            first_seen as i64,
        ],
    )
    .map(drop)
}

impl Manifest {
    /// Notes an erasure that was asked for.
    pub(crate) fn request_erasure(
        &mut self,
        tenant: &TenantId,
        distinct_id: &str,
        how: How,
        now: Timestamp,
    ) -> Result<Receipt, OpenError> {
        let ids = json_list(&[distinct_id.to_owned()]);
        self.db
            .execute(
                "INSERT INTO erasures VALUES
                 (NULL, ?1, ?2, 0, ?3, NULL, ?4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
                params![tenant.as_str(), how as u8, now.0, ids],
            )
            .map_err(failed)?;
        Ok(Receipt {
            number: self.db.last_insert_rowid() as u64,
            tenant: tenant.clone(),
            how,
            state: ErasureState::Pending,
            requested_at: now,
            finished_at: None,
            touched: Touched::default(),
        })
    }

    /// Erasures that are not done, oldest first.
    pub(crate) fn open_erasures(&self) -> Result<Vec<OpenErasure>, OpenError> {
        let sql = format!("SELECT {COLUMNS} FROM erasures WHERE state < 2 ORDER BY number");
        let found = self.rows(&sql, |row| Ok((receipt(row)?, row.get(6)?, unsigned(row, 7)?)))?;
        let open = |(receipt, ids, position): (Receipt, Option<String>, u64)| {
            let ids = ids.map_or(Ok(Vec::new()), |ids| self.ids_of(&ids))?;
            Ok(OpenErasure { receipt, ids, position })
        };
        found.into_iter().map(open).collect()
    }

    fn ids_of(&self, list: &str) -> Result<Vec<String>, OpenError> {
        let mut all = self.db.prepare("SELECT value FROM json_each(?1)").map_err(failed)?;
        let rows = all.query_map([list], |row| row.get(0)).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    /// Receipts of a tenant, newest first.
    pub(crate) fn receipts(
        &self,
        tenant: &TenantId,
        number: Option<u64>,
        count: usize,
    ) -> Result<Vec<Receipt>, OpenError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM erasures WHERE tenant = ?1 AND (?2 IS NULL OR number = ?2)
             ORDER BY number DESC LIMIT ?3"
        );
        let mut all = self.db.prepare(&sql).map_err(failed)?;
        let number = number.map(|number| number as i64);
        let of = params![tenant.as_str(), number, count as i64];
        let rows = all.query_map(of, receipt).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    /// Notes what the journal and the quarantine held.
    pub(crate) fn note_erasure(
        &mut self,
        number: u64,
        journal: Option<u64>,
        quarantine: u64,
    ) -> Result<(), OpenError> {
        // Looking again and again at one that has to wait writes nothing.
        let sql = "UPDATE erasures SET journal = max(journal, coalesce(?2, 0)), quarantine = ?3
                   WHERE number = ?1 AND (journal < ?2 OR quarantine <> ?3)";
        let of = params![number as i64, journal.map(|n| n as i64), quarantine as i64];
        self.db.execute(sql, of).map(drop).map_err(failed)
    }

    /// Puts hashes in the place of the ids of an erasure, and takes what is left of the texts
    /// out of the files of the manifest.
    pub(crate) fn forget_ids(
        &mut self,
        open: &OpenErasure,
        hashes: &[IdHash],
    ) -> Result<(), OpenError> {
        let step = self.db.transaction().map_err(failed)?;
        for hash in hashes {
            let (tenant, hash) = (open.receipt.tenant.as_str(), &hash.0.to_be_bytes()[..]);
            let sql = "INSERT OR REPLACE INTO erased VALUES (?1, ?2, ?3)";
            step.execute(sql, params![tenant, hash, open.position as i64]).map_err(failed)?;
        }
        let sql = "UPDATE erasures SET ids = NULL WHERE number = ?1";
        step.execute(sql, [open.receipt.number as i64]).map_err(failed)?;
        step.commit().map_err(failed)?;
        // Pages that were free before deleting overwrote them may hold texts, too.
        self.db.execute_batch("VACUUM").map_err(failed)?;
        let busy: i64 = self
            .db
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(failed)?;
        match busy {
            0 => Ok(()),
            _ => Err(OpenError::Manifest("somebody else reads it, its log cannot be cut".into())),
        }
    }

    /// Notes that an erasure is done.
    pub(crate) fn end_erasure(&mut self, number: u64, now: Timestamp) -> Result<(), OpenError> {
        let sql = "UPDATE erasures SET state = 2, finished_at = ?2 WHERE number = ?1";
        self.db.execute(sql, params![number as i64, now.0]).map(drop).map_err(failed)
    }

    /// Up to which position events of an id were erased.
    pub(crate) fn erased(&self, tenant: &TenantId, hash: IdHash) -> Result<Option<u64>, OpenError> {
        let sql = "SELECT position FROM erased WHERE tenant = ?1 AND hash = ?2";
        let of = params![tenant.as_str(), &hash.0.to_be_bytes()[..]];
        self.db.query_row(sql, of, |row| unsigned(row, 0)).optional().map_err(failed)
    }
}

fn receipt(row: &Row<'_>) -> rusqlite::Result<Receipt> {
    let bad = |column: usize| {
        move || rusqlite::Error::InvalidColumnType(column, "erasures".into(), row_type())
    };
    let (how, state): (u8, u8) = (row.get(2)?, row.get(3)?);
    Ok(Receipt {
        number: unsigned(row, 0)?,
        tenant: TenantId::new(&row.get::<_, String>(1)?).ok_or_else(bad(1))?,
        how: How::ALL.get(usize::from(how)).copied().ok_or_else(bad(2))?,
        state: ErasureState::ALL.get(usize::from(state)).copied().ok_or_else(bad(3))?,
        requested_at: Timestamp(row.get(4)?),
        finished_at: row.get::<_, Option<i64>>(5)?.map(Timestamp),
        touched: Touched {
            ids: unsigned(row, 8)?,
            files: unsigned(row, 9)?,
            events: unsigned(row, 10)?,
            mentions: unsigned(row, 11)?,
            links: unsigned(row, 12)?,
            properties: unsigned(row, 13)?,
            first_seen: unsigned(row, 14)?,
            journal: unsigned(row, 15)?,
            rejected: 0,
            quarantine: unsigned(row, 16)?,
        },
    })
}

fn row_type() -> rusqlite::types::Type {
    rusqlite::types::Type::Integer
}

/// Texts as a JSON list, which SQLite can read.
fn json_list(texts: &[String]) -> String {
    let mut list = String::from("[");
    for text in texts {
        if list.len() > 1 {
            list.push(',');
        }
        list.push('"');
        for c in text.chars() {
            match c {
                '"' | '\\' => list.extend(['\\', c]),
                '\0'..='\u{1f}' => list.push_str(&format!("\\u{:04x}", c as u32)),
                _ => list.push(c),
            }
        }
        list.push('"');
    }
    list.push(']');
    list
}
