//! In how many periods persons are active.

use std::collections::{BTreeMap, BTreeSet};

use super::world::{People, World};
use crate::{AnswerError, Stickiness, calendar::Buckets};

fn by_periods<'a>(q: &Stickiness, world: &World<'a>) -> Result<Vec<People<'a>>, AnswerError> {
    let buckets = Buckets::new(&q.range, q.interval)?;
    let mut active: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for seen in world.within(&q.range, &q.selector)? {
        if let (Some(person), Some(bucket)) = (seen.person, buckets.index(seen.at())) {
            active.entry(person).or_default().insert(bucket);
        }
    }
    let mut by_periods = vec![People::new(); buckets.len()];
    for (person, periods) in active {
        by_periods[periods.len() - 1].insert(person);
    }
    Ok(by_periods)
}

pub(super) fn answer(q: &Stickiness, world: &World<'_>) -> Result<Vec<u64>, AnswerError> {
    Ok(by_periods(q, world)?.iter().map(|people| people.len() as u64).collect())
}

pub(super) fn people<'a>(
    q: &Stickiness,
    periods: usize,
    world: &World<'a>,
) -> Result<People<'a>, AnswerError> {
    let all = by_periods(q, world)?;
    let found = periods.checked_sub(1).and_then(|index| all.get(index).cloned());
    found.ok_or(AnswerError::Coordinate("stickiness"))
}
