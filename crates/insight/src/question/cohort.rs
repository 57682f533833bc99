//! Groups of persons: `kind: cohort`, and the definitions that filters and breakdowns use.

use std::sync::Arc;

use super::{Interval, Range, Selector};
use crate::Predicate;

/// `kind: cohort`.
#[derive(Clone, Debug, PartialEq)]
pub struct Cohort {
    /// When; for a definition only its conditions' own ranges matter.
    pub range: Range,
    /// Of what.
    pub of: CohortOf,
}

/// What a cohort question asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum CohortOf {
    /// The size of a defined cohort.
    Definition(Definition),
    /// Persons by the period they were first seen in, and how many are active later.
    FirstSeen {
        /// Width of a period.
        period: Interval,
        /// Periods behind the first, 1 to 90.
        periods: usize,
        /// What counts as being active.
        activity: Selector,
    },
}

/// Which persons belong to a cohort. Only persons with at least one event can.
#[derive(Clone, Debug, PartialEq)]
pub enum Definition {
    /// All of them hold.
    All(Vec<Definition>),
    /// At least one of them holds.
    Any(Vec<Definition>),
    /// It does not hold.
    Not(Box<Definition>),
    /// Persons of these distinct ids.
    Ids(Vec<String>),
    /// Did something so many times within a range.
    Did {
        /// What.
        selector: Selector,
        /// How often.
        times: Times,
        /// When.
        within: Range,
    },
    /// Did it for the first time ever within a range.
    FirstTime {
        /// What.
        selector: Selector,
        /// When.
        within: Range,
    },
    /// Did one thing and later another.
    Sequence {
        /// The one.
        first: Selector,
        /// The other, a later event.
        then: Selector,
        /// At most so much later, both ends included.
        within_ms: i64,
        /// When both lie.
        within: Range,
    },
    /// Did it in a range, but no more in the last part of it.
    Stopped {
        /// What.
        selector: Selector,
        /// The length of the last part.
        quiet_ms: i64,
        /// When.
        within: Range,
    },
    /// Has a person property.
    Person(Predicate),
    /// A definition saved under a name.
    Saved {
        /// The name.
        name: String,
        /// What it stands for; may be long, and be named many times.
        definition: Arc<Definition>,
    },
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// So often or more.
    AtLeast(u64),
    /// So often or less; persons that never did it belong.
    AtMost(u64),
    /// Just so often; 0 are those that never did it.
    Exactly(u64),
}

impl Times {
    /// Whether a count is of that kind.
    pub fn holds(self, count: u64) -> bool {
        match self {
            Self::AtLeast(n) => count >= n,
            Self::AtMost(n) => count <= n,
            Self::Exactly(n) => count == n,
        }
    }

    /// The name on the wire, and the number.
    pub fn parts(self) -> (&'static str, u64) {
        match self {
            Self::AtLeast(n) => ("at_least", n),
            Self::AtMost(n) => ("at_most", n),
            Self::Exactly(n) => ("exactly", n),
        }
    }
}
