//! The catalog in one SQLite file: write-ahead log, every commit synced.

mod migrate;
mod rows;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use event::Timestamp;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior, params};

use crate::{CatalogError, Key, KeyHash, Tenant, facts::Facts};

/// How long to wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The open file.
#[derive(Debug)]
pub(crate) struct Sqlite {
    connection: Connection,
}

impl Sqlite {
    /// Opens the file, makes it when there is none, and brings it to the newest form.
    pub(crate) fn open(path: &Path) -> Result<Self, CatalogError> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        write_ahead(&connection)?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        migrate::run(&mut connection)?;
        Ok(Self { connection })
    }
}

/// Turns the write-ahead log on. SQLite does not wait by itself when another process is about to do
/// the same.
fn write_ahead(connection: &Connection) -> Result<(), CatalogError> {
    let start = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "wal") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && start.elapsed() < BUSY_TIMEOUT =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            other => return Ok(other?),
        }
    }
}

impl Facts for Sqlite {
    fn tenants(&mut self) -> Result<Vec<Tenant>, CatalogError> {
        let mut query = self.connection.prepare(include_str!("../query/tenant.list.sql"))?;
        let mut rows = query.query([])?;
        let mut tenants = Vec::new();
        while let Some(row) = rows.next()? {
            tenants.push(rows::tenant(row)?);
        }
        Ok(tenants)
    }

    fn keys(&mut self) -> Result<Vec<Key>, CatalogError> {
        let mut query = self.connection.prepare(include_str!("../query/key.list.sql"))?;
        let mut rows = query.query([])?;
        let mut keys = Vec::new();
        while let Some(row) = rows.next()? {
            keys.push(rows::key(row)?);
        }
        Ok(keys)
    }

    fn add_tenant(&mut self, tenant: &Tenant, keys: &[Key]) -> Result<(), CatalogError> {
        let change = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let inserted = change.execute(
            include_str!("../query/tenant.insert.sql"),
            params![tenant.id.as_str(), tenant.name, tenant.time_zone, tenant.created_at.0],
        );
        taken(inserted, "tenant", tenant.id.as_str())?;
        for key in keys {
            insert_key(&change, key)?;
        }
        Ok(change.commit()?)
    }

    fn add_key(&mut self, key: &Key) -> Result<(), CatalogError> {
        let change = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        insert_key(&change, key)?;
        Ok(change.commit()?)
    }

    fn revoke_key(&mut self, hash: KeyHash, at: Timestamp) -> Result<bool, CatalogError> {
        let query = include_str!("../query/key.revoke.sql");
        Ok(self.connection.execute(query, params![hash.as_bytes(), at.0])? > 0)
    }

    fn generation(&mut self) -> Result<u64, CatalogError> {
        let version: i64 =
            self.connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
        Ok(version as u64)
    }
}

fn insert_key(change: &Transaction<'_>, key: &Key) -> Result<(), CatalogError> {
    let inserted = change.execute(
        include_str!("../query/key.insert.sql"),
        params![
            key.hash.as_bytes(),
            key.tenant.as_str(),
            key.kind.as_str(),
            key.name,
            key.hint,
            key.scopes.to_text(),
            key.created_at.0,
            key.expires_at.map(|at| at.0),
        ],
    );
    taken(inserted, "key", &key.hint)
}

/// Tells "exists already" from other failures.
fn taken(
    inserted: rusqlite::Result<usize>,
    what: &'static str,
    value: &str,
) -> Result<(), CatalogError> {
    match inserted {
        Ok(_) => Ok(()),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            Err(CatalogError::Exists { what, value: value.to_owned() })
        }
        Err(error) => Err(error.into()),
    }
}

impl From<rusqlite::Error> for CatalogError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.to_string())
    }
}
