//! What is kept of events that are removed, in the transaction that removes them.

use std::sync::Arc;

use event::Timestamp;
use rusqlite::{Transaction, params};

use super::{GENERATION, Manifest, Secret, failed};
use crate::{
    OpenError,
    local::first_times::{AllFirstTimes, FirstTimes},
};

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
    /// All before this moment do not count from now on.
    pub(crate) horizon: Timestamp,
    /// How many go with this change.
    pub(crate) rows: u64,
    /// Their first times.
    pub(crate) first_seen: Vec<FirstSeen>,
}

impl Removal {
    /// Adds to what is known: the earliest first time and the latest horizon stay.
    pub(super) fn write(&self, step: &Transaction<'_>) -> rusqlite::Result<()> {
        let sql = "INSERT INTO horizons VALUES (?1, ?2, ?3) ON CONFLICT (tenant) DO UPDATE SET
                   at = max(at, excluded.at), removed = removed + excluded.removed";
        step.execute(sql, params![&*self.tenant, self.horizon.0, self.rows as i64])?;
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

    /// First times of all tenants by the keys of their ids.
    pub(crate) fn first_times(
        &self,
        secret: &Secret,
        key_bits: u32,
    ) -> Result<AllFirstTimes, OpenError> {
        let sql = "SELECT tenant, distinct_id, event_type, at FROM first_seen ORDER BY tenant";
        let mut statement = self.db.prepare(sql).map_err(failed)?;
        let rows = statement.query_map([], |row| {
            let tenant: String = row.get(0)?;
            let key = secret.persons(&tenant, key_bits).key(row.get_ref(1)?.as_str()?);
            Ok((tenant, (key, row.get::<_, Box<str>>(2)?, row.get::<_, i64>(3)?)))
        });
        let mut all = AllFirstTimes::new();
        let (mut tenant, mut of_tenant) = (String::new(), Vec::new());
        for row in rows.map_err(failed)? {
            let (of, first) = row.map_err(failed)?;
            if of != tenant {
                gather(&mut all, &tenant, &of_tenant);
                of_tenant.clear();
                tenant = of;
            }
            of_tenant.push(first);
        }
        gather(&mut all, &tenant, &of_tenant);
        Ok(all)
    }
}

fn gather(all: &mut AllFirstTimes, tenant: &str, first: &[(u64, Box<str>, i64)]) {
    if !first.is_empty() {
        let rows = first.iter().map(|(key, event_type, at)| (*key, &**event_type, *at));
        all.insert(tenant.into(), Arc::new(FirstTimes::default().with(rows)));
    }
}
