//! When somebody first did something, ever: before what is stored only event types are known, so
//! only a selector without a filter looks there.

use super::Person;
use crate::{Filter, Selector};

/// The first time of a selector.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ever<'q>(Option<&'q Selector>);

impl<'q> Ever<'q> {
    pub(super) fn of(selector: &'q Selector) -> Self {
        let trivial = matches!(
            &selector.filter,
            Filter::All(filters) | Filter::Any(filters) if filters.is_empty()
        );
        Self(trivial.then_some(selector))
    }

    /// Whether somebody may have done it of whom no such event is stored.
    pub(super) fn looks_back(self) -> bool {
        self.0.is_some()
    }

    /// The first time, ms; `stored` is that of the events.
    pub(super) fn first(self, person: &Person<'_>, stored: Option<i64>) -> Option<i64> {
        let before = self.0.and_then(|selector| person.first_before(selector));
        before.map(|at| at.0).into_iter().chain(stored).min()
    }
}
