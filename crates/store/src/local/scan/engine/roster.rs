//! Numbers of persons.
//!
//! Kernels keep what they know of a person in tables, so persons are numbered. The keys of the
//! units are sorted once and numbered in that order: walking a unit by key then walks the tables
//! in order, too. Keys that come later are numbered behind; an id that is linked to another has
//! the number of its person. Stretches of rows of both kinds are *strays*: they are listed apart,
//! by number. Numbers never change while a question runs.

use std::{collections::HashMap, sync::Arc};

use super::links::Linked;
use crate::local::columns::{Base, UnitId};

/// The number of nobody.
pub(super) const NOBODY: u32 = u32::MAX;
/// Set in [`Numbers::of`] for strays.
const STRAY: u32 = 1 << 31;
/// Late keys beyond which the roster is made anew, in addition to a quarter of the others.
const LATE_MAX: usize = 1 << 16;

/// The numbers of the stretches of a unit.
#[derive(Debug)]
pub(super) struct Numbers {
    /// Per stretch the number of its own key.
    own: Arc<Vec<u32>>,
    /// Per stretch the number of its person, flagged when it is a stray; [`NOBODY`].
    of: Vec<u32>,
    /// Number and stretch, ascending.
    pub(super) strays: Vec<(u32, u32)>,
}

impl Numbers {
    /// The strays of the persons `[from, to)`.
    pub(super) fn strays_of(&self, from: u32, to: u32) -> &[(u32, u32)] {
        let first = self.strays.partition_point(|(person, _)| *person < from);
        let rest = &self.strays[first..];
        &rest[..rest.partition_point(|(person, _)| *person < to)]
    }

    /// The person of a stretch.
    pub(super) fn person(&self, stretch: usize) -> u32 {
        let number = self.of[stretch];
        if number == NOBODY { NOBODY } else { number & !STRAY }
    }

    /// The person of a stretch that is no stray.
    #[inline]
    pub(super) fn settled(&self, stretch: usize) -> Option<u32> {
        let number = self.of[stretch];
        (number & STRAY == 0).then_some(number)
    }
}

/// The persons of one tenant, as far as questions met them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Roster {
    sorted: Arc<Vec<u64>>,
    late: Vec<u64>,
    late_numbers: HashMap<u64, u32>,
    /// Per number the number of its person; empty when all are their own.
    canonical: Vec<u32>,
    links: u64,
    units: HashMap<UnitId, Arc<Numbers>>,
}

/// A unit and its columns.
pub(super) type Known<'a> = (UnitId, &'a Base);

impl Roster {
    /// How many numbers there are.
    pub(super) fn len(&self) -> usize {
        self.sorted.len() + self.late.len()
    }

    /// How many of them are in the order of their keys.
    pub(super) fn sorted(&self) -> usize {
        self.sorted.len()
    }

    /// The key of a number.
    pub(super) fn key(&self, number: u32) -> u64 {
        let at = number as usize;
        self.sorted.get(at).copied().unwrap_or_else(|| self.late[at - self.sorted.len()])
    }

    /// The number of a key.
    pub(super) fn number(&self, key: u64) -> Option<u32> {
        let sorted = self.sorted.binary_search(&key).ok().map(|at| at as u32);
        sorted.or_else(|| self.late_numbers.get(&key).copied())
    }

    /// The same, for keys that come ascending: `near` is where the one before was, at first 0.
    pub(super) fn number_near(&self, near: &mut usize, key: u64) -> Option<u32> {
        *near = gallop(&self.sorted, *near, key);
        let sorted = self.sorted.get(*near).filter(|found| **found == key).map(|_| *near as u32);
        sorted.or_else(|| self.late_numbers.get(&key).copied())
    }

    /// The numbers of a unit.
    pub(super) fn unit(&self, unit: UnitId) -> Option<&Arc<Numbers>> {
        self.units.get(&unit)
    }

    /// The generation of links it was made with.
    pub(super) fn links(&self) -> u64 {
        self.links
    }

