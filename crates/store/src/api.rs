//! What the rest of the house may ask of a store.

use std::{
    fmt,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use bytes::Bytes;
use event::{TenantId, Timestamp};
use insight::{Answer, Meta, Question};

use crate::{
    ApplyError, AskError, FlushError,
    erasure::{Erased, How, OpenErasure, Receipt},
};

/// Keyed hash of (tenant, event id) or (tenant, idempotency key): 128 bits, secret per store.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct IdHash(pub u128);

/// One record of a chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Its position in the lane.
    pub position: u64,
    /// Its bytes (`event::codec`) within [`Chunk::buffer`].
    pub range: Range<usize>,
}

/// Consecutive records of one lane, as the pump read them.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// The lane.
    pub lane: u32,
    /// The position the chunk starts at: what the store reported as its next one.
    pub from: u64,
    /// The position behind the chunk; gaps are fine.
    pub to: u64,
    /// The bytes the records point into.
    pub buffer: Bytes,
    /// Event records, ascending by position. Erased records are left out.
    pub events: Vec<Incoming>,
    /// Sums of the books records in the chunk: tenant and received, duplicate, rejected.
    pub books: Vec<(Arc<str>, [u64; 3])>,
}

/// What one compaction did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Files that were read; 0 when there was nothing to do.
    pub files: u64,
    /// Rows written.
    pub rows: u64,
    /// Whether there may be more to do.
    pub more: bool,
}

/// What retention did to a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retained {
    /// Events before this moment are not seen any more.
    pub horizon: Timestamp,
    /// How many of them were removed; the books still count them as stored.
    pub removed: u64,
}

/// What one flush made durable.
#[derive(Clone, Debug, Default)]
pub struct Flushed {
    /// Per lane the position behind what is durable in the store now.
    pub positions: Vec<(u32, u64)>,
    /// Hashes that the store remembers by itself from now on.
    pub ids: Vec<IdHash>,
    /// Rows written.
    pub rows: u64,
}

/// The books of one tenant: received = stored + duplicate + rejected + pending, and the store
/// holds stored - removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Events that came in.
    pub received: u64,
    /// Of them: seen before.
    pub duplicate: u64,
    /// Of them: refused.
    pub rejected: u64,
    /// Of them: taken into the store, head included.
    pub stored: u64,
    /// Of those stored: gone again, by retention or deletion.
    pub removed: u64,
}

impl Books {
    /// The later of two states of the same books: every figure only grows.
    pub(crate) fn newest(&self, other: &Self) -> Self {
        Self {
            received: self.received.max(other.received),
            duplicate: self.duplicate.max(other.duplicate),
            rejected: self.rejected.max(other.rejected),
            stored: self.stored.max(other.stored),
            removed: self.removed.max(other.removed),
        }
    }
}

/// The newest events, still in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeadStatus {
    /// Events.
    pub rows: u64,
    /// Bytes held.
    pub bytes: u64,
    /// Receipt of the oldest one.
    pub oldest: Option<Timestamp>,
}

/// The store in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Events, head included.
    pub rows: u64,
    /// Part files.
    pub files: u64,
    /// Parts in them.
    pub parts: u64,
    /// Bytes on disk of parts and id files.
    pub bytes: u64,
    /// Distinct ids that belong to a person of another id.
    pub linked: u64,
    /// Bytes of memory that hold links, person properties and first times.
    pub people_bytes: u64,
    /// Bytes of columns kept in memory for questions.
    pub column_bytes: u64,
    /// The head.
    pub head: HeadStatus,
}

/// Tells a question that nobody waits for its answer any more. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Not cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Who asks, and how long the answer may take.
#[derive(Clone, Debug)]
pub struct Asking {
    /// Only this tenant's events are looked at.
    pub tenant: TenantId,
    /// The moment of asking, for what is partial.
    pub now: Timestamp,
    /// When to give up.
    pub deadline: Option<Instant>,
    /// Whether to give up.
    pub cancel: Cancel,
}

/// A backend. All calls may block; async callers use a blocking thread.
pub trait Store: Send + Sync + fmt::Debug {
    /// Per lane the next position the store wants, head included.
    fn next_position(&self, lane: u32) -> u64;

    /// Per lane the position behind what is durable in the store.
    fn durable_position(&self, lane: u32) -> u64;

    /// Takes a chunk; its events are in answers when this returns. [`ApplyError::HeadFull`] asks
    /// for a flush first. A chunk that does not start at `next_position` is refused.
    fn apply(&self, chunk: Chunk) -> Result<(), ApplyError>;

