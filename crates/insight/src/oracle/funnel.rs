//! How many get through a row of steps.

mod attempts;
mod unordered;

use std::collections::BTreeMap;

use event::Timestamp;

use super::{
    breakdown::{self, Key},
    session,
    world::{People, Seen, World},
};
use crate::{
    AnswerError, Attribution, BreakdownValue, ConversionPoint, Funnel, FunnelAnswer, Per,
    StepAnswer, StepOrder, TimeToConvert, calendar::Buckets, exact,
};

/// What a funnel sees of one event.
struct Marked<'a> {
    seen: Seen<'a>,
    /// Per step whether the event matches it.
    steps: Vec<bool>,
    /// Per exclusion likewise.
    exclusions: Vec<bool>,
}

/// The furthest way of one person or session.
struct Reached<'a> {
    person: &'a str,
    /// Per step the row that filled it.
    filled: Vec<Option<Seen<'a>>>,
    key: Key,
}

impl Reached<'_> {
    fn furthest(&self) -> usize {
        self.filled.iter().rposition(Option::is_some).map_or(0, |step| step + 1)
    }

    fn time(&self, step: usize) -> Option<Timestamp> {
        self.filled[step].map(|seen| seen.at())
    }
}

pub(super) fn answer(q: &Funnel, world: &World<'_>) -> Result<FunnelAnswer, AnswerError> {
    let reached = reached(q, world)?;
    let all: Vec<&Reached<'_>> = reached.iter().collect();
    let breakdown = q.breakdown.as_ref().map(|_| {
        let of = |key: &Key| {
            let mine: Vec<&Reached<'_>> = all.iter().filter(|r| r.key == *key).copied().collect();
            (key.clone(), steps(q, &mine))
        };
        order(q, &reached).iter().map(of).collect()
    });
    let trend = match q.trend {
        Some(interval) => Some(conversion(&Buckets::new(&q.range, interval)?, &all, world)),
        None => None,
    };
    Ok(FunnelAnswer {
        steps: steps(q, &all),
        time_to_convert: time_to_convert(&all),
        breakdown,
        trend,
    })
}

/// The persons that reached a step, or got no further.
pub(super) fn people<'a>(
    q: &Funnel,
    at: (usize, bool, Option<&Key>, Option<Timestamp>),
    world: &World<'a>,
) -> Result<People<'a>, AnswerError> {
    let (step, dropped, key, bucket) = at;
    if step == 0 || step > q.steps.len() {
        return Err(AnswerError::Coordinate("funnel"));
    }
    let buckets = q.trend.map(|interval| Buckets::new(&q.range, interval)).transpose()?;
    let began = |r: &Reached<'_>| {
        let Some(wanted) = bucket else { return true };
        let (Some(buckets), Some(first)) = (&buckets, first(r)) else { return false };
        buckets.index(first).is_some_and(|i| buckets.starts()[i] == wanted)
    };
    let there = |r: &Reached<'_>| {
        let filled = r.filled[step - 1].is_some();
        filled && (!dropped || r.furthest() == step) && key.is_none_or(|key| r.key == *key)
    };
    let reached = reached(q, world)?;
    Ok(reached.iter().filter(|r| there(r) && began(r)).map(|r| r.person).collect())
}

fn first(reached: &Reached<'_>) -> Option<Timestamp> {
    reached.filled.iter().flatten().map(Seen::at).min()
}

fn reached<'a>(q: &Funnel, world: &World<'a>) -> Result<Vec<Reached<'a>>, AnswerError> {
    let mut groups: Vec<(&'a str, Vec<Seen<'a>>)> = Vec::new();
    let inside: Vec<Seen<'a>> =
        world.rows.iter().filter(|seen| q.range.contains(seen.at())).copied().collect();
    match q.per {
        Per::Session => {
            let sessions = session::cut(&inside, true);
            groups.extend(sessions.into_iter().map(|session| (session.person, session.rows)));
        }
        Per::Person => {
            let mut persons: BTreeMap<&str, Vec<Seen<'a>>> = BTreeMap::new();
            for seen in &inside {
                if let Some(person) = seen.person {
                    persons.entry(person).or_default().push(*seen);
                }
            }
            groups.extend(persons);
        }
    }
    let mut found = Vec::new();
    for (person, rows) in groups {
        let marked = mark(q, &rows, world)?;
        let filled = match q.order {
            StepOrder::Unordered => unordered::furthest(q, &marked),
            StepOrder::Ordered | StepOrder::Strict => attempts::furthest(q, &marked),
        };
        if let Some(filled) = filled {
            let key = touched(q, &marked, &filled, world);
            found.push(Reached { person, filled, key });
        }
    }
    if let Some(breakdown) = &q.breakdown {
        let keys = breakdown::distinct(found.iter().map(|r| r.key.clone()))?;
        let shown = breakdown::largest(keys, breakdown.limit, |key| {
            Some(found.iter().filter(|r| r.key == *key).count() as f64)
        });
        for r in found.iter_mut().filter(|r| !shown.contains(&r.key)) {
            r.key = breakdown::other(breakdown);
        }
    }
    Ok(found)
}

