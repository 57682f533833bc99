//! Once: the same event id (or idempotency key) of a tenant within the window is stored once.
//!
//! The decision is made before the journal, by (tenant, id) alone; the first wins. An id that is
//! not in the store's own files yet is kept here with a [`Reservation`], which holds the future of
//! the first one's commit: a duplicate waits on it and is acknowledged only when its original is
//! durable. A reservation whose commit failed counts for nothing; the next event with that id is
//! the first again.
//!
//! After a restart the ids of everything between the store's position and the journal's end are
//! learned again from the journal, so the window survives.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use event::{EventId, Timestamp};
use journal::{AppendError, Ticket};
use store::{AskError, IdHash, Store};

/// Locks are taken per shard, so that concurrent requests rarely meet.
const SHARDS: usize = 64;

/// The commit that the ids of one request wait for: empty until the request has appended.
pub type Reservation = Arc<OnceLock<Result<Ticket, AppendError>>>;

/// What is known about ids inside the window.
#[derive(Debug)]
pub struct Dedup {
    shards: Box<[Mutex<Shard>]>,
    store: Arc<dyn Store>,
    entries: AtomicU64,
}

type Shard = HashMap<IdHash, Entry, BuildHasherDefault<IsHash>>;

#[derive(Debug)]
struct Entry {
    id: EventId,
    received_at: Timestamp,
    /// None once it is known to be durable.
    first: Option<Reservation>,
    /// Older events with the same id, out of the window, that are still to be settled.
    older: u32,
}

/// What an id turned out to be.
#[derive(Debug)]
pub enum Verdict {
    /// Not seen inside the window; it is reserved now.
    First,
    /// Seen; `original` is its id where it is still known, `wait` the commit that must succeed.
    Duplicate {
        /// The id of the first one, unless only its hash is known any more.
        original: Option<EventId>,
        /// The receipt of the first one.
        received_at: Timestamp,
        /// None when it is durable already.
        wait: Option<Reservation>,
    },
}

impl Dedup {
    /// Nothing known but what the store has.
    pub fn new(store: Arc<dyn Store>) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { shards, store, entries: AtomicU64::new(0) }
    }

    fn shard(&self, hash: IdHash) -> MutexGuard<'_, Shard> {
        let index = (hash.0 >> 64) as usize % SHARDS;
        self.shards[index].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Decides about an id and, when it is the first within its window, reserves it.
    pub fn reserve(
        &self,
        (hash, window_ms): (IdHash, i64),
        id: EventId,
        received_at: Timestamp,
        reservation: &Reservation,
    ) -> Result<Verdict, AskError> {
        let since = Timestamp(received_at.0.saturating_sub(window_ms));
        let mut shard = self.shard(hash);
        let mut older = 0;
        if let Some(entry) = shard.get(&hash) {
            let lost = entry.first.as_ref().is_some_and(is_lost);
            if !lost && entry.received_at >= since {
                let wait = entry.first.clone().filter(|first| !is_durable(first));
                let (original, received_at) = (Some(entry.id), entry.received_at);
                return Ok(Verdict::Duplicate { original, received_at, wait });
            }
            older = entry.older + u32::from(!lost);
        } else if let Some(received_at) = self.store.seen(hash, since)? {
            return Ok(Verdict::Duplicate { original: None, received_at, wait: None });
        }
        let first = Some(reservation.clone());
        if shard.insert(hash, Entry { id, received_at, first, older }).is_none() {
            self.entries.fetch_add(1, Ordering::Relaxed);
        }
        Ok(Verdict::First)
    }

    /// Takes back an id reserved with this very reservation.
    pub fn release(&self, hash: IdHash, reservation: &Reservation) {
        let mut shard = self.shard(hash);
        let ours = |e: &Entry| e.first.as_ref().is_some_and(|f| Arc::ptr_eq(f, reservation));
        if shard.get(&hash).is_some_and(ours) {
            shard.remove(&hash);
            self.entries.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Remembers an id read back from the journal.
    pub fn learn(&self, hash: IdHash, id: EventId, received_at: Timestamp) {
        let mut shard = self.shard(hash);
        let older = shard.get(&hash).map_or(0, |entry| entry.older + 1);
        if shard.insert(hash, Entry { id, received_at, first: None, older }).is_none() {
            self.entries.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Forgets ids that the store remembers by itself now.
    pub fn settle(&self, flushed: &[IdHash]) {
        for hash in flushed {
            let mut shard = self.shard(*hash);
            match shard.get_mut(hash) {
                Some(entry) if entry.older > 0 => entry.older -= 1,
                Some(_) => {
                    shard.remove(hash);
                    self.entries.fetch_sub(1, Ordering::Relaxed);
                }
                None => {}
            }
        }
    }

    /// Ids kept in memory.
    pub fn entries(&self) -> u64 {
        self.entries.load(Ordering::Relaxed)
    }
}

/// Waits for the commit behind a reservation.
pub async fn durable(reservation: &Reservation) -> Result<(), AppendError> {
    loop {
        match reservation.get() {
            Some(Ok(ticket)) => return ticket.durable().await,
            Some(Err(error)) => return Err(error.clone()),
            // Between reserving and appending its owner never waits, so this is soon over.
            None => tokio::task::yield_now().await,
        }
    }
}

fn is_lost(reservation: &Reservation) -> bool {
    match reservation.get() {
        Some(Ok(ticket)) => matches!(ticket.result(), Some(Err(_))),
        Some(Err(_)) => true,
        None => false,
    }
}

fn is_durable(reservation: &Reservation) -> bool {
    matches!(reservation.get(), Some(Ok(ticket)) if matches!(ticket.result(), Some(Ok(()))))
}

/// The key is a keyed hash already: take 64 of its bits.
#[derive(Debug, Default)]
struct IsHash(u64);

impl Hasher for IsHash {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.as_chunks::<8>().0 {
            self.0 ^= u64::from_le_bytes(*chunk);
        }
    }

    fn write_u128(&mut self, hash: u128) {
        self.0 = hash as u64;
    }
}
