//! Rows by the values of a breakdown, and which values are shown.

use std::collections::BTreeSet;

use super::world::{Seen, World, people};
use crate::{AnswerError, Breakdown, BreakdownValue, Dimension, exact};

/// Values of all dimensions of one row.
pub(super) type Key = Vec<BreakdownValue>;

/// The values of one row.
pub(super) fn key<'a>(breakdown: &Breakdown, seen: Seen<'a>, world: &World<'a>) -> Key {
    let value = |dimension: &Dimension| match dimension {
        Dimension::Value(subject) => world.ask(seen, |row| BreakdownValue::of(&subject.value(row))),
        Dimension::Cohort(cohort) => {
            BreakdownValue::Bool(world.ask(seen, |row| row.in_cohort(cohort)))
        }
    };
    breakdown.dimensions.iter().map(value).collect()
}

/// Refuses more distinct values than a breakdown may meet.
pub(super) fn distinct(keys: impl Iterator<Item = Key>) -> Result<BTreeSet<Key>, AnswerError> {
    let keys: BTreeSet<Key> = keys.collect();
    if keys.len() > Breakdown::VALUES_MAX {
        return Err(AnswerError::TooManyValues { limit: Breakdown::VALUES_MAX });
    }
    Ok(keys)
}

/// The largest keys by a figure, ties by value; those without a figure come last.
pub(super) fn largest(
    keys: impl IntoIterator<Item = Key>,
    limit: usize,
    figure: impl Fn(&Key) -> Option<f64>,
) -> Vec<Key> {
    let mut ranked: Vec<(Option<f64>, Key)> =
        keys.into_iter().map(|key| (figure(&key), key)).collect();
    ranked.sort_by(|(a, key_a), (b, key_b)| {
        let (a, b) = (a.unwrap_or(f64::NEG_INFINITY), b.unwrap_or(f64::NEG_INFINITY));
        b.total_cmp(&a).then_with(|| key_a.cmp(key_b))
    });
    ranked.into_iter().take(limit).map(|(_, key)| key).collect()
}

/// The key of everything that is not shown.
pub(super) fn other(breakdown: &Breakdown) -> Key {
    vec![BreakdownValue::Other; breakdown.dimensions.len()]
}

/// The measure of some rows.
pub(super) fn measure<'a>(
    measure: &crate::Measure,
    rows: &[Seen<'a>],
    world: &World<'a>,
) -> Option<f64> {
    use crate::{Measure, Statistic};
    let (statistic, subject) = match measure {
        Measure::Total => return Some(rows.len() as f64),
        Measure::UniquePersons => return Some(people(rows).len() as f64),
        // Sessions are given as one row each.
        Measure::Sessions => return Some(rows.len() as f64),
        Measure::PerPerson => {
            let with = rows.iter().filter(|seen| seen.person.is_some()).count();
            return exact::rate(with as u64, people(rows).len() as u64);
        }
        Measure::Of(statistic, subject) => (*statistic, subject),
    };
    let number = |seen: &Seen<'a>| {
        let number = world.ask(*seen, |row| crate::filter::number_of(&subject.value(row)));
        number.filter(|n| exact::scaled(*n).is_some())
    };
    let mut numbers: Vec<f64> = rows.iter().filter_map(number).collect();
    numbers.sort_by(f64::total_cmp);
    let sum: i128 = numbers.iter().filter_map(|n| exact::scaled(*n)).sum();
    match statistic {
        Statistic::Sum => Some(exact::unscaled(sum)),
        Statistic::Avg => exact::mean(sum, numbers.len() as u64),
        Statistic::Min => numbers.first().copied(),
        Statistic::Max => numbers.last().copied(),
        Statistic::Median => exact::percentile(&numbers, 0.5),
        Statistic::P90 => exact::percentile(&numbers, 0.9),
        Statistic::P95 => exact::percentile(&numbers, 0.95),
        Statistic::P99 => exact::percentile(&numbers, 0.99),
    }
}
