//! What can go wrong, by role.

use std::{io, path::PathBuf, sync::Arc};

use thiserror::Error;

use crate::{Lane, Position};

/// A batch was not stored, and nothing of it will be.
#[derive(Clone, Debug, Error)]
pub enum AppendError {
    /// More is queued than the bound allows; the sender should try again a little later.
    #[error("{queued} bytes are waiting to be written, the limit is {limit}")]
    Overloaded {
        /// Bytes queued.
        queued: u64,
        /// The bound.
        limit: u64,
    },
    /// The disk is full; writing goes on by itself when there is space again.
    #[error("the disk of the journal is full: {0}")]
    DiskFull(Arc<io::Error>),
    /// A write failed for another reason; nothing was acknowledged.
    #[error("cannot write the journal: {0}")]
    Io(Arc<io::Error>),
    /// An fsync failed earlier: restart, after the disk was looked at.
    #[error("the journal takes no writes since an fsync failed: {0}")]
    Poisoned(String),
    /// The process is stopping.
    #[error("the journal is closed")]
    Closed,
    /// One batch is larger than a segment can be.
    #[error("batch has {bytes} bytes, the limit is {limit}")]
    TooLarge {
        /// Its bytes.
        bytes: usize,
        /// The most that fits.
        limit: usize,
    },
}

/// The journal on disk cannot be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// A file cannot be read or written; check the disk, the owner and the mode.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// Bytes that were durable have changed; `trackflow doctor` explains and repairs.
    #[error(
        "{path} is damaged at byte {offset} (position {position}): {problem}; run `trackflow doctor`"
    )]
    Corrupt {
        /// The segment.
        path: PathBuf,
        /// Where in it.
        offset: u64,
        /// The position that cannot be read.
        position: Position,
        /// What is wrong.
        problem: String,
    },
    /// Written by a newer version: upgrade this program.
    #[error("{path} has version {version}, this program reads up to {newest}")]
    Version {
        /// The segment.
        path: PathBuf,
        /// Its version.
        version: u16,
        /// The newest we know.
        newest: u16,
    },
}

/// Records cannot be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// They were trimmed; the reader must be seeded anew.
    #[error("{lane} starts at position {low}, {from} is gone")]
    Trimmed {
        /// The lane.
        lane: Lane,
        /// What was asked for.
        from: Position,
        /// What is left.
        low: Position,
    },
    /// Bytes changed while this process ran: stop, look at the disk, run `trackflow doctor`.
    #[error("{lane} is damaged at position {position}: {problem}")]
    Corrupt {
        /// The lane.
        lane: Lane,
        /// The position.
        position: Position,
        /// What is wrong.
        problem: String,
    },
    /// The file cannot be read.
    #[error("cannot read {lane}: {source}")]
    Io {
        /// The lane.
        lane: Lane,
        /// The cause.
        source: io::Error,
    },
    /// There is no such lane.
    #[error("there is no lane {0}")]
    NoLane(Lane),
}

/// Records cannot be erased.
#[derive(Debug, Error)]
pub enum RedactError {
    /// The segment cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The new segment cannot be written; nothing was changed.
    #[error("cannot rewrite a segment: {0}")]
    Io(#[from] io::Error),
    /// This journal cannot erase; its retention will.
    #[error("this journal cannot erase records")]
    Unsupported,
}
