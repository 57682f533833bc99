//! Groups of persons: who belongs to a cohort, and how large it is.
//!
//! A definition is a tree of conditions. Each condition is one fold that gives the persons that
//! fulfil it; the tree joins them as sets of ascending numbers. A set may be held as its
//! complement, so that "not" costs nothing and everybody is only asked for at the end, if at all.

mod condition;
mod set;

use super::{Plan, Source, gather, retention};
use crate::{
    Answer, AnswerError, Basis, Cohort, CohortOf, Coordinate, Definition, Interval, Retention,
    Selector, Windows,
};
use set::{Set, ascending};

/// The answer to either form of the question.
pub(super) fn answer<S: Source>(q: &Cohort, source: &S) -> Result<Answer, S::Error> {
    Ok(match &q.of {
        CohortOf::Definition(definition) => {
            Answer::CohortSize(members(definition, source)?.len() as u64)
        }
        CohortOf::FirstSeen { period, periods, activity } => {
            let asked = first_seen(q, *period, *periods, activity);
            Answer::FirstSeen(retention::answer(&asked, source)?)
        }
    })
}

/// The persons behind a number of the answer.
pub(super) fn behind<S: Source>(
    q: &Cohort,
    at: &Coordinate,
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    match (&q.of, at) {
        (CohortOf::Definition(definition), Coordinate::All) => members(definition, source),
        (
            CohortOf::FirstSeen { period, periods, activity },
            Coordinate::Cell { cohort, period: behind },
        ) => {
            let asked = first_seen(q, *period, *periods, activity);
            retention::behind(&asked, *cohort, *behind, source)
        }
        _ => Err(AnswerError::Coordinate("cohort").into()),
    }
}

/// Cohorts by first seen are retention of anybody's first event ever.
fn first_seen(q: &Cohort, period: Interval, periods: usize, activity: &Selector) -> Retention {
    let (range, returning) = (q.range.clone(), activity.clone());
    let (basis, windows) = (Basis::FirstTime, Windows::Calendar);
    Retention { range, period, periods, basis, windows, start: Selector::default(), returning }
}

/// The members of a cohort among the persons that have an event at all, ascending.
pub fn members<S: Source>(definition: &Definition, source: &S) -> Result<Vec<u32>, S::Error> {
    match set_of(definition, source)? {
        Set { inverted: false, persons } => Ok(persons),
        Set { inverted: true, persons } => {
            let all = everybody(source)?;
            Ok(if persons.is_empty() { all } else { set::without(&all, &persons) })
        }
    }
}

/// Everybody with an event, ascending.
fn everybody<S: Source>(source: &S) -> Result<Vec<u32>, S::Error> {
    let plan = Plan { times: (i64::MIN, i64::MAX), everyone: true, ..Plan::default() };
    Ok(ascending(gather::persons(source, &plan, |_: &mut (), _| true)?))
}

fn set_of<S: Source>(definition: &Definition, source: &S) -> Result<Set, S::Error> {
    Ok(match definition {
        Definition::All(list) => {
            let mut all = Set::everybody();
            for part in list {
                all = all.and(set_of(part, source)?);
            }
            all
        }
        Definition::Any(list) => {
            let mut any = Set::default();
            for part in list {
                any = any.or(set_of(part, source)?);
            }
            any
        }
        Definition::Not(inner) => set_of(inner, source)?.not(),
        Definition::Saved { definition, .. } => set_of(definition, source)?,
        Definition::Ids(ids) => {
            let mut persons = Vec::new();
            for id in ids {
                persons.extend(source.number(id)?);
            }
            Set::of(ascending(persons))
        }
        Definition::Person(predicate) => Set::of(source.holding(predicate)?),
        Definition::Did { selector, times, within } => {
            condition::did(selector, *times, within, source)?
        }
        Definition::FirstTime { selector, within } => {
            Set::of(condition::first_time(selector, within, source)?)
        }
        Definition::Sequence { first, then, within_ms, within } => {
            Set::of(condition::sequence((first, then), *within_ms, within, source)?)
        }
        Definition::Stopped { selector, quiet_ms, within } => {
            Set::of(condition::stopped(selector, *quiet_ms, within, source)?)
        }
    })
}
