//! In how many periods persons are active.

use super::{Fold, Person, Plan, Source, Values, gather, periods::Periods};
use crate::{AnswerError, Stickiness, calendar::Buckets};

/// Counts persons by the number of their periods.
struct Active {
    periods: Periods,
    /// Periods of the range.
    len: usize,
}

impl Active {
    fn of(q: &Stickiness) -> Result<Self, AnswerError> {
        let buckets = Buckets::new(&q.range, q.interval)?;
        let periods = Periods::new(buckets.edges().iter().copied());
        Ok(Self { periods, len: buckets.len() })
    }

    /// Periods with an event.
    fn count(&self, person: &Person<'_>) -> usize {
        let mut walk = self.periods.walk();
        let (mut count, mut last) = (0, None);
        for mark in person.marks {
            let place = walk.index(mark.at);
            if place.is_some() && place != last {
                last = place;
                count += 1;
            }
        }
        count
    }
}

impl Fold for Active {
    type Part = Vec<u64>;

    fn start(&self) -> Vec<u64> {
        vec![0; self.len]
    }

    fn person<V: Values>(&self, part: &mut Vec<u64>, person: Person<'_>, _values: &V) {
        if let Some(index) = self.count(&person).checked_sub(1) {
            part[index] += 1;
        }
    }

    fn merge(&self, mut a: Vec<u64>, b: Vec<u64>) -> Vec<u64> {
        a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        a
    }
}

fn plan(q: &Stickiness) -> Plan {
    let times = (q.range.from.0, q.range.to.0);
    Plan { times, selectors: vec![q.selector.clone()], ..Plan::default() }
}

/// Persons active in 1, 2, .. periods.
pub(super) fn answer<S: Source>(q: &Stickiness, source: &S) -> Result<Vec<u64>, S::Error> {
    source.fold(&plan(q), &Active::of(q)?)
}

/// The persons active in so many periods.
pub(super) fn behind<S: Source>(
    q: &Stickiness,
    periods: usize,
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    let active = Active::of(q)?;
    if periods == 0 || periods > active.len {
        return Err(AnswerError::Coordinate("stickiness").into());
    }
    gather::persons(source, &plan(q), |_: &mut (), person| active.count(&person) == periods)
}
