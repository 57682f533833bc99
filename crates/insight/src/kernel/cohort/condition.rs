//! What somebody did, did not do, or stopped doing: one fold each.

use super::set::{Set, ascending};
use crate::{
    Range, Selector, Times,
    kernel::{Person, Plan, Source, ever::Ever, gather},
};

/// Events of a range that at least one selector takes.
fn within(range: &Range, selectors: &[&Selector]) -> Plan {
    Plan {
        times: (range.from.0, range.to.0),
        selectors: selectors.iter().map(|selector| (*selector).clone()).collect(),
        ..Plan::default()
    }
}

/// The persons that a plan gives and for which something holds, ascending.
fn those<S: Source>(
    source: &S,
    plan: &Plan,
    holds: impl Fn(Person<'_>) -> bool + Sync,
) -> Result<Vec<u32>, S::Error> {
    gather::persons(source, plan, |_: &mut (), person| holds(person)).map(ascending)
}

/// Did it so many times. Those that never did are given by no fold, so "at most" is the
/// complement of "more than".
pub(super) fn did<S: Source>(
    selector: &Selector,
    times: Times,
    range: &Range,
    source: &S,
) -> Result<Set, S::Error> {
    let plan = within(range, &[selector]);
    let count = |person: Person<'_>| person.marks.len() as u64;
    Ok(match times {
        Times::AtLeast(0) => Set::everybody(),
        Times::AtMost(most) => Set::of(those(source, &plan, |p| count(p) > most)?).not(),
        Times::Exactly(0) => Set::of(those(source, &plan, |p| count(p) > 0)?).not(),
        Times::AtLeast(_) | Times::Exactly(_) => {
            Set::of(those(source, &plan, |p| times.holds(count(p)))?)
        }
    })
}

/// Did it for the first time ever within a range. What lies before the range must be seen; what
/// lies behind it cannot be the first and in the range. Without a filter the first time may lie
/// before what is stored, so that nothing of it need be stored.
pub(super) fn first_time<S: Source>(
    selector: &Selector,
    range: &Range,
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    let ever = Ever::of(selector);
    let mut plan = within(range, &[selector]);
    plan.times.0 = i64::MIN;
    plan.everyone = ever.looks_back();
    plan.before = ever.looks_back();
    those(source, &plan, |person| {
        let first = ever.first(&person, person.marks.first().map(|mark| mark.at));
        first.is_some_and(|at| range.from.0 <= at && at < range.to.0)
    })
}

/// Did one thing and, by a later event, another.
pub(super) fn sequence<S: Source>(
    (first, then): (&Selector, &Selector),
    within_ms: i64,
    range: &Range,
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    let plan = within(range, &[first, then]);
    those(source, &plan, |person| {
        // The latest first thing is the nearest: none before it can do what it cannot.
        let mut latest = None;
        person.marks.iter().any(|mark| {
            let follows = mark.is(1) && latest.is_some_and(|at| mark.at - at <= within_ms);
            if mark.is(0) {
                latest = Some(mark.at);
            }
            follows
        })
    })
}

/// Did it, but not in the last part of the range.
pub(super) fn stopped<S: Source>(
    selector: &Selector,
    quiet_ms: i64,
    range: &Range,
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    let plan = within(range, &[selector]);
    let quiet = range.to.0 - quiet_ms;
    those(source, &plan, |person| person.marks.last().is_some_and(|mark| mark.at < quiet))
}
