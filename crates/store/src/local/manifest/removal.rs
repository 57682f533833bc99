//! What is kept of events that are removed, in the transaction that removes them.

use std::sync::Arc;

use event::Timestamp;
use rusqlite::{Transaction, params};

use super::{GENERATION, Manifest, failed};
use crate::OpenError;

/// When a distinct id first sent an event of a type, of events that are removed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FirstSeen {
    /// The distinct id.
    pub(crate) distinct_id: Box<str>,
    /// The event type.
    pub(crate) event_type: Box<str>,
    /// When, ms.
    pub(crate) at: i64,
}

/// Events of a tenant go.
#[derive(Clone, Debug)]
pub(crate) struct Removal {
    /// Whose.
    pub(crate) tenant: Arc<str>,
    /// All before this moment go.
    pub(crate) horizon: Timestamp,
    /// Their first times.
    pub(crate) first_seen: Vec<FirstSeen>,
}

impl Removal {
    /// Adds to what is known: the earliest first time and the latest horizon stay.
    pub(super) fn write(&self, step: &Transaction<'_>) -> rusqlite::Result<()> {
        let sql = "INSERT INTO horizons VALUES (?1, ?2) ON CONFLICT (tenant) DO UPDATE SET
                   at = max(at, excluded.at)";
        step.execute(sql, params![&*self.tenant, self.horizon.0])?;
        let mut insert = step.prepare(
            "INSERT INTO first_seen VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET at = min(at, excluded.at)",
        )?;
        for first in &self.first_seen {
            let FirstSeen { distinct_id, event_type, at } = first;
            insert.execute(params![&*self.tenant, distinct_id, event_type, at])?;
        }
        Ok(())
    }
}

/// Rows of a tenant that go for good: the books go on counting them as stored, so these are
/// counted too.
pub(super) fn count(step: &Transaction<'_>, tenant: &str, rows: u64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO removed VALUES (?1, ?2)
               ON CONFLICT (tenant) DO UPDATE SET rows = rows + excluded.rows";
    step.execute(sql, params![tenant, rows as i64]).map(drop)
}

/// Whatever was begun in an earlier generation is refused from now on.
pub(super) fn begin_generation(step: &Transaction<'_>, next: u64) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO meta VALUES (?1, ?2)";
    step.execute(sql, params![GENERATION, &next.to_le_bytes()[..]]).map(drop)
}

/// Forgets a tenant but for its books and receipts.
pub(super) fn forget(step: &Transaction<'_>, tenant: &str) -> rusqlite::Result<()> {
    step.execute("DELETE FROM first_seen WHERE tenant = ?1", [tenant])?;
    step.execute("DELETE FROM horizons WHERE tenant = ?1", [tenant])?;
    step.execute("DELETE FROM links WHERE tenant = ?1", [tenant])?;
    step.execute("DELETE FROM traits WHERE tenant = ?1", [tenant]).map(drop)
}

impl Manifest {
    /// First times of events of a tenant that were removed, by distinct id and event type.
    pub(crate) fn first_seen(&self, tenant: &str) -> Result<Vec<FirstSeen>, OpenError> {
        let sql = "SELECT distinct_id, event_type, at FROM first_seen WHERE tenant = ?1
                   ORDER BY distinct_id, event_type";
        let mut statement = self.db.prepare(sql).map_err(failed)?;
        let rows = statement.query_map([tenant], |row| {
            Ok(FirstSeen { distinct_id: row.get(0)?, event_type: row.get(1)?, at: row.get(2)? })
        });
        rows.map_err(failed)?.collect::<Result<_, _>>().map_err(failed)
    }
}
