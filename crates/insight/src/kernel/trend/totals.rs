//! Events counted without filters: by event type or all in one, which a source can tell without
//! looking at single events.

use super::{
    by_type::{is_by_type, label},
    by_value, point, previous, reader,
};
use crate::{
    AnswerError, Measure, Point, PreviousLine, Range, SeriesAnswer, Shape, Trend, TrendAnswer,
    calendar::Buckets, kernel::Source,
};

/// Total and buckets of a line.
type Line = (Option<f64>, Vec<Point>);

/// The answer, where this way is taken: every type must have a line of its own, or there is one
/// for all.
pub(super) fn answer<S: Source>(q: &Trend, source: &S) -> Result<Option<TrendAnswer>, S::Error> {
    if q.series.iter().any(|series| series.measure != Measure::Total) {
        return Ok(None);
    }
    let filtered = |series: &crate::Series| series.selector.filter != crate::Filter::default();
    if q.formula.is_some() || q.shape == Shape::Cumulative || q.range.from >= q.range.to {
        return Ok(None);
    }
    match (&q.breakdown, q.series.iter().any(filtered)) {
        (None, false) => all_in_one(q, source).map(Some),
        (Some(breakdown), false) if is_by_type(breakdown) && q.series.len() == 1 => {
            by_type(q, breakdown.limit, source)
        }
        (Some(breakdown), _) if q.series.len() == 1 => by_value::answer(q, breakdown, source),
        _ => Ok(None),
    }
}

/// The totals of a range, with its buckets.
struct Counted {
    buckets: Buckets,
    types: Vec<(String, Vec<u64>)>,
}

impl Counted {
    fn of<S: Source>(q: &Trend, range: &Range, source: &S) -> Result<Self, S::Error> {
        let buckets = Buckets::new(range, q.interval).map_err(AnswerError::from)?;
        let times = (range.from.0, range.to.0);
        let types = source.totals(times, &reader::edges(range, &buckets))?;
        Ok(Self { buckets, types })
    }

    /// The line of the types for which `takes`.
    fn line<S: Source>(&self, q: &Trend, takes: impl Fn(&str) -> bool, source: &S) -> Line {
        let mut cells = vec![0; self.buckets.len()];
        for (_, counts) in self.types.iter().filter(|(name, _)| takes(name)) {
            cells.iter_mut().zip(counts).for_each(|(cell, count): (&mut u64, _)| *cell += count);
        }
        let values: Vec<Option<f64>> = cells.iter().map(|count| Some(*count as f64)).collect();
        let point = |i| point(q.shape, &values, i, &self.buckets, source.now());
        let total = cells.iter().sum::<u64>() as f64;
        (Some(total), (0..values.len()).map(point).collect())
    }
}

/// What was counted in the range before, if it is asked for.
fn before<S: Source>(q: &Trend, source: &S) -> Result<Option<Counted>, S::Error> {
    match q.compare {
        true => Counted::of(q, &previous(&q.range)?, source).map(Some),
        false => Ok(None),
    }
}

fn all_in_one<S: Source>(q: &Trend, source: &S) -> Result<TrendAnswer, S::Error> {
    let (current, before) = (Counted::of(q, &q.range, source)?, before(q, source)?);
    let line = |series: &crate::Series| {
        let takes = |name: &str| series.selector.takes(name);
        let (total, data) = current.line(q, takes, source);
        let previous = before.as_ref().map(|before| {
            let (total, data) = before.line(q, takes, source);
            PreviousLine { total, data }
        });
        SeriesAnswer { name: series.name.clone(), breakdown: None, total, data, previous }
    };
    Ok(TrendAnswer { series: q.series.iter().map(line).collect() })
}

fn by_type<S: Source>(
    q: &Trend,
    limit: usize,
    source: &S,
) -> Result<Option<TrendAnswer>, S::Error> {
    let series = &q.series[0];
    let mut current = Counted::of(q, &q.range, source)?;
    current.types.retain(|(name, _)| series.selector.takes(name));
    if current.types.len() > limit {
        return Ok(None);
    }
    let before = before(q, source)?;
    let total = |(_, counts): &(String, Vec<u64>)| counts.iter().sum::<u64>();
    current.types.sort_by_key(|of| (std::cmp::Reverse(total(of)), label(&of.0)));
    let line = |(event_type, _): &(String, Vec<u64>)| {
        let takes = |name: &str| name == event_type;
        let (total, data) = current.line(q, takes, source);
        let previous = before.as_ref().map(|before| {
            let (total, data) = before.line(q, takes, source);
            PreviousLine { total, data }
        });
        let breakdown = Some(vec![label(event_type)]);
        SeriesAnswer { name: series.name.clone(), breakdown, total, data, previous }
    };
    Ok(Some(TrendAnswer { series: current.types.iter().map(line).collect() }))
}
