//! The latest seen of many persons, in memory bounded by how many are wanted and how many are
//! tied with the last of them.

use std::cmp::Reverse;

/// Kept before the first cut.
const KEPT_MIN: usize = 4_096;

/// What is known of a person without asking for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// Its last event of the range, ms.
    pub(super) last: i64,
    /// Its first, ms.
    pub(super) first: i64,
    /// All of them.
    pub(super) events: u64,
    /// The person.
    pub(super) number: u32,
}

/// Persons of which only the latest seen are of interest.
#[derive(Debug, Default)]
pub(super) struct Latest {
    kept: Vec<Seen>,
    /// Cut when there are so many.
    full: usize,
    /// Whoever was last seen before cannot be among the wanted.
    bound: Option<i64>,
}

impl Latest {
    /// Takes in one person; `wanted` of the latest are needed.
    pub(super) fn push(&mut self, seen: Seen, wanted: usize) {
        if self.bound.is_some_and(|bound| seen.last < bound) {
            return;
        }
        self.kept.push(seen);
        if self.kept.len() >= self.full.max(KEPT_MIN).max(wanted * 2) {
            self.cut(wanted);
            // Ties may keep it large: so that cuts stay rare, it may double.
            self.full = self.kept.len() * 2;
        }
    }

    fn cut(&mut self, wanted: usize) {
        if let Some(last) = wanted.checked_sub(1).filter(|last| *last < self.kept.len()) {
            let (_, nth, _) = self.kept.select_nth_unstable_by_key(last, |seen| Reverse(seen.last));
            let bound = nth.last;
            self.kept.retain(|seen| seen.last >= bound);
            self.bound = Some(bound);
        }
    }

    /// Everybody that is kept, in no order.
    pub(super) fn into_vec(self) -> Vec<Seen> {
        self.kept
    }

    /// The latest, and those tied with the last of them, in no order.
    pub(super) fn first(mut self, wanted: usize) -> Vec<Seen> {
        self.cut(wanted);
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use super::{Latest, Seen};

    #[test]
    fn the_latest_and_their_ties_are_kept() {
        for spread in [1, 3, 50, 100_000] {
            let mut rng = fastrand::Rng::with_seed(spread);
            let mut all = Vec::new();
            let mut latest = Latest::default();
            for number in 0..20_000 {
                let last = rng.i64(..spread as i64);
                let seen = Seen { last, first: 0, events: 1, number };
                all.push(seen);
                latest.push(seen, 100);
            }
            all.sort_unstable_by_key(|seen| (Reverse(seen.last), seen.number));
            all.retain({
                let bound = all[99].last;
                move |seen| seen.last >= bound
            });
            let mut found = latest.first(100);
            found.sort_unstable_by_key(|seen| (Reverse(seen.last), seen.number));
            assert_eq!(found, all, "{spread}");
        }
    }
}
