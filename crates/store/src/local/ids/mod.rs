//! Which ids were flushed: sorted keyed hashes in `.ids` files. See `docs/formats/ids.md`.
//!
//! Each flush writes one file; eight files of one size class become one. An id is looked for with
//! a filter first (a blocked Bloom filter, in memory while the budget lasts), then exactly, by one
//! read of the page that can hold it.

mod filter;
mod merge;
mod reader;
mod writer;

pub(crate) use merge::{expired, merge, to_merge};
pub(crate) use reader::IdsReader;
pub(crate) use writer::IdsWriter;

use crate::IdHash;

/// The version this build writes.
pub(crate) const VERSION: u32 = 1;
/// The first bytes of every file.
pub(crate) const MAGIC: [u8; 8] = *b"TFIDS\0\0\0";
/// Bytes of the header: magic, version, 4 zero bytes, secret.
pub(crate) const HEADER_BYTES: u64 = 32;
/// Bytes of an entry: hash (most significant byte first) and receipt (little-endian).
pub(crate) const ENTRY_BYTES: usize = 24;
/// Entries between two fences; one read of 6 KB finds an entry.
pub(crate) const FENCE_EVERY: usize = 256;
/// Bytes of the footer.
pub(crate) const FOOTER_BYTES: usize = 64;

/// What is known of an id file without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IdsMeta {
    /// Its number.
    pub(crate) number: u64,
    /// Its length.
    pub(crate) bytes: u64,
    /// CRC-32 of all of it.
    pub(crate) crc: u32,
    /// How many.
    pub(crate) entries: u64,
    /// Earliest receipt.
    pub(crate) received_min: i64,
    /// Latest receipt.
    pub(crate) received_max: i64,
}

/// An id and when it was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    /// Its hash.
    pub(crate) id: IdHash,
    /// When, ms.
    pub(crate) received: i64,
}

impl Entry {
    /// The stored form.
    pub(crate) fn to_bytes(self) -> [u8; ENTRY_BYTES] {
        let mut bytes = [0; ENTRY_BYTES];
        bytes[..16].copy_from_slice(&self.id.0.to_be_bytes());
        bytes[16..].copy_from_slice(&self.received.to_le_bytes());
        bytes
    }

    /// The reverse of [`Self::to_bytes`].
    pub(crate) fn from_bytes(bytes: &[u8; ENTRY_BYTES]) -> Self {
        let (mut id, mut received) = ([0; 16], [0; 8]);
        id.copy_from_slice(&bytes[..16]);
        received.copy_from_slice(&bytes[16..]);
        Self { id: IdHash(u128::from_be_bytes(id)), received: i64::from_le_bytes(received) }
    }
}

#[cfg(test)]
mod tests;
