//! Who belongs to a cohort.

use super::world::{People, World};
use crate::{AnswerError, Definition, Filter};

/// The members of a cohort, among the persons that have an event at all.
pub(super) fn members<'a>(
    definition: &Definition,
    world: &World<'a>,
) -> Result<People<'a>, AnswerError> {
    let mut members = People::new();
    for person in world.persons.keys() {
        if holds(definition, person, world)? {
            members.insert(*person);
        }
    }
    Ok(members)
}

/// Whether a person with events belongs to it.
pub(super) fn holds(
    definition: &Definition,
    person: &str,
    world: &World<'_>,
) -> Result<bool, AnswerError> {
    let rows = &world.persons[person];
    Ok(match definition {
        Definition::All(list) => {
            let each: Result<Vec<bool>, _> = list.iter().map(|d| holds(d, person, world)).collect();
            each?.into_iter().all(|held| held)
        }
        Definition::Any(list) => {
            let each: Result<Vec<bool>, _> = list.iter().map(|d| holds(d, person, world)).collect();
            each?.into_iter().any(|held| held)
        }
        Definition::Not(inner) => !holds(inner, person, world)?,
        Definition::Saved { definition, .. } => holds(definition, person, world)?,
        Definition::Ids(ids) => ids.iter().any(|id| world.identity.person(id) == person),
        Definition::Did { selector, times, within } => {
            let found = world.select(rows, selector)?;
            times.holds(found.iter().filter(|seen| within.contains(seen.at())).count() as u64)
        }
        Definition::FirstTime { selector, within } => {
            world.first_time(person, selector)?.is_some_and(|at| within.contains(at))
        }
        Definition::Sequence { first, then, within_ms, within } => {
            let (firsts, thens) = (world.select(rows, first)?, world.select(rows, then)?);
            firsts.iter().filter(|seen| within.contains(seen.at())).any(|a| {
                thens
                    .iter()
                    .filter(|seen| within.contains(seen.at()))
                    .any(|b| b.index > a.index && b.at().0 - a.at().0 <= *within_ms)
            })
        }
        Definition::Stopped { selector, quiet_ms, within } => {
            let found = world.select(rows, selector)?;
            let last = found.iter().rfind(|seen| within.contains(seen.at()));
            last.is_some_and(|seen| seen.at().0 < within.to.0 - quiet_ms)
        }
        Definition::Person(predicate) => {
            let matcher = world.matcher(&Filter::Is(predicate.clone()))?;
            world.ask(rows[0], |row| matcher.matches(row))
        }
    })
}
