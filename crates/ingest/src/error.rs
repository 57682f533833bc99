//! Why a whole request could not be taken. Nothing of it is stored; the sender should try again.

use journal::{AppendError, Lane, Position, ReadError};
use store::{ApplyError, FlushError};
use thiserror::Error;

/// A request was not taken.
#[derive(Clone, Debug, Error)]
pub enum AdmitError {
    /// More is coming in than can be written; try again in about a second.
    #[error("more events are coming in than can be written")]
    Overloaded,
    /// The journal takes no writes at the moment; try again in some seconds.
    #[error("events cannot be stored at the moment")]
    Unavailable,
    /// The request as a whole is larger than the journal takes at once.
    #[error("request needs {bytes} bytes in the journal, the limit is {limit}")]
    TooLarge {
        /// What it needs.
        bytes: usize,
        /// What there is.
        limit: usize,
    },
}

impl From<AppendError> for AdmitError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Overloaded { .. } => Self::Overloaded,
            AppendError::TooLarge { bytes, limit } => Self::TooLarge { bytes, limit },
            AppendError::DiskFull(_)
            | AppendError::Io(_)
            | AppendError::Poisoned(_)
            | AppendError::Closed => Self::Unavailable,
        }
    }
}

/// An erasure was not taken, or receipts cannot be read.
#[derive(Debug, Error)]
pub enum EraseError {
    /// So many are waiting; try again when some are done.
    #[error("{waiting} erasures are waiting already")]
    Busy {
        /// How many.
        waiting: usize,
    },
    /// The store cannot write or read.
    #[error(transparent)]
    Store(#[from] FlushError),
}

/// The pipeline cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The journal ends before what the store has taken from it: a part of the data folder is
    /// missing or older than the rest. Run `trackflow doctor`.
    #[error(
        "{lane} ends at position {end}, but the store has taken everything below {taken}; run `trackflow doctor`"
    )]
    JournalBehind {
        /// The lane.
        lane: Lane,
        /// Where it ends.
        end: Position,
        /// What the store has.
        taken: Position,
    },
    /// Records the store has not taken yet are gone from the journal. Run `trackflow doctor`.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The store does not take what the journal has.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// The store cannot write.
    #[error(transparent)]
    Flush(#[from] FlushError),
    /// The file of places cannot be used: name another, or none.
    #[error("{0}")]
    Places(String),
    /// No thread or no randomness could be had from the system.
    #[error("cannot start: {0}")]
    System(String),
}
