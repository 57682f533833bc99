//! Reading the whole manifest, once, at the start.

use std::{collections::BTreeMap, sync::Arc};

use event::Timestamp;
use rusqlite::Row;

use super::{GENERATION, IdsMeta, Manifest, NEXT_NUMBER, events, failed};
use crate::{
    Books, OpenError,
    local::{
        head::{AllBooks, Positions},
        part::{FileMeta, LaneRange, PartMeta},
        snapshot::{Horizon, Horizons, Removed},
    },
};

/// Everything the manifest lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Listed {
    /// Part files, by number.
    pub(crate) files: Vec<FileMeta>,
    /// Id files, by number.
    pub(crate) ids: Vec<IdsMeta>,
    /// Per lane the position behind what is durable.
    pub(crate) positions: Positions,
    /// The books up to there.
    pub(crate) books: AllBooks,
    /// A number no file has had.
    pub(crate) next_number: u64,
    /// Per tenant the moment before which its events do not count.
    pub(crate) horizons: Horizons,
    /// Per tenant the rows that are gone for good.
    pub(crate) removed: Removed,
    /// Part files that were replaced and may not be deleted yet.
    pub(crate) graves: Vec<u64>,
    /// How often something was erased.
    pub(crate) generation: u64,
}

impl Manifest {
    /// Reads everything.
    pub(crate) fn load(&self) -> Result<Listed, OpenError> {
        let mut lanes: BTreeMap<u64, Vec<LaneRange>> = BTreeMap::new();
        let all = "SELECT file, lane, from_pos, to_pos FROM file_lanes ORDER BY file, lane";
        for (file, range) in self.rows(all, lane)? {
            lanes.entry(file).or_default().push(range);
        }
        let mut parts: BTreeMap<u64, Vec<PartMeta>> = BTreeMap::new();
        for (file, meta) in self.rows("SELECT * FROM parts ORDER BY file, group_from", part)? {
            parts.entry(file).or_default().push(meta);
        }
        let sql = "SELECT number, bytes, crc FROM files ORDER BY number";
        let files = self.rows(sql, |row| {
            let number = unsigned(row, 0)?;
            Ok(FileMeta {
                number,
                bytes: unsigned(row, 1)?,
                crc: row.get(2)?,
                lanes: lanes.remove(&number).unwrap_or_default(),
                parts: parts.remove(&number).unwrap_or_default(),
            })
        })?;
        let position = |row: &Row<'_>| Ok((row.get(0)?, unsigned(row, 1)?));
        Ok(Listed {
            files,
            ids: self.rows("SELECT * FROM ids ORDER BY number", ids)?,
            positions: self.rows("SELECT * FROM positions", position)?.into_iter().collect(),
            books: self.rows("SELECT * FROM books", books)?.into_iter().collect(),
            horizons: self.rows("SELECT * FROM horizons", horizon)?.into_iter().collect(),
            removed: self.rows("SELECT tenant, rows FROM removed", removed)?.into_iter().collect(),
            graves: self.rows("SELECT number FROM graves", |row| unsigned(row, 0))?,
            next_number: self.number(NEXT_NUMBER)?.max(1),
            generation: self.number(GENERATION)?,
        })
    }

    pub(super) fn rows<T>(
        &self,
        sql: &str,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, OpenError> {
        let mut statement = self.db.prepare(sql).map_err(failed)?;
        let rows = statement.query_map([], read).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }
}

/// SQLite has signed numbers only: the bits are kept.
pub(super) fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|bits| bits as u64)
}

fn lane(row: &Row<'_>) -> rusqlite::Result<(u64, LaneRange)> {
    let range = LaneRange { lane: row.get(1)?, from: unsigned(row, 2)?, to: unsigned(row, 3)? };
    Ok((unsigned(row, 0)?, range))
}

fn part(row: &Row<'_>) -> rusqlite::Result<(u64, PartMeta)> {
    let events: Option<Vec<u8>> = row.get(11)?;
    let meta = PartMeta {
        groups: row.get(1)?..row.get(2)?,
        tenant: Arc::from(row.get::<_, String>(3)?),
        day: row.get(4)?,
        rows: unsigned(row, 5)?,
        time_min: row.get(6)?,
        time_max: row.get(7)?,
        person_min: unsigned(row, 8)?,
        person_max: unsigned(row, 9)?,
        keyed_at: unsigned(row, 10)?,
        events: events.and_then(|bytes| events::decode(&bytes)),
    };
    Ok((unsigned(row, 0)?, meta))
}

fn ids(row: &Row<'_>) -> rusqlite::Result<IdsMeta> {
    Ok(IdsMeta {
        number: unsigned(row, 0)?,
        bytes: unsigned(row, 1)?,
        crc: row.get(2)?,
        entries: unsigned(row, 3)?,
        received_min: row.get(4)?,
        received_max: row.get(5)?,
    })
}

fn horizon(row: &Row<'_>) -> rusqlite::Result<(Arc<str>, Horizon)> {
    let horizon = Horizon { at: Timestamp(row.get(1)?), removed: unsigned(row, 2)? };
    Ok((Arc::from(row.get::<_, String>(0)?), horizon))
}

fn removed(row: &Row<'_>) -> rusqlite::Result<(Arc<str>, u64)> {
    Ok((Arc::from(row.get::<_, String>(0)?), unsigned(row, 1)?))
}

fn books(row: &Row<'_>) -> rusqlite::Result<(Arc<str>, Books)> {
    let books = Books {
        received: unsigned(row, 1)?,
        duplicate: unsigned(row, 2)?,
        rejected: unsigned(row, 3)?,
        stored: unsigned(row, 4)?,
        removed: 0,
    };
    Ok((Arc::from(row.get::<_, String>(0)?), books))
}
