//! The folds: one counts ways, one lists whose they are.

use event::Timestamp;

use super::{
    super::{Fold, Person, Values},
    groups::{Absorb, Groups},
    rules::Rules,
    tally::Tally,
    walk::{Walker, Way},
};
use crate::calendar::Buckets;

/// Counts.
pub(super) struct Count {
    pub(super) rules: Rules,
    pub(super) buckets: Option<Buckets>,
}

/// What was counted.
pub(super) struct Counted {
    walker: Walker,
    pub(super) groups: Groups<Tally>,
    /// Per bucket of the first step how many entered and how many reached the last.
    pub(super) conversions: Vec<(u64, u64)>,
}

impl Fold for Count {
    type Part = Counted;

    fn start(&self) -> Counted {
        let buckets = self.buckets.as_ref().map_or(0, Buckets::len);
        let walker = Walker::new(&self.rules);
        Counted { walker, groups: Groups::default(), conversions: vec![(0, 0); buckets] }
    }

    fn person<V: Values>(&self, part: &mut Counted, person: Person<'_>, values: &V) {
        let Counted { walker, groups, conversions } = part;
        walker.each(&self.rules, &person, values, |way| {
            if let Some(tally) = groups.of(way.key) {
                tally.add(self.rules.steps, way.marks, way.filled);
            }
            let began = Timestamp(way.began());
            if let Some(bucket) = self.buckets.as_ref().and_then(|all| all.index(began)) {
                conversions[bucket].0 += 1;
                conversions[bucket].1 += u64::from(way.filled.len() == self.rules.steps);
            }
        });
    }

    fn merge(&self, mut a: Counted, b: Counted) -> Counted {
        a.groups.absorb(b.groups);
        for (mine, theirs) in a.conversions.iter_mut().zip(b.conversions) {
            *mine = (mine.0 + theirs.0, mine.1 + theirs.1);
        }
        a
    }
}

/// Lists the persons of a step.
pub(super) struct Who {
    pub(super) rules: Rules,
    /// From 1.
    pub(super) step: usize,
    /// Only those that got no further.
    pub(super) dropped: bool,
    /// Only ways that began in `[from, to)`.
    pub(super) span: Option<(Timestamp, Timestamp)>,
}

/// What was listed.
pub(super) struct Listed {
    walker: Walker,
    pub(super) groups: Groups<Behind>,
}

/// The persons of one value.
#[derive(Default)]
pub(super) struct Behind {
    /// Ways that reached the first step, which decides what values are shown.
    entered: u64,
    pub(super) persons: Vec<u32>,
}

impl Behind {
    pub(super) fn entered(&self) -> u64 {
        self.entered
    }
}

impl Absorb for Behind {
    fn absorb(&mut self, mut other: Self) {
        self.entered += other.entered;
        self.persons.append(&mut other.persons);
    }
}

impl Who {
    fn is_meant(&self, way: &Way<'_>) -> bool {
        way.reached(self.step)
            && (!self.dropped || way.filled.len() == self.step)
            && self.span.is_none_or(|(from, to)| (from.0..to.0).contains(&way.began()))
    }
}

impl Fold for Who {
    type Part = Listed;

    fn start(&self) -> Listed {
        Listed { walker: Walker::new(&self.rules), groups: Groups::default() }
    }

    fn person<V: Values>(&self, part: &mut Listed, person: Person<'_>, values: &V) {
        let Listed { walker, groups } = part;
        walker.each(&self.rules, &person, values, |way| {
            let Some(behind) = groups.of(way.key) else { return };
            behind.entered += 1;
            if self.is_meant(&way) && behind.persons.last().copied() != person.number {
                behind.persons.extend(person.number);
            }
        });
    }

    fn merge(&self, mut a: Listed, b: Listed) -> Listed {
        a.groups.absorb(b.groups);
        a
    }
}