/// The rows that a funnel sees: all that any selector of any event matches, and those it names.
fn mark<'a>(
    q: &Funnel,
    rows: &[Seen<'a>],
    world: &World<'a>,
) -> Result<Vec<Marked<'a>>, AnswerError> {
    let any = crate::Selector::default();
    let matches = |selector| -> Result<Vec<usize>, AnswerError> {
        Ok(world.select(rows, selector)?.iter().map(|seen| seen.index).collect())
    };
    let steps: Result<Vec<_>, _> = q.steps.iter().map(|step| matches(&step.selector)).collect();
    let exclusions: Result<Vec<_>, _> = q.exclusions.iter().map(|e| matches(&e.selector)).collect();
    let (steps, exclusions) = (steps?, exclusions?);
    let marked = rows.iter().map(|seen| Marked {
        seen: *seen,
        steps: steps.iter().map(|found| found.contains(&seen.index)).collect(),
        exclusions: exclusions.iter().map(|found| found.contains(&seen.index)).collect(),
    });
    let matters = |row: &Marked<'_>| {
        let named = row.steps.contains(&true) || row.exclusions.contains(&true);
        named || any.takes(&row.seen.event.event_type)
    };
    Ok(marked.filter(matters).collect())
}

/// The values a person counts for.
fn touched<'a>(
    q: &Funnel,
    rows: &[Marked<'a>],
    filled: &[Option<Seen<'a>>],
    world: &World<'a>,
) -> Key {
    let Some(breakdown) = &q.breakdown else { return Key::new() };
    let none = vec![BreakdownValue::None; breakdown.dimensions.len()];
    let key = |seen: Seen<'a>| breakdown::key(breakdown, seen, world);
    let is_set =
        |value: &BreakdownValue| !matches!(value, BreakdownValue::None | BreakdownValue::Null);
    let steps = rows.iter().filter(|row| row.steps.contains(&true)).map(|row| key(row.seen));
    let mut keys: Vec<Key> = steps.filter(|key| key.iter().any(is_set)).collect();
    match q.attribution {
        Attribution::FirstTouch => keys.into_iter().next().unwrap_or(none),
        Attribution::LastTouch => keys.pop().unwrap_or(none),
        Attribution::Step(step) => filled[step - 1].map_or(none, key),
    }
}

/// The values shown: largest first, what is not shown last.
fn order(q: &Funnel, reached: &[Reached<'_>]) -> Vec<Key> {
    let Some(breakdown) = &q.breakdown else { return Vec::new() };
    let other = breakdown::other(breakdown);
    let keys: std::collections::BTreeSet<Key> = reached.iter().map(|r| r.key.clone()).collect();
    let has_other = keys.contains(&other);
    let shown = keys.into_iter().filter(|key| *key != other);
    let mut ranked = breakdown::largest(shown, breakdown.limit, |key| {
        Some(reached.iter().filter(|r| r.key == *key).count() as f64)
    });
    ranked.extend(has_other.then_some(other));
    ranked
}

fn steps(q: &Funnel, reached: &[&Reached<'_>]) -> Vec<StepAnswer> {
    let count = |step: usize| reached.iter().filter(|r| r.filled[step].is_some()).count() as u64;
    let one = |step: usize| {
        let name = q.steps[step].name.clone();
        let required = (0..step).rev().find(|&before| !q.steps[before].optional);
        let mut spans: Vec<i64> = Vec::new();
        for r in reached {
            let before = r.filled[..step].iter().flatten().map(Seen::at).next_back();
            spans.extend(r.time(step).zip(before).map(|(at, before)| at.0 - before.0));
        }
        spans.sort_unstable();
        let sum = spans.iter().map(|&ms| i128::from(ms)).sum();
        StepAnswer {
            name,
            count: count(step),
            from_previous: match required {
                Some(before) => exact::rate(count(step), count(before)),
                None => exact::rate(count(0), count(0)),
            },
            from_first: exact::rate(count(step), count(0)),
            median_seconds: exact::median_seconds(&spans),
            avg_seconds: exact::mean_seconds(sum, spans.len() as u64),
        }
    };
    (0..q.steps.len()).map(one).collect()
}

fn time_to_convert(reached: &[&Reached<'_>]) -> TimeToConvert {
    let span = |r: &&Reached<'_>| {
        let last = r.time(r.filled.len() - 1)?;
        Some(last.0 - r.time(0)?.0)
    };
    let mut spans: Vec<i64> = reached.iter().filter_map(span).collect();
    spans.sort_unstable();
    TimeToConvert {
        min_seconds: spans.first().copied().map(exact::seconds),
        median_seconds: exact::median_seconds(&spans),
        avg_seconds: exact::mean_seconds(
            spans.iter().map(|&ms| i128::from(ms)).sum(),
            spans.len() as u64,
        ),
        max_seconds: spans.last().copied().map(exact::seconds),
    }
}

fn conversion(
    buckets: &Buckets,
    reached: &[&Reached<'_>],
    world: &World<'_>,
) -> Vec<ConversionPoint> {
    let point = |index: usize| {
        let began = |r: &&&Reached<'_>| first(r).and_then(|at| buckets.index(at)) == Some(index);
        let mine: Vec<_> = reached.iter().filter(began).collect();
        let converted = mine.iter().filter(|r| r.furthest() == r.filled.len()).count() as u64;
        ConversionPoint {
            start: buckets.starts()[index],
            entered: mine.len() as u64,
            converted,
            rate: exact::rate(converted, mine.len() as u64),
            partial: buckets.is_partial(index, world.now),
        }
    };
    (0..buckets.len()).map(point).collect()
}
