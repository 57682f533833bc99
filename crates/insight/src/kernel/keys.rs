//! Keys of breakdowns, numbered in the order in which they were met.
//!
//! A key is up to three codes, packed. Codes are small, so the key of one dimension is looked up
//! by index; only keys of several dimensions, and codes beyond a bound, are hashed.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

/// Up to three codes of 32 bits, the first in the lowest.
pub(super) type Key = u128;

/// Codes below this are looked up by index.
const DIRECT: u128 = 1 << 20;
/// Stands for a code that was not met.
const ABSENT: u32 = u32::MAX;

/// The key of some codes.
pub(super) fn packed(codes: impl Iterator<Item = u32>) -> Key {
    codes.enumerate().fold(0, |key, (place, code)| key | u128::from(code) << (32 * place))
}

/// The code of a dimension.
pub(super) fn code(key: Key, dimension: usize) -> u32 {
    (key >> (32 * dimension)) as u32
}

/// Keys and their numbers, from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    direct: Vec<u32>,
    hashed: HashMap<Key, u32, BuildHasherDefault<Mixed>>,
    all: Vec<Key>,
}

impl Keys {
    /// The number of a key that was met.
    pub(super) fn find(&self, key: Key) -> Option<usize> {
        let found = if key < DIRECT {
            self.direct.get(key as usize).copied().filter(|number| *number != ABSENT)
        } else {
            self.hashed.get(&key).copied()
        };
        found.map(|number| number as usize)
    }

    /// The number of a key; one that was not met gets the next.
    pub(super) fn number(&mut self, key: Key) -> usize {
        if let Some(number) = self.find(key) {
            return number;
        }
        let number = self.all.len();
        self.all.push(key);
        if key < DIRECT {
            let at = key as usize;
            if self.direct.len() <= at {
                self.direct.resize((at + 1).next_power_of_two(), ABSENT);
            }
            self.direct[at] = number as u32;
        } else {
            self.hashed.insert(key, number as u32);
        }
        number
    }

    /// The keys by number.
    pub(super) fn all(&self) -> &[Key] {
        &self.all
    }
}

/// Hashes a packed key with two multiplications: the codes are a source's own counting, nobody
/// outside chooses them.
#[derive(Clone, Copy, Debug, Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u128(u128::from(*byte));
        }
    }

    fn write_u128(&mut self, key: u128) {
        const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
        let low = (self.0 ^ key as u64).wrapping_mul(ODD);
        let both = (low ^ low >> 32 ^ (key >> 64) as u64).wrapping_mul(ODD);
        self.0 = both ^ both >> 32;
    }
}
