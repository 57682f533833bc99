//! Who did what when, of one unit.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use super::Codes;

/// Bit of all event types from here on in [`Base::masks`].
pub(crate) const SHARED_BIT: usize = 63;

/// Event types of which the rows are asked for, at a guess.
const TYPES_ASKED: usize = 16;

/// Moments, as offsets from the earliest.
#[derive(Clone, Debug)]
enum Offsets {
    /// Less than 2^32 ms (49 days) in all.
    Narrow(Vec<u32>),
    /// More.
    Wide(Vec<i64>),
}

/// The fixed columns of a unit, its rows sorted by (person, time, id).
#[derive(Clone, Debug)]
pub(crate) struct Base {
    /// Person key of each stretch of rows, ascending; 0 for nobody.
    pub(crate) keys: Vec<u64>,
    /// First row of each stretch, and behind them the number of rows.
    pub(crate) starts: Vec<u32>,
    /// Per stretch the number of its set of event types.
    pub(crate) sets: Codes,
    /// The sets there are, bit by code of the event type; see [`SHARED_BIT`].
    pub(crate) masks: Vec<u64>,
    /// Events by type.
    pub(crate) counts: Vec<u64>,
    /// Per row its event type.
    pub(crate) events: Codes,
    /// The names of event types, by code.
    pub(crate) names: Vec<Arc<str>>,
    /// Earliest and latest event; nonsense without rows.
    pub(crate) times: (i64, i64),
    first: i64,
    offsets: Offsets,
    /// Per event type a bit per row; made when first asked for.
    rows_of: Vec<OnceLock<Box<[u64]>>>,
}

impl Base {
    /// Of plain columns of the same length.
    pub(crate) fn new(
        persons: &[u64],
        times: &[i64],
        events: Vec<u32>,
        names: Vec<Arc<str>>,
    ) -> Self {
        let (mut keys, mut starts, mut own) = (Vec::new(), Vec::new(), Vec::new());
        let mut counts = vec![0; names.len()];
        for (row, (key, event)) in persons.iter().zip(&events).enumerate() {
            if keys.last() != Some(key) {
                keys.push(*key);
                starts.push(row as u32);
                own.push(0);
            }
            if let Some(mask) = own.last_mut() {
                *mask |= bit_of(*event as usize);
            }
            counts[*event as usize] += 1;
        }
        starts.push(persons.len() as u32);
        keys.shrink_to_fit();
        starts.shrink_to_fit();
        let (sets, masks) = numbered(&own);
        let first = times.iter().copied().min().unwrap_or(0);
        let last = times.iter().copied().max().unwrap_or(0);
        let offsets = match u32::try_from(last - first) {
            Ok(_) => Offsets::Narrow(times.iter().map(|time| (time - first) as u32).collect()),
            Err(_) => Offsets::Wide(times.to_vec()),
        };
        let events = Codes::new(events, names.len());
        let rows_of = names.iter().map(|_| OnceLock::new()).collect();
        Self {
            keys,
            starts,
            sets,
            masks,
            counts,
            events,
            names,
            times: (first, last),
            first,
            offsets,
            rows_of,
        }
    }

    /// Rows.
    pub(crate) fn rows(&self) -> usize {
        self.events.len()
    }

    /// The rows of an event type, a bit each.
    pub(crate) fn rows_of(&self, event: usize) -> &[u64] {
        self.rows_of[event].get_or_init(|| {
            let word = |word: usize| {
                let rows = word * 64..self.rows().min(word * 64 + 64);
                let bit = |row: usize| u64::from(self.events.get(row) == event) << (row % 64);
                rows.fold(0, |bits, row| bits | bit(row))
            };
            (0..self.rows().div_ceil(64)).map(word).collect()
        })
    }

    /// When a row happened, ms.
    #[inline(always)]
    pub(crate) fn time(&self, row: usize) -> i64 {
        match &self.offsets {
            Offsets::Narrow(offsets) => self.first + i64::from(offsets[row]),
            Offsets::Wide(times) => times[row],
        }
    }

    /// Rows of a stretch.
    #[inline]
    pub(crate) fn stretch(&self, at: usize) -> std::ops::Range<usize> {
        self.starts[at] as usize..self.starts[at + 1] as usize
    }

    /// The event types of a stretch.
    #[inline]
    pub(crate) fn mask(&self, stretch: usize) -> u64 {
        self.masks[self.sets.get(stretch)]
    }

    /// The stretch a row is in.
    pub(crate) fn stretch_of(&self, row: usize) -> usize {
        self.starts.partition_point(|start| *start as usize <= row) - 1
    }

    /// The stretch of a person.
    pub(crate) fn find(&self, key: u64) -> Option<usize> {
        self.keys.binary_search(&key).ok()
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        let offsets = match &self.offsets {
            Offsets::Narrow(offsets) => size_of_val(offsets.as_slice()),
            Offsets::Wide(times) => size_of_val(times.as_slice()),
        };
        let names: usize = self.names.iter().map(|name| name.len() + 16).sum();
        // Bits of rows are counted for the types one may ask for, whether or not they are there.
        let bits = self.rows() / 8 * self.names.len().min(TYPES_ASKED);
        let sets = bits + self.sets.bytes() + self.masks.len() * 8 + self.counts.len() * 8;
        self.keys.len() * 8 + self.starts.len() * 4 + sets + self.events.bytes() + offsets + names
    }
}

/// Numbers masks: there are few different ones.
fn numbered(own: &[u64]) -> (Codes, Vec<u64>) {
    let mut numbers: HashMap<u64, u32> = HashMap::new();
    let mut masks = Vec::new();
    let number = |mask: &u64| {
        *numbers.entry(*mask).or_insert_with(|| {
            masks.push(*mask);
            masks.len() as u32 - 1
        })
    };
    let sets: Vec<u32> = own.iter().map(number).collect();
    (Codes::new(sets, masks.len()), masks)
}

/// The bit of an event type in a mask.
#[inline]
pub(crate) fn bit_of(event: usize) -> u64 {
    1 << event.min(SHARED_BIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_masks_and_times() {
        let names = ["a".into(), "b".into()].to_vec();
        let far = 10_000_000_000;
        for last in [7, far] {
            let base = Base::new(&[0, 5, 5, 9], &[3, 1, 2, last], vec![0, 0, 1, 1], names.clone());
            assert_eq!((&*base.keys, &*base.starts), (&[0, 5, 9][..], &[0, 1, 3, 4][..]));
            assert_eq!([0, 1, 2].map(|stretch| base.mask(stretch)), [1, 3, 2]);
            assert_eq!(base.counts, [2, 2]);
            assert_eq!([0, 1].map(|event| base.rows_of(event)[0]), [0b0011, 0b1100]);
            assert_eq!((0..4).map(|row| base.time(row)).collect::<Vec<_>>(), [3, 1, 2, last]);
            assert_eq!((0..4).map(|row| base.stretch_of(row)).collect::<Vec<_>>(), [0, 1, 1, 2]);
            assert_eq!((base.find(5), base.find(6), base.times), (Some(1), None, (1, last)));
        }
        let none = Base::new(&[], &[], Vec::new(), Vec::new());
        assert_eq!((none.rows(), none.keys.len()), (0, 0));
    }

    #[test]
    fn late_event_types_share_a_bit() {
        assert_eq!((bit_of(62), bit_of(63), bit_of(1000)), (1 << 62, 1 << 63, 1 << 63));
    }
}
