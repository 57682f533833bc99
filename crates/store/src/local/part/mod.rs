//! Parts: immutable columns in Parquet files. See `docs/formats/part.md`.

mod columns;
mod dictionary;
mod footer;
mod group;
mod property;
mod reader;
mod rows;
mod schema;
mod writer;

use std::{ops::Range, sync::Arc};

pub(crate) use columns::{NumberColumn, TextColumn};
pub(crate) use dictionary::Dictionary;
#[cfg(any(test, feature = "fuzzing"))]
pub use dictionary::fuzzing;
pub(crate) use footer::{Footers, told};
pub(crate) use group::{Group, Keys};
pub(crate) use property::{Coverage, PropertyColumns};
pub(crate) use reader::{PartReader, Selection, footer_of};
pub(crate) use rows::{RowMut, Rows};
pub(crate) use schema::ColumnName;
pub(crate) use writer::{PartWriter, WriterOptions};

/// The version of part files this build writes.
pub(crate) const VERSION: u32 = 1;
/// Event types a part lists at most; a part with more lists none and is never skipped by type.
pub(crate) const EVENT_TYPES_MAX: usize = 4096;
/// Milliseconds of a UTC day.
pub(crate) const DAY_MS: i64 = 86_400_000;

/// A stretch of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LaneRange {
    /// The lane.
    pub(crate) lane: u32,
    /// The first position.
    pub(crate) from: u64,
    /// The position behind.
    pub(crate) to: u64,
}

/// What is known of a part without reading it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PartMeta {
    /// Its row groups.
    pub(crate) groups: Range<u32>,
    /// Whose events.
    pub(crate) tenant: Arc<str>,
    /// UTC days since 1970.
    pub(crate) day: i64,
    /// Events.
    pub(crate) rows: u64,
    /// Earliest event.
    pub(crate) time_min: i64,
    /// Latest event.
    pub(crate) time_max: i64,
    /// Smallest person key.
    pub(crate) person_min: u64,
    /// Largest person key.
    pub(crate) person_max: u64,
    /// Links told before this position of lane 0 are in its person keys.
    pub(crate) keyed_at: u64,
    /// Event types by name with their events; None when there are too many to list.
    pub(crate) events: Option<Vec<(Arc<str>, u64)>>,
}

/// What is known of a part file without reading it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FileMeta {
    /// Its number.
    pub(crate) number: u64,
    /// Its length.
    pub(crate) bytes: u64,
    /// CRC-32 of all of it.
    pub(crate) crc: u32,
    /// Which stretches of which lanes it holds.
    pub(crate) lanes: Vec<LaneRange>,
    /// Its parts, in order of their row groups.
    pub(crate) parts: Vec<PartMeta>,
}

impl FileMeta {
    /// Events in it.
    pub(crate) fn rows(&self) -> u64 {
        self.parts.iter().map(|part| part.rows).sum()
    }
}
