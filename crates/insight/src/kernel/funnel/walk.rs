//! Walking a person's events, or those of each of its sessions.

use super::{
    super::{Mark, Person, Values, session::Cutter},
    attempts::{Attempts, SKIPPED},
    plain::Plain,
    rules::Rules,
    touch::{Key, Touch},
    unordered::Unordered,
};
use crate::{Per, StepOrder};

/// The furthest way of one person or session.
pub(super) struct Way<'a> {
    /// All events that matter.
    pub(super) marks: &'a [Mark],
    /// Per step the row that filled it, as far as it got; the first of them always.
    pub(super) filled: &'a [u32],
    /// The values it counts for.
    pub(super) key: Key,
}

impl Way<'_> {
    /// When its first step was, ms.
    pub(super) fn began(&self) -> i64 {
        self.marks[self.filled[0] as usize].at
    }

    /// Whether it reached a step, from 1.
    pub(super) fn reached(&self, step: usize) -> bool {
        self.filled.get(step - 1).is_some_and(|row| *row != SKIPPED)
    }
}

/// What walks, with its buffers.
pub(super) struct Walker {
    walk: Walk,
    cutter: Cutter,
    touch: Touch,
}

enum Walk {
    Plain(Box<Plain>),
    Attempts(Box<Attempts>),
    Unordered(Box<Unordered>),
}

impl Walker {
    pub(super) fn new(rules: &Rules) -> Self {
        let walk = match rules.order {
            StepOrder::Unordered => Walk::Unordered(Unordered::new().into()),
            _ if rules.is_plain() => Walk::Plain(Plain::new().into()),
            _ => Walk::Attempts(Attempts::new().into()),
        };
        Self { walk, cutter: Cutter::default(), touch: Touch::default() }
    }

    /// Gives every way of a person that reached the first step.
    pub(super) fn each<V: Values>(
        &mut self,
        rules: &Rules,
        person: &Person<'_>,
        values: &V,
        mut then: impl FnMut(Way<'_>),
    ) {
        let Self { walk, cutter, touch } = self;
        let mut one = |marks: &[Mark]| {
            if let Some(filled) = walk.furthest(rules, marks) {
                let key = touch.key(rules, marks, filled, values);
                then(Way { marks, filled, key });
            }
        };
        match rules.per {
            Per::Person => one(person.marks),
            Per::Session => {
                // Whoever never reaches the first step has no session that does.
                if rules.order != StepOrder::Unordered && !person.marks.iter().any(|m| m.is(0)) {
                    return;
                }
                let ids = Some(rules.dimensions);
                for session in cutter.cut(person.marks, rules.any(), ids, values) {
                    one(session.marks);
                }
            }
        }
    }
}

impl Walk {
    fn furthest(&mut self, rules: &Rules, marks: &[Mark]) -> Option<&[u32]> {
        match self {
            Self::Plain(plain) => plain.furthest(rules, marks),
            Self::Attempts(attempts) => attempts.furthest(rules, marks),
            Self::Unordered(unordered) => unordered.furthest(rules, marks),
        }
    }
}
