//! Which values of a breakdown are shown.

use std::cmp::Ordering;

use super::{count, reader::Lines, tally::Tally};
use crate::{
    AnswerError, Breakdown, BreakdownValue, Measure, Shape, Trend,
    kernel::{
        Source,
        keys::{self, Key, Keys},
    },
};

/// The lines of one series.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    /// The values shown; the number of a key is its line.
    pub(super) keys: Keys,
    /// The line of everything else.
    pub(super) other: Option<usize>,
    /// Per line its values; None without a breakdown.
    pub(super) labels: Vec<Option<Vec<BreakdownValue>>>,
    broken_down: bool,
}

impl Shown {
    pub(super) fn lines(&self) -> Lines<'_> {
        if self.broken_down { Lines::Shown(self) } else { Lines::One }
    }
}

/// The lines of each series; and what was counted of them, if that one pass was enough.
pub(super) type Ranked = (Vec<Shown>, Option<Vec<Tally>>);

/// Ranks by a pass over the buckets of `edges`; with a formula all have the lines of its first
/// series.
pub(super) fn shown<S: Source>(q: &Trend, edges: &[i64], source: &S) -> Result<Ranked, S::Error> {
    let Some(breakdown) = &q.breakdown else {
        let (keys, labels) = (Keys::default(), vec![None]);
        let one = Shown { keys, other: None, labels, broken_down: false };
        return Ok((vec![one; q.series.len()], None));
    };
    let cumulative = q.shape == Shape::Cumulative;
    let counted = count::count(q, (&q.range, edges, cumulative), |_| Lines::Open, source)?;
    if counted.iter().any(|one| one.memory.keys.all().len() > Breakdown::VALUES_MAX) {
        return Err(AnswerError::TooManyValues { limit: Breakdown::VALUES_MAX }.into());
    }
    let (mut all, mut ready) = (Vec::new(), Some(Vec::new()));
    for (series, mut one) in q.series.iter().zip(counted) {
        let keys = &one.memory.keys;
        let shown = largest(breakdown, keys, (&mut one.tally, &series.measure), source);
        if q.formula.is_some() {
            return Ok((vec![shown; q.series.len()], None));
        }
        let complete = !one.memory.whole && (one.tally.adds_up() || shown.other.is_none());
        ready = ready.filter(|_| complete);
        if let Some(ready) = &mut ready {
            let mut tally = Tally::new(&series.measure, edges.len().saturating_sub(1), cumulative);
            for (met, key) in keys.all().iter().enumerate() {
                if let Some(line) = shown.keys.find(*key).or(shown.other) {
                    tally.join(line, &mut one.tally, met);
                }
            }
            ready.push(tally);
        }
        all.push(shown);
    }
    Ok((all, ready))
}

/// The largest values by the measure, ties by value; those without a figure come last.
fn largest<S: Source>(
    breakdown: &Breakdown,
    keys: &Keys,
    (tally, measure): (&mut Tally, &Measure),
    source: &S,
) -> Shown {
    let figure = |(line, key): (usize, &Key)| {
        (tally.figures(line, measure, false).0.unwrap_or(f64::NEG_INFINITY), *key)
    };
    let mut ranked: Vec<(f64, Key)> = keys.all().iter().enumerate().map(figure).collect();
    let more = ranked.len() > breakdown.limit;
    if more {
        // Values cost a copy and are only needed of what may be shown.
        ranked.select_nth_unstable_by(breakdown.limit - 1, |a, b| b.0.total_cmp(&a.0));
        let least = ranked[breakdown.limit - 1].0;
        ranked.retain(|(figure, _)| figure.total_cmp(&least) != Ordering::Less);
    }
    let label = |key: Key| {
        let dimensions = breakdown.dimensions.iter().enumerate();
        dimensions.map(|(i, dimension)| source.value(dimension, keys::code(key, i))).collect()
    };
    let mut labelled: Vec<(f64, Vec<BreakdownValue>, Key)> =
        ranked.into_iter().map(|(figure, key)| (figure, label(key), key)).collect();
    let order = |a: &(f64, Vec<BreakdownValue>, Key), b: &(f64, Vec<BreakdownValue>, Key)| {
        b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1))
    };
    if labelled.len() > breakdown.limit {
        labelled.select_nth_unstable_by(breakdown.limit, order);
        labelled.truncate(breakdown.limit);
    }
    labelled.sort_unstable_by(order);
    let mut shown =
        Shown { keys: Keys::default(), other: None, labels: Vec::new(), broken_down: true };
    for (_, label, key) in labelled {
        shown.keys.number(key);
        shown.labels.push(Some(label));
    }
    if more {
        shown.other = Some(shown.labels.len());
        shown.labels.push(Some(vec![BreakdownValue::Other; breakdown.dimensions.len()]));
    }
    shown
}
