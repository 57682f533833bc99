//! Changing the manifest: one transaction, compare-and-swap.

use std::sync::Arc;

use rusqlite::{ErrorCode, Transaction, params};

use super::{
    Erasing, GENERATION, IdsMeta, Manifest, NEXT_NUMBER, Removal, erasures, events, people, removal,
};
use crate::local::{
    head::{AllBooks, Positions},
    part::FileMeta,
    people::PeopleChange,
};

/// What one commit changes. It is made only if every file it removes is still listed and nothing
/// was erased meanwhile: else what it adds was made of something that no longer counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Change {
    /// Part files that count from now on.
    pub(crate) add_files: Vec<FileMeta>,
    /// Part files that were their input.
    pub(crate) remove_files: Vec<u64>,
    /// Id files that count from now on.
    pub(crate) add_ids: Vec<IdsMeta>,
    /// Id files that do no more.
    pub(crate) remove_ids: Vec<u64>,
    /// New positions of lanes.
    pub(crate) positions: Positions,
    /// The books at those positions.
    pub(crate) books: AllBooks,
    /// What was told of persons up to those positions.
    pub(crate) people: Arc<PeopleChange>,
    /// The erasure generation the output was made in.
    pub(crate) generation: u64,
    /// A tenant of which nothing is kept; the erasure generation grows.
    pub(crate) forget: Option<Arc<str>>,
    /// What retention keeps of what it removes.
    pub(crate) removal: Option<Removal>,
    /// Rows of a tenant that are gone for good.
    pub(crate) removed: Option<(Arc<str>, u64)>,
    /// A person that is erased; the erasure generation grows.
    pub(crate) erasing: Option<Erasing>,
    /// A number no file has had.
    pub(crate) next_number: u64,
}

/// A change that was not made.
#[derive(Debug)]
pub(crate) enum CommitError {
    /// An input is gone or something was erased: the output must be discarded.
    Conflict,
    /// Nothing was changed; it may be tried again.
    Refused(String),
    /// The disk failed; whether the change was made is known only after a restart.
    Unknown(String),
}

impl From<rusqlite::Error> for CommitError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt) => {
                Self::Unknown(error.to_string())
            }
            _ => Self::Refused(error.to_string()),
        }
    }
}

impl Manifest {
    /// Makes a change, durably, or none of it.
    pub(crate) fn commit(&mut self, change: &Change) -> Result<(), CommitError> {
        let step = self.db.transaction()?;
        let sql = "SELECT value FROM meta WHERE key = ?1";
        let generation: Option<Vec<u8>> =
            step.query_row(sql, [GENERATION], |row| row.get(0)).or_else(|error| match error {
                rusqlite::Error::QueryReturnedNoRows => Ok(None),
                other => Err(other),
            })?;
        let generation = generation.and_then(|bytes| bytes.try_into().ok());
        if generation.map_or(0, u64::from_le_bytes) != change.generation {
            return Err(CommitError::Conflict);
        }
        remove(&step, "DELETE FROM files WHERE number = ?1", &change.remove_files)?;
        for number in &change.remove_files {
            step.execute("INSERT OR REPLACE INTO graves VALUES (?1)", [*number as i64])?;
        }
        remove(&step, "DELETE FROM ids WHERE number = ?1", &change.remove_ids)?;
        for file in &change.add_files {
            add_file(&step, file)?;
        }
        for ids in &change.add_ids {
            let IdsMeta { crc, received_min, received_max, .. } = *ids;
            let (number, bytes, entries) =
                (ids.number as i64, ids.bytes as i64, ids.entries as i64);
            step.execute(
                "INSERT INTO ids VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![number, bytes, crc, entries, received_min, received_max],
            )?;
        }
        for (lane, position) in &change.positions {
            let sql = "INSERT OR REPLACE INTO positions VALUES (?1, ?2)";
            step.execute(sql, params![lane, *position as i64])?;
        }
        for (tenant, books) in &change.books {
            let [a, b, c, d] = [books.received, books.duplicate, books.rejected, books.stored];
            step.execute(
                "INSERT OR REPLACE INTO books VALUES (?1, ?2, ?3, ?4, ?5)",
                params![&**tenant, a as i64, b as i64, c as i64, d as i64],
            )?;
        }
        people::change(&step, &change.people)?;
        if let Some(tenant) = &change.forget {
            removal::forget(&step, tenant)?;
        }
        if let Some(removal) = &change.removal {
            removal.write(&step)?;
        }
        if let Some((tenant, rows)) = &change.removed {
            removal::count(&step, tenant, *rows)?;
        }
        if let Some(erasing) = &change.erasing {
            erasures::hide(&step, erasing)?;
        }
        if change.forget.is_some() || change.erasing.is_some() {
            removal::begin_generation(&step, change.generation + 1)?;
        }
        let next = change.next_number.to_le_bytes();
        let sql = "INSERT OR REPLACE INTO meta VALUES (?1, ?2)";
        step.execute(sql, params![NEXT_NUMBER, &next[..]])?;
        Ok(step.commit()?)
    }
}

fn remove(step: &Transaction<'_>, sql: &str, numbers: &[u64]) -> Result<(), CommitError> {
    for number in numbers {
        if step.execute(sql, [*number as i64])? != 1 {
            return Err(CommitError::Conflict);
        }
    }
    Ok(())
}

fn add_file(step: &Transaction<'_>, file: &FileMeta) -> Result<(), CommitError> {
    let number = file.number as i64;
    step.execute(
        "INSERT INTO files VALUES (?1, ?2, ?3, ?4)",
        params![number, file.bytes as i64, file.crc, file.rows() as i64],
    )?;
    for range in &file.lanes {
        step.execute(
            "INSERT INTO file_lanes VALUES (?1, ?2, ?3, ?4)",
            params![number, range.lane, range.from as i64, range.to as i64],
        )?;
    }
    let mut insert = step.prepare_cached(
        "INSERT INTO parts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    for part in &file.parts {
        insert.execute(params![
            number,
            part.groups.start,
            part.groups.end,
            &*part.tenant,
            part.day,
            part.rows as i64,
            part.time_min,
            part.time_max,
            part.person_min as i64,
            part.person_max as i64,
            part.keyed_at as i64,
            part.events.as_deref().map(events::encode),
        ])?;
    }
    Ok(())
}
