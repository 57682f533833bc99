//! Counters per key that are kept with the log.

use std::sync::Arc;

/// Three counters of one key. What they count is the caller's business.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tallied(pub [u64; 3]);

/// Counters per key, usually of one key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    entries: Vec<(Arc<str>, Tallied)>,
}

impl Tally {
    /// Adds counters to a key (at most 255 bytes).
    pub fn add(&mut self, key: &Arc<str>, counts: Tallied) {
        debug_assert!(key.len() <= 255, "keys of a tally have at most 255 bytes");
        match self.entries.iter_mut().find(|(known, _)| known == key) {
            Some((_, sum)) => sum.0.iter_mut().zip(counts.0).for_each(|(a, b)| *a += b),
            None => self.entries.push((key.clone(), counts)),
        }
    }

    /// Adds all counters of another tally.
    pub fn merge(&mut self, other: &Tally) {
        for (key, counts) in &other.entries {
            self.add(key, *counts);
        }
    }

    /// The keys and their counters.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, Tallied)> {
        self.entries.iter().map(|(key, counts)| (key, *counts))
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The stored form: `u16 keys`, then per key `u8 length, bytes, 3 x u64`, little-endian.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&(self.entries.len() as u16).to_le_bytes());
        for (key, counts) in &self.entries {
            out.push(key.len() as u8);
            out.extend_from_slice(key.as_bytes());
            counts.0.iter().for_each(|n| out.extend_from_slice(&n.to_le_bytes()));
        }
    }

    /// The reverse of [`Self::encode`]; None when the bytes are of another form.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (keys, mut rest) = bytes.split_first_chunk::<2>()?;
        let mut tally = Self::default();
        for _ in 0..u16::from_le_bytes(*keys) {
            let (len, after) = rest.split_first()?;
            let (key, after) = after.split_at_checked(usize::from(*len))?;
            let (numbers, after) = after.split_first_chunk::<24>()?;
            let mut counts = Tallied::default();
            for (count, bytes) in counts.0.iter_mut().zip(numbers.as_chunks::<8>().0) {
                *count = u64::from_le_bytes(*bytes);
            }
            tally.entries.push((std::str::from_utf8(key).ok()?.into(), counts));
            rest = after;
        }
        rest.is_empty().then_some(tally)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_comes_back_and_sums_up() {
        let (a, b): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
        let mut tally = Tally::default();
        tally.add(&a, Tallied([1, 2, 3]));
        tally.add(&b, Tallied([9, 0, 0]));
        tally.add(&a, Tallied([1, 1, 1]));
        let mut bytes = Vec::new();
        tally.encode(&mut bytes);
        assert_eq!(Tally::decode(&bytes), Some(tally.clone()));
        assert_eq!(tally.iter().next(), Some((&a, Tallied([2, 3, 4]))));
        for len in 0..bytes.len() {
            assert_eq!(Tally::decode(&bytes[..len]), None);
        }
    }
}
