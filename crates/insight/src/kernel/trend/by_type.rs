//! Persons by event type: the breakdown that is asked for most, told by sets of event types.
//!
//! Each event type is a selector of its own, so what a person did in a bucket is one set of bits,
//! and a source that merges events gives just that. Taken where every type has a line; else
//! persons of several types have to be told apart, and the general way does that.

use super::{point, previous, reader};
use crate::{
    AnswerError, Breakdown, BreakdownValue, Column, Dimension, Measure, PreviousLine, Range,
    Selector, SeriesAnswer, Shape, Subject, Trend, TrendAnswer,
    calendar::Buckets,
    kernel::{Fold, Person, Plan, SELECTORS_MAX, Source, Values},
};

/// The answer, where this way is taken.
pub(super) fn answer<S: Source>(q: &Trend, source: &S) -> Result<Option<TrendAnswer>, S::Error> {
    let (Some(breakdown), [series]) = (&q.breakdown, q.series.as_slice()) else { return Ok(None) };
    if !is_by_type(breakdown)
        || series.measure != Measure::UniquePersons
        || series.selector != Selector::default()
        || q.formula.is_some()
        || q.shape == Shape::Cumulative
        || q.range.from >= q.range.to
    {
        return Ok(None);
    }
    let mut types = source.event_types((q.range.from.0, q.range.to.0))?;
    types.retain(|name| series.selector.takes(name));
    if types.len() > SELECTORS_MAX.min(breakdown.limit) {
        return Ok(None);
    }
    let current = count(q, &q.range, &types, source)?;
    let mut order: Vec<usize> = (0..types.len()).filter(|at| current.seen >> at & 1 == 1).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(current.totals[*at]), label(&types[*at])));
    let before = match q.compare {
        true => {
            let range = previous(&q.range)?;
            Some((count(q, &range, &types, source)?, range))
        }
        false => None,
    };
    let mut lines = Vec::new();
    for at in order {
        let (total, data) = line(q, &q.range, &current, at, source)?;
        let previous = match &before {
            Some((counted, range)) => {
                let (total, data) = line(q, range, counted, at, source)?;
                Some(PreviousLine { total, data })
            }
            None => None,
        };
        let (name, breakdown) = (series.name.clone(), Some(vec![label(&types[at])]));
        lines.push(SeriesAnswer { name, breakdown, total, data, previous });
    }
    Ok(Some(TrendAnswer { series: lines }))
}

pub(super) fn is_by_type(breakdown: &Breakdown) -> bool {
    let event_type = Dimension::Value(Subject::Field(Column::EventType));
    breakdown.dimensions == [event_type]
}

pub(super) fn label(event_type: &str) -> BreakdownValue {
    BreakdownValue::Text(event_type.to_owned())
}

fn count<S: Source>(
    q: &Trend,
    range: &Range,
    types: &[String],
    source: &S,
) -> Result<Part, S::Error> {
    let buckets = Buckets::new(range, q.interval).map_err(AnswerError::from)?;
    let edges = reader::edges(range, &buckets);
    let selector = |name: &String| Selector { event: Some(name.clone()), ..Selector::default() };
    let plan = Plan {
        times: (range.from.0, range.to.0),
        selectors: types.iter().map(selector).collect(),
        edges: edges.clone(),
        nobody: true,
        ..Plan::default()
    };
    source.fold(&plan, &ByType { edges, types: types.len() })
}

type Line = (Option<f64>, Vec<crate::Point>);

fn line<S: Source>(
    q: &Trend,
    range: &Range,
    counted: &Part,
    at: usize,
    source: &S,
) -> Result<Line, S::Error> {
    let buckets = Buckets::new(range, q.interval).map_err(AnswerError::from)?;
    let types = counted.totals.len();
    let cells = (0..buckets.len()).map(|bucket| counted.cells[bucket * types + at]);
    let values: Vec<Option<f64>> = cells.map(|count| Some(count as f64)).collect();
    let point = |i| point(q.shape, &values, i, &buckets, source.now());
    Ok((Some(counted.totals[at] as f64), (0..values.len()).map(point).collect()))
}

/// Counts persons per bucket and type.
struct ByType {
    edges: Vec<i64>,
    types: usize,
}

#[derive(Debug)]
struct Part {
    /// By bucket and type.
    cells: Vec<u64>,
    totals: Vec<u64>,
    /// Types that have any event, nobody's included.
    seen: u64,
}

impl Fold for ByType {
    type Part = Part;

    fn start(&self) -> Part {
        let buckets = self.edges.len().saturating_sub(1);
        Part { cells: vec![0; buckets * self.types], totals: vec![0; self.types], seen: 0 }
    }

    fn person<V: Values>(&self, part: &mut Part, person: Person<'_>, _: &V) {
        let (mut all, mut own, mut last) = (0, 0, usize::MAX);
        for mark in person.marks {
            part.seen |= mark.bits;
            if person.number.is_none() {
                continue;
            }
            let bucket = match mark.interval() {
                Some(bucket) => bucket,
                None => self.edges.partition_point(|edge| *edge <= mark.at) - 1,
            };
            if bucket != last {
                (own, last) = (0, bucket);
            }
            let cells = &mut part.cells[bucket * self.types..][..self.types];
            add(cells, mark.bits & !own);
            own |= mark.bits;
            all |= mark.bits;
        }
        add(&mut part.totals, all);
    }

    fn merge(&self, mut a: Part, b: Part) -> Part {
        a.cells.iter_mut().zip(b.cells).for_each(|(a, b)| *a += b);
        a.totals.iter_mut().zip(b.totals).for_each(|(a, b)| *a += b);
        a.seen |= b.seen;
        a
    }
}

/// One more for each bit.
#[inline]
fn add(counts: &mut [u64], mut bits: u64) {
    while bits != 0 {
        counts[bits.trailing_zeros() as usize] += 1;
        bits &= bits - 1;
    }
}
