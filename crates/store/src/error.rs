//! What can go wrong in a store, by role.

use std::{io, path::PathBuf};

use thiserror::Error;

/// The store on disk cannot be opened.
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
    /// The manifest cannot be read; restore it from a backup or run `trackflow doctor`.
    #[error("manifest: {0}")]
    Manifest(String),
    /// The rejected-events log cannot be read or written; it may be deleted, it is no record of
    /// anything else.
    #[error("rejected-events log: {0}")]
    Rejected(String),
    /// The manifest was written by a newer version: upgrade this program.
    #[error("manifest has version {version}, this program reads up to {newest}")]
    Version {
        /// Its version.
        version: u32,
        /// The newest we know.
        newest: u32,
    },
    /// A file the manifest lists is absent or damaged; run `trackflow doctor`.
    #[error("{path} {problem}; run `trackflow doctor`")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

/// A chunk was not taken.
#[derive(Debug, Error)]
pub enum ApplyError {
    /// Flush, then apply again.
    #[error("the head holds {bytes} bytes, the limit is {limit}")]
    HeadFull {
        /// Bytes held.
        bytes: u64,
        /// The bound.
        limit: u64,
    },
    /// The chunk does not continue what the store has: a fault of the pump.
    #[error("chunk of lane {lane} starts at {from}, the store expects {expected}")]
    Gap {
        /// The lane.
        lane: u32,
        /// Where the chunk starts.
        from: u64,
        /// What the store expects.
        expected: u64,
    },
    /// A record is no event we can read.
    #[error("record {position} of lane {lane}: {source}")]
    Record {
        /// The lane.
        lane: u32,
        /// Its position.
        position: u64,
        /// The cause.
        source: event::codec::DecodeError,
    },
}

/// A flush failed; the head keeps everything and the flush is tried again.
#[derive(Debug, Error)]
pub enum FlushError {
    /// The disk is full or failed.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The manifest could not be changed.
    #[error("manifest: {0}")]
    Manifest(String),
    /// Columns could not be encoded: a fault of ours.
    #[error("part file: {0}")]
    Encode(String),
    /// An fsync failed earlier: restart, after the disk was looked at.
    #[error("the store takes no writes since an fsync failed: {0}")]
    Poisoned(String),
    /// Erasing was given up for now; what was begun goes on with the next attempt.
    #[error("erasing a person: {0}")]
    Erasure(String),
}

/// A question was not answered.
#[derive(Debug, Error)]
pub enum AskError {
    /// It took too long; ask for less.
    #[error("the answer took longer than allowed")]
    Timeout,
    /// Nobody waits for it.
    #[error("the question was cancelled")]
    Cancelled,
    /// The tenant has too many questions waiting already; ask again later.
    #[error("{waiting} questions are waiting already")]
    Busy {
        /// How many wait.
        waiting: usize,
    },
    /// The question itself is at fault, as this data shows.
    #[error("{field} {problem}")]
    Invalid {
        /// The field.
        field: String,
        /// The rest of the sentence.
        problem: String,
    },
    /// A file cannot be read.
    #[error("{path}: {problem}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        problem: String,
    },
}

impl From<insight::AnswerError> for AskError {
    fn from(error: insight::AnswerError) -> Self {
        let text = error.to_string();
        let (field, problem) = text.split_once(' ').unwrap_or(("kind", &text));
        Self::Invalid { field: field.into(), problem: problem.into() }
    }
}
