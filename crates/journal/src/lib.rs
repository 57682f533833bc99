//! The log. Bytes go in, get a position, and are durable before anyone is told so; many readers
//! follow at their own pace.
//!
//! A journal has *lanes*: numbered logs with positions of their own. One of them is the control
//! lane (records that change the meaning of other records), the others carry data. The embedded
//! journal ([`file`]) has one data lane; a Kafka topic has one per partition. Positions in a lane
//! only grow; they may have gaps (an aborted transaction, a group commit that failed), so readers
//! ask for "from here on" and are told which position each record has.
//!
//! A journal stores bytes and knows nothing of what they mean. Beside the records it keeps a
//! [`Tally`]: counters per key, summed per commit and written as a record of their own, so that
//! counts and records can never disagree after a crash.

mod batch;
mod error;
pub mod file;
mod tally;
mod ticket;

use std::{fmt, future::Future, pin::Pin};

pub use batch::{Batch, Kind, Record, Records};
pub use error::{AppendError, OpenError, ReadError, RedactError};
pub use tally::{Tallied, Tally};
pub use ticket::{Commit, Ticket};

/// Where a record stands in its lane.
pub type Position = u64;

/// A log of its own within the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lane(pub u32);

impl Lane {
    /// The first data lane; the only one of the embedded journal.
    pub const DATA: Lane = Lane(0);
    /// The control lane.
    pub const CONTROL: Lane = Lane(u32::MAX);
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Lane::CONTROL => f.write_str("control"),
            Lane(number) => write!(f, "data-{number}"),
        }
    }
}

/// Whether the journal takes writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// It does.
    Good,
    /// Not now; it will again by itself when the cause is gone (a full disk).
    Blocked(String),
    /// Never again in this process; reading goes on. Restart after the disk was looked at.
    Poisoned(String),
}

/// How far a reader may fall behind before it is let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LagBound {
    /// Bytes of journal kept for it; `u64::MAX` for a reader that must see everything.
    pub bytes: u64,
    /// Milliseconds since the oldest record it has not read was written; `u64::MAX` for no bound.
    pub age_ms: u64,
}

impl LagBound {
    /// Never let go: the pump.
    pub const NONE: LagBound = LagBound { bytes: u64::MAX, age_ms: u64::MAX };
}

/// What a reader learns when it reports its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReaderState {
    /// Records from its position on are kept.
    Attached,
    /// It fell behind its bound; records it has not read may be gone. It must be seeded anew.
    Detached,
}

/// A future that ends when there may be something new.
pub type Wake<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// The log, whatever keeps it.
pub trait Journal: Send + Sync + fmt::Debug {
    /// All lanes, data lanes first.
    fn lanes(&self) -> Vec<Lane>;

    /// Queues a batch for the next commit of the lane that its key belongs to (`control` batches
    /// go to the control lane). Never blocks: a full queue is [`AppendError::Overloaded`]. The
    /// ticket resolves when the records are durable, or with the error that befell all of them.
    fn append(&self, batch: Batch) -> Result<Ticket, AppendError>;

    /// Adds counters without records (a request of which nothing is stored). They become durable
    /// with the next commit, within about a second.
    fn note(&self, tally: &Tally);

    /// Records from `from` on, in order, at most about `bytes_max` (at least one record when there
    /// is one). Never past `durable_end`. `from` below `low` is [`ReadError::Trimmed`].
    fn read(&self, lane: Lane, from: Position, bytes_max: usize) -> Result<Records, ReadError>;

    /// The first position that can still be read.
    fn low(&self, lane: Lane) -> Position;

    /// The position behind the last durable record.
    fn durable_end(&self, lane: Lane) -> Position;

    /// Ends when `durable_end` of the lane is above `beyond`.
    fn wait(&self, lane: Lane, beyond: Position) -> Wake<'_>;

    /// Registers a reader that has everything below `from`, by its unique name.
    fn register(&self, reader: &str, lane: Lane, from: Position, bound: LagBound);

    /// The reader is done with everything below `position`.
    fn advance(&self, reader: &str, lane: Lane, position: Position) -> ReaderState;

    /// Drops what no attached reader needs any more; detaches readers beyond their bound. The new
    /// `low`. A journal whose server decides (Kafka) does nothing.
    fn trim(&self, lane: Lane) -> Result<Position, ReadError>;

    /// Overwrites the payloads of records with zeros where they stand: same length, same position.
    /// Returns how many were found. Positions below `low` are gone already and not an error.
    fn redact(&self, lane: Lane, positions: &[Position]) -> Result<u64, RedactError>;

    /// Whether it takes writes.
    fn health(&self) -> Health;

    /// Bytes of records accepted and not yet durable.
    fn queued_bytes(&self) -> u64;

    /// Bytes on disk, all lanes.
    fn stored_bytes(&self) -> u64;

    /// Makes everything queued durable, then refuses new batches.
    fn close(&self);
}
