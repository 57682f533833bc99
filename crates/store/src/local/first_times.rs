//! When persons first had events of a type, of events that retention removed, in memory.
//!
//! The manifest has them by distinct id, for ever. Questions need them by person key: 20 bytes per
//! id and event type, sorted, shared by all snapshots until a retention adds more. Whose an id is
//! may change later, so keys are those of the ids themselves.

use std::{collections::HashMap, sync::Arc};

/// First times of all tenants.
pub(crate) type AllFirstTimes = HashMap<Arc<str>, Arc<FirstTimes>>;

/// One first time: key of the distinct id, number of the event type, moment in ms.
pub(crate) type FirstTime = (u64, u32, i64);

/// First times of one tenant.
#[derive(Clone, Debug, Default)]
pub(crate) struct FirstTimes {
    names: Vec<Arc<str>>,
    /// Key, event type and moment of each; ascending by the first two, which are there once.
    keys: Vec<u64>,
    types: Vec<u32>,
    moments: Vec<i64>,
}

impl FirstTimes {
    /// The names of event types, by number.
    pub(crate) fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// All of them, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = FirstTime> {
        let each = self.keys.iter().zip(&self.types).zip(&self.moments);
        each.map(|((key, event_type), at)| (*key, *event_type, *at))
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        let names: usize = self.names.iter().map(|name| name.len() + 16).sum();
        names + self.len() * (size_of::<u64>() + size_of::<u32>() + size_of::<i64>())
    }

    /// These and more, each a key, an event type and a moment; of the same the earliest stays.
    pub(crate) fn with<'a>(&self, added: impl Iterator<Item = (u64, &'a str, i64)>) -> Self {
        let mut names = self.names.clone();
        let mut numbers: HashMap<Arc<str>, u32> =
            (0..).zip(&names).map(|(n, t)| (t.clone(), n)).collect();
        let mut rows = Vec::new();
        for (key, event_type, at) in added {
            let number = match numbers.get(event_type) {
                Some(number) => *number,
                None => {
                    let (number, name) = (names.len() as u32, Arc::<str>::from(event_type));
                    names.push(name.clone());
                    numbers.insert(name, number);
                    number
                }
            };
            rows.push((key, number, at));
        }
        rows.sort_unstable();
        let all = self.len() + rows.len();
        let mut merged = Self {
            names,
            keys: Vec::with_capacity(all),
            types: Vec::with_capacity(all),
            moments: Vec::with_capacity(all),
        };
        let mut rows = rows.into_iter().peekable();
        for own in self.iter() {
            while let Some(row) = rows.next_if(|row| *row < own) {
                merged.push(row);
            }
            merged.push(own);
        }
        rows.for_each(|row| merged.push(row));
        merged.keys.shrink_to_fit();
        merged.types.shrink_to_fit();
        merged.moments.shrink_to_fit();
        merged
    }

    /// Adds a row that is not smaller than the last; one that only is later is left out.
    fn push(&mut self, (key, event_type, at): FirstTime) {
        if self.keys.last() == Some(&key) && self.types.last() == Some(&event_type) {
            return;
        }
        self.keys.push(key);
        self.types.push(event_type);
        self.moments.push(at);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_earliest_of_each_id_and_type_stays() {
        let mut rng = fastrand::Rng::with_seed(3);
        let mut times = FirstTimes::default();
        let mut model: BTreeMap<(u64, &str), i64> = BTreeMap::new();
        for _ in 0..50 {
            let row = |rng: &mut fastrand::Rng| {
                (rng.u64(1..20), ["a", "b", "c"][rng.usize(..3)], rng.i64(0..1000))
            };
            let added: Vec<_> = (0..rng.usize(0..10)).map(|_| row(&mut rng)).collect();
            for (key, name, at) in &added {
                let known = model.entry((*key, name)).or_insert(*at);
                *known = (*at).min(*known);
            }
            times = times.with(added.into_iter());
            let mut found: Vec<_> = times
                .iter()
                .map(|(key, event_type, at)| ((key, &*times.names()[event_type as usize]), at))
                .collect();
            assert!(times.iter().map(|(key, ty, _)| (key, ty)).is_sorted());
            found.sort_unstable();
            assert_eq!(found, model.clone().into_iter().collect::<Vec<_>>());
        }
        assert!(times.bytes() >= times.len() * 20);
    }
}
