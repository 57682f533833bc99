//! The rejected-events log: the newest refused events of each tenant with their reasons, so that
//! somebody can see what is wrong and send them again after a fix.
//!
//! It is a help, not a record of the books: entries wait in memory for a moment ([`RejectedLog::note`])
//! and are written together ([`RejectedLog::settle`]), so a crash may lose the last ones; their counts
//! are in the journal. Everything is bounded, the oldest go first. An event refused for want of
//! consent is counted here without its payload.

mod bounds;
mod entry;
mod mentions;

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use event::{TenantId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

pub use entry::{Entry, Listing, Note};

use crate::OpenError;
use bounds::Bounds;

/// Bounds of the log.
#[derive(Clone, Copy, Debug)]
pub struct RejectedConfig {
    /// Entries kept per tenant.
    pub entries_max: u64,
    /// Bytes of payloads kept per tenant.
    pub bytes_max: u64,
    /// Entries that may wait to be written; further ones are only counted.
    pub waiting_max: usize,
    /// Bytes of payloads that may wait; a payload beyond them is left out.
    pub waiting_bytes_max: usize,
}

impl Default for RejectedConfig {
    fn default() -> Self {
        Self {
            entries_max: 10_000,
            bytes_max: 64 << 20,
            waiting_max: 4_096,
            waiting_bytes_max: 16 << 20,
        }
    }
}

/// Version 1.
const FIRST: &str = "
    CREATE TABLE IF NOT EXISTS rejected (
        number      INTEGER PRIMARY KEY AUTOINCREMENT,
        tenant      TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        dialect     INTEGER NOT NULL,
        code        TEXT NOT NULL,
        field       TEXT,
        message     TEXT NOT NULL,
        payload     TEXT,
        is_cut      INTEGER NOT NULL,
        replayed_at INTEGER
    ) STRICT;
    CREATE INDEX IF NOT EXISTS rejected_by_tenant ON rejected (tenant, number);
    CREATE TABLE IF NOT EXISTS erased (number INTEGER PRIMARY KEY, entries INTEGER NOT NULL) STRICT;
    PRAGMA user_version = 1;
";
/// By which a file of each version becomes one of the next, from none on.
const STEPS: [&str; 2] = [
    FIRST,
    "
    ALTER TABLE rejected ADD COLUMN actor TEXT;
    PRAGMA user_version = 2;
",
];

/// The log.
#[derive(Debug)]
pub struct RejectedLog {
    waiting: Mutex<Waiting>,
    db: Mutex<Db>,
    config: RejectedConfig,
}

#[derive(Debug, Default)]
struct Waiting {
    notes: Vec<Note>,
    bytes: usize,
    unlogged: u64,
}

#[derive(Debug)]
struct Db {
    connection: Connection,
    bounds: Bounds,
}

impl RejectedLog {
    /// Opens the log at `path`; makes it when there is none.
    pub fn open(path: &Path, config: RejectedConfig) -> Result<Self, OpenError> {
        let mut connection = Connection::open(path).map_err(failed)?;
        let version: u32 = connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(failed)?;
        let (version, newest) = (version as usize, STEPS.len());
        if version > newest {
            let problem = format!("has version {version}, this program reads up to {newest}");
            return Err(OpenError::Rejected(problem));
        }
        for (pragma, value) in [("journal_mode", "wal"), ("synchronous", "normal")] {
            connection.pragma_update(None, pragma, value).map_err(failed)?;
        }
        connection.pragma_update(None, "secure_delete", true).map_err(failed)?;
        for step in &STEPS[version..] {
            let change = connection.transaction().map_err(failed)?;
            change.execute_batch(step).map_err(failed)?;
            change.commit().map_err(failed)?;
        }
        let bounds = Bounds::load(&connection).map_err(failed)?;
        let db = Mutex::new(Db { connection, bounds });
        Ok(Self { waiting: Mutex::default(), db, config })
    }

    /// Notes a refused event; never blocks on the disk. Whether somebody should call
    /// [`Self::settle`] soon.
    pub fn note(&self, mut note: Note) -> bool {
        let mut waiting = self.waiting();
        if waiting.notes.len() < self.config.waiting_max {
            let bytes = note.bytes();
            if waiting.bytes + bytes > self.config.waiting_bytes_max {
                (note.payload, note.actor) = (None, None);
            } else {
                waiting.bytes += bytes;
            }
            waiting.notes.push(note);
        } else {
            waiting.unlogged += 1;
        }
        waiting.notes.len() == 1
    }

    /// Refused events that were not logged, as too many came at once, since the start.
    pub fn unlogged(&self) -> u64 {
        self.waiting().unlogged
    }

    /// Writes what waits, and lets go what is beyond the bounds.
    pub fn settle(&self) -> Result<(), OpenError> {
        self.settled().map(drop)
    }

    /// The newest entries of a tenant.
    pub fn list(&self, tenant: &TenantId, listing: &Listing) -> Result<Vec<Entry>, OpenError> {
        let db = self.settled()?;
        let mut query = db.connection.prepare_cached(entry::LIST).map_err(failed)?;
        let of = params![
            tenant.as_str(),
            listing.before.map_or(i64::MAX, |number| number as i64),
            listing.code,
            listing.unplayed,
            listing.count as i64,
        ];
        let rows = query.query_map(of, entry::of_row).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    /// One entry of a tenant.
    pub fn entry(&self, tenant: &TenantId, number: u64) -> Result<Option<Entry>, OpenError> {
        let db = self.settled()?;
        let mut query = db.connection.prepare_cached(entry::ONE).map_err(failed)?;
        let of = params![tenant.as_str(), number as i64];
        query.query_row(of, entry::of_row).optional().map_err(failed)
    }

    /// How many entries a tenant has.
    pub fn count(&self, tenant: &TenantId) -> Result<u64, OpenError> {
        Ok(self.settled()?.bounds.entries(tenant.as_str()))
    }

    /// Notes that an entry was sent again and taken.
    pub fn replayed(&self, tenant: &TenantId, number: u64, at: Timestamp) -> Result<(), OpenError> {
        let db = self.settled()?;
        let sql = "UPDATE rejected SET replayed_at = ?3 WHERE tenant = ?1 AND number = ?2";
        let of = params![tenant.as_str(), number as i64, at.0];
        db.connection.execute(sql, of).map_err(failed).map(drop)
    }

    /// Removes every entry of a tenant that names one of the ids, physically; how many there were,
    /// this erasure's earlier attempts included.
    pub fn erase(&self, erasure: u64, tenant: &TenantId, ids: &[String]) -> Result<u64, OpenError> {
        let mut db = self.settled()?;
        let named = db.naming(tenant, ids).map_err(failed)?;
        db.remove(erasure, &named).map_err(failed)?;
        db.bounds = Bounds::load(&db.connection).map_err(failed)?;
        db.erased(erasure).map_err(failed)
    }

    /// How many entries an erasure removed.
    pub fn erased(&self, erasure: u64) -> Result<u64, OpenError> {
        self.db().erased(erasure).map_err(failed)
    }

    /// Removes all entries of a tenant.
    pub fn remove_tenant(&self, tenant: &TenantId) -> Result<(), OpenError> {
        let mut db = self.settled()?;
        let sql = "DELETE FROM rejected WHERE tenant = ?1";
        db.connection.execute(sql, [tenant.as_str()]).map_err(failed)?;
        db.bounds = Bounds::load(&db.connection).map_err(failed)?;
        db.pack().map_err(failed)
    }

    /// The database, with all that waited in it.
    fn settled(&self) -> Result<MutexGuard<'_, Db>, OpenError> {
        // The database is locked first, so that notes are written in the order they came.
        let mut db = self.db();
        let notes = {
            let mut waiting = self.waiting();
            waiting.bytes = 0;
            std::mem::take(&mut waiting.notes)
        };
        if !notes.is_empty() {
            db.write(&notes, self.config).map_err(failed)?;
        }
        Ok(db)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn db(&self) -> MutexGuard<'_, Db> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Db {
    fn write(&mut self, notes: &[Note], config: RejectedConfig) -> rusqlite::Result<()> {
        let change = self.connection.transaction()?;
        {
            let mut insert = change.prepare_cached(entry::INSERT)?;
            for note in notes {
                insert.execute(params![
                    note.tenant.as_str(),
                    note.received_at.0,
                    note.dialect.code(),
                    note.code,
                    note.field,
                    note.message,
                    note.payload,
                    note.is_cut,
                    note.actor,
                ])?;
                self.bounds.add(note.tenant.as_str(), note.bytes());
            }
        }
        self.bounds.trim(&change, config)?;
        change.commit()
    }

    fn naming(&self, tenant: &TenantId, ids: &[String]) -> rusqlite::Result<Vec<i64>> {
        let sql = "SELECT number, coalesce(payload, ''), message, coalesce(actor, '')
                   FROM rejected WHERE tenant = ?1";
        let mut query = self.connection.prepare(sql)?;
        let mut rows = query.query([tenant.as_str()])?;
        let mut named = Vec::new();
        while let Some(row) = rows.next()? {
            let texts: [String; 3] = [row.get(1)?, row.get(2)?, row.get(3)?];
            if texts.iter().any(|text| mentions::names(text, ids)) {
                named.push(row.get(0)?);
            }
        }
        Ok(named)
    }

    fn remove(&mut self, erasure: u64, numbers: &[i64]) -> rusqlite::Result<()> {
        let change = self.connection.transaction()?;
        for number in numbers {
            change.execute("DELETE FROM rejected WHERE number = ?1", [number])?;
        }
        let sql = "INSERT INTO erased VALUES (?1, ?2)
                   ON CONFLICT (number) DO UPDATE SET entries = entries + excluded.entries";
        change.execute(sql, params![erasure as i64, numbers.len() as i64])?;
        change.commit()?;
        self.pack()
    }

    /// Deleted rows are overwritten in the file at once; the log beside it must go, too.
    fn pack(&self) -> rusqlite::Result<()> {
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    }

    fn erased(&self, erasure: u64) -> rusqlite::Result<u64> {
        let sql = "SELECT entries FROM erased WHERE number = ?1";
        let found = self.connection.query_row(sql, [erasure as i64], |row| row.get::<_, i64>(0));
        Ok(found.optional()?.unwrap_or(0) as u64)
    }
}

fn failed(error: rusqlite::Error) -> OpenError {
    OpenError::Rejected(error.to_string())
}

#[cfg(test)]
mod tests;
