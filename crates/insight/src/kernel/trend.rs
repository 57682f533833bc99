//! Measures over time.
//!
//! A broken-down question takes two passes: the first ranks the values by the measure over the
//! range, the second counts the buckets of those that are shown and of all others together. So
//! memory is bounded by what is shown and the persons of `other` are distinct. The first pass
//! counts buckets too while values are few, and then mostly is enough. Without a breakdown one
//! pass does. The period before is a pass of its own.

mod by_type;
mod by_value;
mod count;
mod grid;
mod percentile;
mod rank;
mod reader;
mod tally;
mod totals;

use event::Timestamp;

use super::{SELECTORS_MAX, Source};
use crate::{
    AnswerError, Breakdown, BreakdownValue, Point, PreviousLine, Range, SeriesAnswer, Shape, Trend,
    TrendAnswer,
    calendar::{self, Buckets},
    exact,
};
use rank::Shown;
use reader::{Lines, Pass};
use tally::Tally;

/// Whether the kernel takes this form of the question: one selector is set aside for sessions.
pub(super) fn has_kernel(q: &Trend) -> bool {
    let dimensions = q.breakdown.as_ref().map_or(0, |breakdown| breakdown.dimensions.len());
    (1..SELECTORS_MAX).contains(&q.series.len()) && dimensions <= Breakdown::DIMENSIONS_MAX
}

pub(super) fn answer<S: Source>(q: &Trend, source: &S) -> Result<TrendAnswer, S::Error> {
    if let Some(answer) = totals::answer(q, source)? {
        return Ok(answer);
    }
    if let Some(answer) = by_type::answer(q, source)? {
        return Ok(answer);
    }
    let buckets = Buckets::new(&q.range, q.interval);
    let edges = buckets.as_ref().map_or(Vec::new(), |buckets| reader::edges(&q.range, buckets));
    // Too many values are told before too many buckets.
    let edges = if buckets.is_ok() { edges } else { reader::whole(&q.range) };
    let (shown, ready) = rank::shown(q, &edges, source)?;
    let current = lines(q, &q.range, (&shown, ready), source)?;
    let previous = match q.compare {
        true => Some(lines(q, &previous(&q.range)?, (&shown, None), source)?),
        false => None,
    };
    let mut before = previous.into_iter().flatten();
    let line = |line: Line| SeriesAnswer {
        name: line.name,
        breakdown: line.breakdown,
        total: line.total,
        data: line.data,
        previous: before.next().map(|line| PreviousLine { total: line.total, data: line.data }),
    };
    Ok(TrendAnswer { series: current.into_iter().map(line).collect() })
}

fn previous(range: &Range) -> Result<Range, AnswerError> {
    Ok(calendar::previous(range)?)
}

/// A line of the answer in one range.
struct Line {
    name: String,
    breakdown: Option<Vec<BreakdownValue>>,
    total: Option<f64>,
    data: Vec<Point>,
}

/// Total and buckets of a line.
type Figures = (Option<f64>, Vec<Option<f64>>);

fn lines<S: Source>(
    q: &Trend,
    range: &Range,
    (shown, ready): (&[Shown], Option<Vec<Tally>>),
    source: &S,
) -> Result<Vec<Line>, S::Error> {
    let buckets = Buckets::new(range, q.interval).map_err(AnswerError::from)?;
    let edges = reader::edges(range, &buckets);
    let cumulative = q.shape == Shape::Cumulative;
    let lines_of = |series: usize| shown[series].lines();
    let tallies = match ready {
        Some(tallies) => tallies,
        None => {
            let counted = count::count(q, (range, &edges, cumulative), lines_of, source)?;
            counted.into_iter().map(|counted| counted.tally).collect()
        }
    };
    let mut figures: Vec<Vec<Figures>> = Vec::new();
    for ((series, shown), mut tally) in q.series.iter().zip(shown).zip(tallies) {
        let of = |line| tally.figures(line, &series.measure, cumulative);
        figures.push((0..shown.labels.len()).map(of).collect());
    }
    let finish = |name: &str, label: &Option<Vec<BreakdownValue>>, (total, values): Figures| {
        let data = (0..values.len()).map(|i| point(q.shape, &values, i, &buckets, source.now()));
        Line { name: name.to_owned(), breakdown: label.clone(), total, data: data.collect() }
    };
    if let Some(formula) = &q.formula {
        let of = |(line, label)| {
            let parts: Vec<&Figures> = figures.iter().map(|series| &series[line]).collect();
            let totals: Vec<Option<f64>> = parts.iter().map(|(total, _)| *total).collect();
            let at = |i: usize| parts.iter().map(|(_, values)| values[i]).collect::<Vec<_>>();
            let values = (0..buckets.len()).map(|i| formula.value(&at(i))).collect();
            finish(formula.text(), label, (formula.value(&totals), values))
        };
        return Ok(shown[0].labels.iter().enumerate().map(of).collect());
    }
    let mut all = Vec::new();
    for ((series, shown), figures) in q.series.iter().zip(shown).zip(figures) {
        let labelled = shown.labels.iter().zip(figures);
        all.extend(labelled.map(|(label, figures)| finish(&series.name, label, figures)));
    }
    Ok(all)
}

fn point(
    shape: Shape,
    values: &[Option<f64>],
    i: usize,
    buckets: &Buckets,
    now: Timestamp,
) -> Point {
    let value = smoothed(shape, values, i);
    Point { start: buckets.starts()[i], value, partial: buckets.is_partial(i, now) }
}

/// The mean of the last values up to `i`; values that are none are left out.
fn smoothed(shape: Shape, values: &[Option<f64>], i: usize) -> Option<f64> {
    let Shape::MovingAverage(width) = shape else { return values[i] };
    let window = &values[(i + 1).saturating_sub(width)..=i];
    let sum: i128 = window.iter().flatten().filter_map(|number| exact::scaled(*number)).sum();
    exact::mean(sum, window.iter().flatten().count() as u64)
}

/// The persons behind one number: of a series, a bucket or all, a value or all, this range or the
/// one before.
pub(super) fn behind<S: Source>(
    q: &Trend,
    at: (usize, Option<Timestamp>, Option<&[BreakdownValue]>, bool),
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    let (index, bucket, label, before) = at;
    let range = if before { previous(&q.range)? } else { q.range.clone() };
    let wrong = || AnswerError::Coordinate("trend");
    if index >= q.series.len() {
        return Err(wrong().into());
    }
    let (shown, _) = rank::shown(q, &reader::whole(&q.range), source)?;
    let label = label.filter(|_| q.breakdown.is_some());
    let labels = &shown[index].labels;
    let place = |label| labels.iter().position(|own| own.as_deref() == Some(label));
    let line = label.map(|label| place(label).ok_or_else(wrong)).transpose()?;
    let buckets = Buckets::new(&range, q.interval).map_err(AnswerError::from)?;
    let place = |start| buckets.starts().iter().position(|own| *own == start);
    let bucket = bucket.map(|start| place(start).ok_or_else(wrong)).transpose()?;
    let edges = reader::edges(&range, &buckets);
    let lines_of = |series: usize| match line {
        Some(_) => shown[series].lines(),
        None => Lines::One,
    };
    let mut pass = Pass::new(q, &[index], (&range, &edges), lines_of);
    pass.plan.nobody = false;
    pass.plan.anyone = false;
    if let (Some(bucket), false) = (bucket, pass.sessions) {
        pass.plan.times = (edges[bucket], edges[bucket + 1]);
    }
    count::behind(&pass, (line.unwrap_or(0), bucket), source)
}
