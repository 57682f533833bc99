//! Exact sets of persons.

use rayon::{prelude::*, slice::ParallelSliceMut};

use crate::local::People;

/// Keys added before the list is sorted and rid of repetitions.
const UNSORTED_MAX: usize = 1 << 20;

/// A set of person keys: a list, sorted now and then. Kernels add a person once per unit, so the
/// list holds few repetitions.
#[derive(Clone, Debug, Default)]
pub(super) struct Persons {
    keys: Vec<u64>,
    distinct: usize,
}

impl Persons {
    /// Adds a person; 0 is nobody.
    pub(super) fn add(&mut self, person: u64) {
        if person != 0 {
            self.keys.push(person);
            if self.keys.len() > 2 * self.distinct + UNSORTED_MAX {
                self.compact();
            }
        }
    }

    /// Takes in another set.
    pub(super) fn merge(&mut self, mut other: Self) {
        if self.keys.len() < other.keys.len() {
            std::mem::swap(self, &mut other);
        }
        self.keys.append(&mut other.keys);
        if self.keys.len() > 2 * self.distinct + UNSORTED_MAX {
            self.compact();
        }
    }

    /// How many, linked ids being one.
    pub(super) fn count(&mut self, people: Option<&People>) -> u64 {
        if let Some(people) = people.filter(|people| !people.is_empty()) {
            self.keys.par_iter_mut().for_each(|key| *key = people.canonical(*key));
        }
        self.compact();
        self.keys.len() as u64
    }

    fn compact(&mut self) {
        if self.keys.len() > UNSORTED_MAX / 8 {
            self.keys.par_sort_unstable();
        } else {
            self.keys.sort_unstable();
        }
        self.keys.dedup();
        self.distinct = self.keys.len();
    }
}
