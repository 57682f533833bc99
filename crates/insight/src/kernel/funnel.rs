//! How many get through a row of steps.
//!
//! One walk over the events of a person, or of each of its sessions, finds the way of it that gets
//! furthest: [`plain`] for steps in order with nothing else to mind, [`attempts`] for steps in
//! order with exclusions, optional steps or nothing in between, [`unordered`] for any order. What
//! is counted are persons that reach the first step; all others cost one look at their events.

mod attempts;
mod fold;
mod groups;
mod plain;
mod rules;
mod spans;
mod tally;
mod touch;
mod unordered;
mod walk;

use event::Timestamp;

use self::{
    fold::{Count, Who},
    groups::Absorb,
    rules::Rules,
    tally::Tally,
};
use super::{SELECTORS_MAX, Source};
use crate::{AnswerError, BreakdownValue, ConversionPoint, Funnel, FunnelAnswer, calendar, exact};

/// Steps of a funnel.
const STEPS_MAX: usize = 20;

/// Whether a funnel is small enough; what [`crate::read`] lets through is.
pub(super) fn fits(q: &Funnel) -> bool {
    let selectors = q.steps.len() + q.exclusions.len() + 1;
    (1..=STEPS_MAX).contains(&q.steps.len()) && selectors <= SELECTORS_MAX
}

pub(super) fn answer<S: Source>(q: &Funnel, source: &S) -> Result<FunnelAnswer, S::Error> {
    let count = Count { rules: Rules::new(q), buckets: buckets(q)? };
    let part = source.fold(&count.rules.plan(q), &count)?;
    let ranked = part.groups.ranked(q.breakdown.as_ref(), source, Tally::entered)?;
    let mut total = Tally::default();
    let mut lines = Vec::new();
    for (values, mut tally) in ranked {
        if q.breakdown.is_some() {
            lines.push((values, tally.steps(q)));
        }
        total.absorb(tally);
    }
    Ok(FunnelAnswer {
        steps: total.steps(q),
        time_to_convert: total.time_to_convert(),
        breakdown: q.breakdown.is_some().then_some(lines),
        trend: count.buckets.as_ref().map(|buckets| {
            let point = |(index, of)| conversion(buckets, index, of, source.now());
            part.conversions.iter().enumerate().map(point).collect()
        }),
    })
}

/// The persons that reached a step (from 1), or got no further: `at` is the step, whether only
/// those that got no further, the values of a breakdown and the start of a trend's bucket.
pub(super) fn behind<S: Source>(
    q: &Funnel,
    at: (usize, bool, Option<&[BreakdownValue]>, Option<Timestamp>),
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    let (step, dropped, key, bucket) = at;
    if step == 0 || step > q.steps.len() {
        return Err(AnswerError::Coordinate("funnel").into());
    }
    let span = match (bucket, buckets(q)?) {
        (Some(start), Some(buckets)) => {
            let Some(index) = buckets.starts().iter().position(|s| *s == start) else {
                return Ok(Vec::new());
            };
            Some((buckets.edges()[index], buckets.edges()[index + 1]))
        }
        (Some(_), None) => return Ok(Vec::new()),
        (None, _) => None,
    };
    let who = Who { rules: Rules::new(q), step, dropped, span };
    let groups = source.fold(&who.rules.plan(q), &who)?.groups;
    let ranked = groups.ranked(q.breakdown.as_ref(), source, fold::Behind::entered)?;
    let shown = ranked.into_iter().filter(|(values, _)| key.is_none_or(|key| key == &values[..]));
    let mut persons: Vec<u32> = shown.flat_map(|(_, behind)| behind.persons).collect();
    persons.sort_unstable();
    persons.dedup();
    Ok(persons)
}

fn buckets(q: &Funnel) -> Result<Option<calendar::Buckets>, AnswerError> {
    Ok(q.trend.map(|interval| calendar::Buckets::new(&q.range, interval)).transpose()?)
}

fn conversion(
    buckets: &calendar::Buckets,
    index: usize,
    (entered, converted): &(u64, u64),
    now: Timestamp,
) -> ConversionPoint {
    ConversionPoint {
        start: buckets.starts()[index],
        entered: *entered,
        converted: *converted,
        rate: exact::rate(*converted, *entered),
        partial: buckets.is_partial(index, now),
    }
}