    /// Makes everything applied durable. Questions and `apply` go on meanwhile.
    fn flush(&self) -> Result<Flushed, FlushError>;

    /// Makes some files into one, so that there are few. Does one piece of work, which may take
    /// tens of seconds and ends early when cancelled. Everything else goes on meanwhile. A
    /// backend that does this by itself has nothing to do here.
    fn compact(&self, _cancel: &Cancel) -> Result<Compacted, FlushError> {
        Ok(Compacted::default())
    }

    /// Notes that the person of a distinct id is to be erased, durably.
    fn request_erasure(
        &self,
        _tenant: &TenantId,
        _distinct_id: &str,
        _how: How,
        _now: Timestamp,
    ) -> Result<Receipt, FlushError> {
        Err(cannot_erase())
    }

    /// Erases the person from answers at once, and from its own files as far as nobody reads
    /// them; everything that was applied is flushed first. Events that are applied meanwhile are
    /// later ones and stay. Does nothing when that was done already.
    fn erase(&self, _number: u64, _cancel: &Cancel) -> Erased {
        Erased { flushed: Flushed::default(), result: Err(cannot_erase()) }
    }

    /// To be called when the journal is done, with the records it found (None: as counted before).
    /// Whether everything is gone now; if not, somebody still reads an old file or one in
    /// quarantine may hold the person: call again later.
    fn finish_erasure(
        &self,
        _number: u64,
        _journal: Option<u64>,
        _now: Timestamp,
    ) -> Result<bool, FlushError> {
        Err(cannot_erase())
    }

    /// Erasures that are not done, oldest first, of all tenants.
    fn open_erasures(&self) -> Result<Vec<OpenErasure>, FlushError> {
        Ok(Vec::new())
    }

    /// Receipts of a tenant, newest first, at most `count`; with `number` only that one.
    fn receipts(
        &self,
        _tenant: &TenantId,
        _number: Option<u64>,
        _count: usize,
    ) -> Result<Vec<Receipt>, FlushError> {
        Ok(Vec::new())
    }

    /// Lets nobody see events of a tenant before a moment, ever again, and removes those that are
    /// flushed; how many. When each person first had events of each type stays known. The moment
    /// never goes back: an earlier one changes nothing. Takes as long as writing what stays of the
    /// files they are in, and ends early when cancelled: the next call goes on.
    fn retain(
        &self,
        _tenant: &TenantId,
        _before: Timestamp,
        _cancel: &Cancel,
    ) -> Result<u64, FlushError> {
        Ok(0)
    }

    /// The moment before which events of a tenant are not seen; cheap.
    fn horizon(&self, _tenant: &TenantId) -> Option<Timestamp> {
        None
    }

    /// Per tenant with a horizon what retention did, by tenant.
    fn retained(&self) -> Vec<(TenantId, Retained)> {
        Vec::new()
    }

    /// Answers a question.
    fn ask(&self, question: &Question, asking: &Asking) -> Result<(Answer, Meta), AskError>;

    /// All ids of the person of a distinct id, as far as links tell, itself included; cheap.
    fn linked_ids(&self, _tenant: &TenantId, distinct_id: &str) -> Vec<String> {
        vec![distinct_id.to_owned()]
    }

    /// The hash of an id of a tenant; `kind` keeps event ids and idempotency keys apart.
    fn id_hash(&self, tenant: &TenantId, kind: IdKind, id: &[u8]) -> IdHash;

    /// The latest receipt, not before `since`, with which an id was flushed.
    fn seen(&self, id: IdHash, since: Timestamp) -> Result<Option<Timestamp>, AskError>;

    /// Per tenant the books up to `next_position`.
    fn books(&self) -> Vec<(TenantId, Books)>;

    /// Figures.
    fn status(&self) -> Status;

    /// The head alone; cheap.
    fn head(&self) -> HeadStatus;
}

fn cannot_erase() -> FlushError {
    FlushError::Erasure("this store cannot".into())
}

/// What an [`IdHash`] was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum IdKind {
    /// The 16 bytes of an event id.
    Event = 0,
    /// The text of an idempotency key.
    Idempotency = 1,
    /// The text of a distinct id, in the list of what was erased.
    Person = 2,
    /// The tail of an event id that holds a fingerprint; of what the fingerprint is made, too.
    Fingerprint = 3,
}