    /// Whether all these units are in it.
    pub(super) fn has(&self, units: &[Known<'_>]) -> bool {
        units.iter().all(|(id, _)| self.units.contains_key(id))
    }

    /// A roster of these units alone.
    pub(super) fn made(units: &[Known<'_>], links: &impl Linked) -> Self {
        let mut keys: Vec<u64> = Vec::with_capacity(units.iter().map(|u| u.1.keys.len()).sum());
        units.iter().for_each(|(_, base)| keys.extend_from_slice(&base.keys));
        keys.sort_unstable();
        keys.dedup();
        keys.retain(|key| *key != 0);
        keys.shrink_to_fit();
        let mut roster = Self { sorted: Arc::new(keys), ..Self::default() };
        roster.link(links);
        roster.take(units, links);
        roster
    }

    /// Adds units; those that `lives` does not know any more go.
    pub(super) fn extend(
        &mut self,
        units: &[Known<'_>],
        links: &impl Linked,
        lives: impl Fn(UnitId) -> bool,
    ) {
        self.units.retain(|id, _| lives(*id));
        self.take(units, links);
    }

    /// Whether so many keys are late that it had better be made anew.
    pub(super) fn is_scattered(&self) -> bool {
        self.late.len() > self.sorted.len() / 4 + LATE_MAX
    }

    /// The same with other links; numbers of keys stay.
    pub(super) fn relinked(&self, links: &impl Linked) -> Self {
        let mut roster = Self { units: HashMap::new(), canonical: Vec::new(), ..self.clone() };
        roster.link(links);
        let units = self
            .units
            .iter()
            .map(|(id, numbers)| (*id, Arc::new(roster.derived(numbers.own.clone()))));
        roster.units = units.collect();
        roster
    }

    fn link(&mut self, links: &impl Linked) {
        self.links = links.generation();
        for (own, person) in links.moved() {
            let Some(own) = self.number(own) else { continue };
            let person = self.entered(person);
            self.point(own, person);
        }
    }

    fn point(&mut self, own: u32, person: u32) {
        let len = self.len() as u32;
        let known = self.canonical.len() as u32;
        self.canonical.extend(known..len);
        self.canonical[own as usize] = person;
    }

    /// The number of a key, a late one if it has none yet.
    fn entered(&mut self, key: u64) -> u32 {
        if let Some(number) = self.number(key) {
            return number;
        }
        let number = self.len() as u32;
        self.late.push(key);
        self.late_numbers.insert(key, number);
        number
    }

    fn take(&mut self, units: &[Known<'_>], links: &impl Linked) {
        for (id, base) in units {
            if self.units.contains_key(id) {
                continue;
            }
            let own = self.own(base, links);
            self.units.insert(*id, Arc::new(self.derived(Arc::new(own))));
        }
    }

    fn own(&mut self, base: &Base, links: &impl Linked) -> Vec<u32> {
        let sorted = self.sorted.clone();
        let mut at = 0;
        let mut own = Vec::with_capacity(base.keys.len());
        for key in &base.keys {
            at = gallop(&sorted, at, *key);
            own.push(match sorted.get(at) {
                _ if *key == 0 => NOBODY,
                Some(found) if found == key => at as u32,
                _ => {
                    let before = self.len();
                    let number = self.entered(*key);
                    let person = links.canonical(*key);
                    if number as usize == before && person != *key {
                        let person = self.entered(person);
                        self.point(number, person);
                    }
                    number
                }
            });
        }
        own
    }

    fn derived(&self, own: Arc<Vec<u32>>) -> Numbers {
        let sorted = self.sorted.len() as u32;
        let mut strays = Vec::new();
        let mut of = Vec::with_capacity(own.len());
        for (stretch, number) in own.iter().enumerate() {
            let person = match *number {
                NOBODY => NOBODY,
                number => self.canonical.get(number as usize).copied().unwrap_or(number),
            };
            let settled = person == *number && person < sorted;
            of.push(if settled || person == NOBODY { person } else { person | STRAY });
            if !settled && person != NOBODY {
                strays.push((person, stretch as u32));
            }
        }
        strays.sort_unstable();
        Numbers { own, of, strays }
    }
}

/// The first index from `from` on whose entry is not smaller than the key; near ones are found
/// fast.
pub(super) fn gallop(sorted: &[u64], from: usize, key: u64) -> usize {
    let mut step = 1;
    let mut low = from;
    while low + step < sorted.len() && sorted[low + step] < key {
        low += step;
        step *= 2;
    }
    let high = sorted.len().min(low + step + 1);
    low + sorted[low.min(high)..high].partition_point(|entry| *entry < key)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fake(HashMap<u64, u64>);

    impl Linked for Fake {
        fn generation(&self) -> u64 {
            self.0.len() as u64
        }

        fn canonical(&self, key: u64) -> u64 {
            self.0.get(&key).copied().unwrap_or(key)
        }

        fn moved(&self) -> Vec<(u64, u64)> {
            self.0.iter().map(|(own, person)| (*own, *person)).collect()
        }
    }

    fn base(persons: &[u64]) -> Base {
        let zeros = vec![0; persons.len()];
        Base::new(persons, &vec![0; persons.len()], zeros, vec!["a".into()])
    }

    fn unit(group: usize) -> UnitId {
        UnitId::Group { file: 1, group }
    }

    #[test]
    fn galloping_finds_what_searching_finds() {
        let sorted: Vec<u64> = (0..100).map(|n| n * 3).collect();
        for from in 0..100 {
            for key in sorted[from]..310 {
                let expected = from + sorted[from..].partition_point(|entry| *entry < key);
                assert_eq!(gallop(&sorted, from, key), expected, "{from} {key}");
            }
        }
        assert_eq!(gallop(&[], 0, 5), 0);
    }

    #[test]
    fn late_and_linked_keys_are_strays() {
        let (a, b) = (base(&[0, 10, 10, 20]), base(&[5, 10, 30]));
        let none = Fake(HashMap::new());
        let mut roster = Roster::made(&[(unit(0), &a)], &none);
        roster.extend(&[(unit(1), &b)], &none, |_| true);
        assert_eq!((roster.len(), roster.sorted()), (4, 2));
        let numbers = roster.unit(unit(1)).unwrap();
        assert_eq!((0..3).map(|s| numbers.person(s)).collect::<Vec<_>>(), [2, 0, 3]);
        assert_eq!(numbers.strays, [(2, 0), (3, 2)]);
        assert_eq!((numbers.settled(0), numbers.settled(1)), (None, Some(0)));
        assert_eq!((roster.key(2), roster.number(30), roster.number(31)), (5, Some(3), None));
        assert_eq!(roster.unit(unit(0)).unwrap().person(0), NOBODY);

        let linked = Fake([(10, 30), (20, 40)].into());
        let roster = roster.relinked(&linked);
        assert_eq!((roster.len(), roster.number(40), roster.links()), (5, Some(4), 2));
        assert_eq!(roster.unit(unit(1)).unwrap().strays, [(2, 0), (3, 1), (3, 2)]);
        assert_eq!(roster.unit(unit(0)).unwrap().strays, [(3, 1), (4, 2)]);
        let made = Roster::made(&[(unit(0), &a), (unit(1), &b)], &linked);
        assert_eq!(made.unit(unit(1)).unwrap().strays, [(3, 1)]);
    }
}
