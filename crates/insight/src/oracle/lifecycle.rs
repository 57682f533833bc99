//! Who is new, comes back, or stays away.

use std::collections::BTreeMap;

use event::Timestamp;

use super::world::{People, World};
use crate::{
    AnswerError, Lifecycle, LifecyclePoint, LifecycleState,
    calendar::{self, Buckets},
};

type States<'a> = BTreeMap<LifecycleState, People<'a>>;

fn states<'a>(
    q: &Lifecycle,
    buckets: &Buckets,
    world: &World<'a>,
) -> Result<Vec<States<'a>>, AnswerError> {
    let mut all: Vec<States<'a>> = vec![States::new(); buckets.len()];
    let Some(&start) = buckets.starts().first() else { return Ok(all) };
    let range = &q.range;
    let before = calendar::before(start, &range.zone, q.interval, range.week_start)?;
    for (person, rows) in &world.persons {
        let found = world.select(rows, &q.selector)?;
        let Some(first) = world.first_time(person, &q.selector)? else { continue };
        let active = |bucket: Option<usize>| match bucket {
            Some(_) => found.iter().any(|seen| buckets.index(seen.at()) == bucket),
            None => found.iter().any(|seen| before <= seen.at() && seen.at() < start),
        };
        for (index, states) in all.iter_mut().enumerate() {
            let state = match (active(Some(index)), active(index.checked_sub(1))) {
                (true, _) if first >= buckets.starts()[index] => LifecycleState::New,
                (true, true) => LifecycleState::Returning,
                (true, false) => LifecycleState::Resurrecting,
                (false, true) => LifecycleState::Dormant,
                (false, false) => continue,
            };
            states.entry(state).or_default().insert(person);
        }
    }
    Ok(all)
}

pub(super) fn answer(q: &Lifecycle, world: &World<'_>) -> Result<Vec<LifecyclePoint>, AnswerError> {
    let buckets = Buckets::new(&q.range, q.interval)?;
    let states = states(q, &buckets, world)?;
    let point = |(index, states): (usize, &States<'_>)| {
        let count = |state| states.get(&state).map_or(0, |people| people.len() as u64);
        LifecyclePoint {
            start: buckets.starts()[index],
            new: count(LifecycleState::New),
            returning: count(LifecycleState::Returning),
            resurrecting: count(LifecycleState::Resurrecting),
            dormant: count(LifecycleState::Dormant),
            partial: buckets.is_partial(index, world.now),
        }
    };
    Ok(states.iter().enumerate().map(point).collect())
}

pub(super) fn people<'a>(
    q: &Lifecycle,
    bucket: Timestamp,
    state: LifecycleState,
    world: &World<'a>,
) -> Result<People<'a>, AnswerError> {
    let buckets = Buckets::new(&q.range, q.interval)?;
    let index = buckets.starts().iter().position(|start| *start == bucket);
    let index = index.ok_or(AnswerError::Coordinate("lifecycle"))?;
    Ok(states(q, &buckets, world)?[index].get(&state).cloned().unwrap_or_default())
}
