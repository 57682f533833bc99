//! The manifest: what counts. A small SQLite database; see `docs/formats/manifest.md`.
//!
//! A flush and whatever replaces files write to it, and only the start reads it. WAL with
//! `synchronous=FULL`: a commit that returned survives power loss. It lives on the real file
//! system, because SQLite does.

mod change;
mod erasures;
mod events;
mod load;
mod people;
mod removal;
mod salvage;
mod schema;

use std::path::Path;

use disk::{DataDir, Fs, RealFs};
use rusqlite::{Connection, OptionalExtension, params};

pub(crate) use change::{Change, CommitError};
pub(crate) use erasures::Erasing;
pub(crate) use load::Listed;
pub(crate) use removal::{FirstSeen, Removal};
pub(crate) use salvage::Salvage;

use super::{ids::IdsMeta, secret::Secret};
use crate::OpenError;

const SECRET: &str = "secret";
const NEXT_NUMBER: &str = "next_number";
const GENERATION: &str = "erasure_generation";
const PEOPLE_STALE: &str = "people_stale";

/// The manifest, open.
#[derive(Debug)]
pub(crate) struct Manifest {
    db: Connection,
}

/// The version this build writes.
pub(crate) fn newest() -> u32 {
    schema::MIGRATIONS.len() as u32
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn failed(error: rusqlite::Error) -> OpenError {
    OpenError::Manifest(error.to_string())
}

impl Manifest {
    /// Opens the manifest of a folder; makes an empty one with a new secret when there is none.
    pub(crate) fn open(dir: &DataDir) -> Result<Self, OpenError> {
        let io = |source| OpenError::Io { path: dir.root().into(), source };
        RealFs.create_dir_all(dir.root()).map_err(io)?;
        let made = !dir.manifest().exists();
        let mut db = connect(&dir.manifest())?;
        migrate(&mut db)?;
        let manifest = Self { db };
        if manifest.blob(SECRET)?.is_none() {
            let secret = Secret::random().map_err(OpenError::Manifest)?;
            manifest.set_secret(&secret)?;
        }
        if made {
            RealFs.sync_dir(dir.root()).map_err(io)?;
        }
        Ok(manifest)
    }

    /// The secret of the store.
    pub(crate) fn secret(&self) -> Result<Secret, OpenError> {
        let bytes = self.blob(SECRET)?.and_then(|bytes| bytes.try_into().ok());
        bytes.map(Secret).ok_or_else(|| OpenError::Manifest("the secret is not 16 bytes".into()))
    }

    /// Replaces the secret; only for a manifest made anew.
    pub(crate) fn set_secret(&self, secret: &Secret) -> Result<(), OpenError> {
        let sql = "INSERT OR REPLACE INTO meta VALUES (?1, ?2)";
        self.db.execute(sql, params![SECRET, &secret.0[..]]).map(drop).map_err(failed)
    }

    /// The files are deleted: nothing is to be done about them at the next start.
    pub(crate) fn forget_graves(&self, numbers: &[u64]) -> Result<(), OpenError> {
        for number in numbers {
            let sql = "DELETE FROM graves WHERE number = ?1";
            self.db.execute(sql, [*number as i64]).map_err(failed)?;
        }
        Ok(())
    }

    fn blob(&self, key: &str) -> Result<Option<Vec<u8>>, OpenError> {
        let sql = "SELECT value FROM meta WHERE key = ?1";
        self.db.query_row(sql, [key], |row| row.get(0)).optional().map_err(failed)
    }

    fn number(&self, key: &str) -> Result<u64, OpenError> {
        let bytes = self.blob(key)?.and_then(|bytes| bytes.try_into().ok());
        Ok(bytes.map_or(0, u64::from_le_bytes))
    }
}

fn connect(path: &Path) -> Result<Connection, OpenError> {
    let db = Connection::open(path).map_err(failed)?;
    db.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
    db.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
    db.pragma_update(None, "foreign_keys", true).map_err(failed)?;
    // What is deleted is overwritten with zeros: an erased id must not stay in a free page.
    db.pragma_update(None, "secure_delete", true).map_err(failed)?;
    let problems: String =
        db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(failed)?;
    if problems == "ok" { Ok(db) } else { Err(OpenError::Manifest(problems)) }
}

fn migrate(db: &mut Connection) -> Result<(), OpenError> {
    let version: u32 =
        db.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
    if version > newest() {
        return Err(OpenError::Version { version, newest: newest() });
    }
    for (at, sql) in schema::MIGRATIONS.iter().enumerate().skip(version as usize) {
        let step = db.transaction().map_err(failed)?;
        step.execute_batch(sql).map_err(failed)?;
        step.pragma_update(None, "user_version", at as u32 + 1).map_err(failed)?;
        step.commit().map_err(failed)?;
    }
    Ok(())
}
