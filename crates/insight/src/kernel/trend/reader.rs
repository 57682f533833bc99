//! Which line and which bucket an event counts for.

use event::Timestamp;

use super::rank::Shown;
use crate::{
    Breakdown, Measure, Range, Selector, Trend,
    calendar::Buckets,
    kernel::{
        Mark, Plan, Values, Wanted,
        keys::{self, Keys},
        session,
    },
};

/// The lines of a series.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lines<'a> {
    /// All events in one.
    One,
    /// One per value that is met.
    Open,
    /// One per value shown, and what is not shown in another or in none.
    Shown(&'a Shown),
}

/// The edges of the buckets, ms, cut to the range; empty without buckets.
pub(super) fn edges(range: &Range, buckets: &Buckets) -> Vec<i64> {
    let cut = |edge: &Timestamp| edge.0.clamp(range.from.0, range.to.0);
    buckets.edges().iter().map(cut).collect()
}

/// The edges of one bucket, the range; empty for an empty range.
pub(super) fn whole(range: &Range) -> Vec<i64> {
    if range.from < range.to { vec![range.from.0, range.to.0] } else { Vec::new() }
}

/// One pass over the events: a plan and who reads what it gives.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    pub(super) plan: Plan,
    pub(super) series: Vec<Reader<'a>>,
    /// Whether sessions are counted: then selector 0 is the one of any event.
    pub(super) sessions: bool,
}

/// How one series reads an event.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    /// Its selector in the plan.
    pub(super) selector: usize,
    /// The column of its numbers.
    pub(super) number: Option<usize>,
    pub(super) lines: Lines<'a>,
    /// Columns of the breakdown: the first ones.
    dimensions: usize,
    edges: &'a [i64],
}

impl<'a> Pass<'a> {
    /// A pass of some series, all of sessions or none, over a range and its edges.
    pub(super) fn new(
        q: &Trend,
        series: &[usize],
        (range, edges): (&Range, &'a [i64]),
        lines: impl Fn(usize) -> Lines<'a>,
    ) -> Self {
        let sessions = series.iter().any(|index| q.series[*index].measure == Measure::Sessions);
        let dimensions = q.breakdown.as_ref().map_or(&[][..], |b| &b.dimensions);
        let mut plan = Plan { times: (range.from.0, range.to.0), ..Plan::default() };
        plan.columns.extend(dimensions.iter().cloned().map(Wanted::Value));
        if sessions {
            plan.times = session::times_around(range);
            plan.selectors.push(Selector::default());
            plan.columns.push(session::id_column());
        }
        let unique = |index: &usize| q.series[*index].measure == Measure::UniquePersons;
        if series.iter().all(unique) {
            plan.edges = edges.to_vec();
        }
        let mut readers = Vec::new();
        for index in series.iter().copied() {
            let (selector, measure) = (&q.series[index].selector, &q.series[index].measure);
            let number = match measure {
                Measure::Of(_, subject) => {
                    Some(placed(&mut plan.columns, Wanted::Number(subject.clone())))
                }
                _ => None,
            };
            let selector = placed(&mut plan.selectors, selector.clone());
            let (lines, dimensions) = (lines(index), dimensions.len());
            // Events of nobody are events, and have values of which there may be too many.
            plan.nobody |= match measure {
                Measure::Sessions => false,
                Measure::UniquePersons | Measure::PerPerson => matches!(lines, Lines::Open),
                Measure::Total | Measure::Of(..) => true,
            };
            readers.push(Reader { selector, number, lines, dimensions, edges });
        }
        // Events and numbers are counted whoever's they are.
        plan.anyone = series
            .iter()
            .all(|index| matches!(q.series[*index].measure, Measure::Total | Measure::Of(..)));
        Self { plan, series: readers, sessions }
    }

    /// The column of session ids in a pass of sessions.
    pub(super) fn ids(&self) -> usize {
        self.series.first().map_or(0, |reader| reader.dimensions)
    }
}

/// The place of an item, put at the end where there is none like it.
fn placed<T: PartialEq>(list: &mut Vec<T>, item: T) -> usize {
    let found = list.iter().position(|other| *other == item);
    found.unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    })
}

/// What a reader remembers from event to event.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Values met, where lines are open.
    pub(super) keys: Keys,
    /// Whether there were so many that buckets were given up: then all is in bucket 0.
    pub(super) whole: bool,
    /// The bucket of the last event: its bounds and number.
    last: (i64, i64, usize),
}

impl Reader<'_> {
    /// The number of buckets.
    pub(super) fn buckets(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }

    /// Gives line and bucket of each event that counts, at the time it counts for.
    pub(super) fn each<'m, V: Values>(
        &self,
        memory: &mut Memory,
        counted: impl Iterator<Item = (&'m Mark, i64)>,
        values: &V,
        mut give: impl FnMut(usize, usize, &Mark),
    ) {
        for (mark, at) in counted {
            let Some(bucket) = self.bucket(at, &mut memory.last) else { continue };
            if let Some(line) = self.line(mark, &mut memory.keys, values) {
                give(line, if memory.whole { 0 } else { bucket }, mark);
            }
        }
    }

    fn bucket(&self, at: i64, last: &mut (i64, i64, usize)) -> Option<usize> {
        if last.0 <= at && at < last.1 {
            return Some(last.2);
        }
        let behind = self.edges.partition_point(|edge| *edge <= at);
        let index = behind.checked_sub(1)?;
        *last = (self.edges[index], *self.edges.get(behind)?, index);
        Some(index)
    }

    fn line<V: Values>(&self, mark: &Mark, keys: &mut Keys, values: &V) -> Option<usize> {
        let key =
            || keys::packed((0..self.dimensions).map(|dimension| values.code(dimension, mark)));
        match self.lines {
            Lines::One => Some(0),
            Lines::Shown(shown) => shown.keys.find(key()).or(shown.other),
            // One too many is enough to refuse the question.
            Lines::Open if keys.all().len() > Breakdown::VALUES_MAX => None,
            Lines::Open => Some(keys.number(key())),
        }
    }
}
