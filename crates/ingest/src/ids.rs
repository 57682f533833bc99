//! Fresh event ids.

use std::{
    hash::Hasher,
    sync::atomic::{AtomicU64, Ordering},
};

use event::EventId;
use siphasher::sip128::{Hasher128, SipHasher13};

/// Makes version 7 ids whose random bits are a keyed hash of a counter: unique within the
/// process, and nobody outside can guess the next.
#[derive(Debug)]
pub(crate) struct IdMaker {
    key: [u8; 16],
    count: AtomicU64,
}

impl IdMaker {
    /// `key` must be fresh random bytes.
    pub(crate) fn new(key: [u8; 16]) -> Self {
        Self { key, count: AtomicU64::new(0) }
    }

    pub(crate) fn make(&self, received_ms: i64) -> EventId {
        let mut hasher = SipHasher13::new_with_key(&self.key);
        hasher.write_u64(self.count.fetch_add(1, Ordering::Relaxed));
        let hash = hasher.finish128();
        EventId::v7(received_ms, u128::from(hash.h1) << 64 | u128::from(hash.h2))
    }
}
