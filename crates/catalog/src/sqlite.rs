//! The catalog in one SQLite file: write-ahead log, every commit synced. One file per noun.

mod audit;
mod consents;
mod entities;
mod experiments;
mod flags;
mod jobs;
mod keys;
mod library;
mod links;
mod members;
mod migrate;
mod rows;
mod salts;
mod sessions;
mod tenants;
#[cfg(test)]
mod tests;
mod users;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, Row, Transaction, TransactionBehavior, params};

use crate::{
    CatalogError,
    facts::{Facts, Noun, Versions},
};

/// How long to wait for another process that writes; long lists of ids take their time.
const BUSY_TIMEOUT: Duration = Duration::from_secs(15);

/// Bytes of the write-ahead log that are kept for the next changes.
const LOG_BYTES_KEPT: i64 = 16 << 20;

/// The open file.
#[derive(Debug)]
pub(crate) struct Sqlite {
    connection: Connection,
    /// Whether the log may still have a salt that was deleted.
    salts_in_log: bool,
}

impl Sqlite {
    /// Opens the file, makes it when there is none, and brings it to the newest form.
    pub(crate) fn open(path: &Path) -> Result<Self, CatalogError> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        write_ahead(&connection)?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // What is deleted is overwritten: salts must be gone when their time is over.
        connection.pragma_update(None, "secure_delete", true)?;
        // A long list of ids makes the log long once, not for good.
        connection.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT)?;
        migrate::run(&mut connection)?;
        Ok(Self { connection, salts_in_log: false })
    }

    /// One transaction that writes. Immediate, so that two of them never both read first.
    fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, CatalogError>,
    ) -> Result<T, CatalogError> {
        let change = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&change)?;
        change.commit()?;
        Ok(done)
    }

    /// Moves the log into the file and cuts it off, so that what was deleted is in neither; whether
    /// that was possible.
    fn cut_log(&self) -> Result<bool, CatalogError> {
        let cut = "PRAGMA wal_checkpoint(TRUNCATE)";
        let blocked: bool = self.connection.query_row(cut, [], |row| row.get(0))?;
        Ok(!blocked)
    }

    /// As [`Self::write`]; nothing is written when there was nothing to do.
    fn write_if(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<bool, CatalogError>,
    ) -> Result<bool, CatalogError> {
        let change = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&change)?;
        if done {
            change.commit()?;
        }
        Ok(done)
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
    fn generation(&mut self) -> Result<u64, CatalogError> {
        let version: i64 =
            self.connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
        Ok(version as u64)
    }

    fn versions(&mut self) -> Result<Versions, CatalogError> {
        let mut query =
            self.connection.prepare_cached(include_str!("../query/version.list.sql"))?;
        let mut rows = query.query([])?;
        let mut versions = Versions::default();
        while let Some(row) = rows.next()? {
            let (name, version): (String, i64) = (row.get(0)?, row.get(1)?);
            if let Some(noun) = Noun::ALL.into_iter().find(|noun| noun.as_str() == name) {
                versions.set(noun, version as u64);
            }
        }
        Ok(versions)
    }

    fn secret(&mut self, name: &str, fresh: [u8; 16]) -> Result<[u8; 16], CatalogError> {
        self.write(|change| {
            change.execute(include_str!("../query/secret.insert.sql"), params![name, fresh])?;
            let find = include_str!("../query/secret.find.sql");
            Ok(change.query_row(find, [name], |row| row.get(0))?)
        })
    }
}

/// Counts a change of a noun; the new version.
fn bump(change: &Transaction<'_>, noun: Noun) -> Result<i64, CatalogError> {
    let mut query = change.prepare_cached(include_str!("../query/version.bump.sql"))?;
    Ok(query.query_row([noun.as_str()], |row| row.get(0))?)
}

/// All rows of a query.
fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
    read: impl Fn(&Row<'_>) -> Result<T, CatalogError>,
) -> Result<Vec<T>, CatalogError> {
    let mut query = connection.prepare_cached(sql)?;
    let mut rows = query.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// The first row of a query.
fn first<T>(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
    read: impl Fn(&Row<'_>) -> Result<T, CatalogError>,
) -> Result<Option<T>, CatalogError> {
    let mut query = connection.prepare_cached(sql)?;
    let mut rows = query.query(params)?;
    rows.next()?.map(read).transpose()
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
