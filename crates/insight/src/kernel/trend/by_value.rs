//! Events counted by the value of one dimension, where the source tells that without a fold.

use std::{cmp::Reverse, collections::HashSet};

use super::{point, previous, reader};
use crate::{
    AnswerError, Breakdown, BreakdownValue, Point, PreviousLine, Range, SeriesAnswer, Trend,
    TrendAnswer, calendar::Buckets, kernel::Source,
};

/// Per code its events per bucket.
struct Counted {
    buckets: Buckets,
    codes: Vec<(u32, Vec<u64>)>,
}

pub(super) fn answer<S: Source>(
    q: &Trend,
    breakdown: &Breakdown,
    source: &S,
) -> Result<Option<TrendAnswer>, S::Error> {
    let [dimension] = breakdown.dimensions.as_slice() else { return Ok(None) };
    let Some(current) = count(q, &q.range, breakdown, source)? else { return Ok(None) };
    if current.codes.len() > Breakdown::VALUES_MAX {
        return Err(AnswerError::TooManyValues { limit: Breakdown::VALUES_MAX }.into());
    }
    let before = match q.compare {
        false => None,
        true => match count(q, &previous(&q.range)?, breakdown, source)? {
            None => return Ok(None),
            some => some,
        },
    };
    let total = |counts: &[u64]| counts.iter().sum::<u64>();
    let mut ranked: Vec<(u64, BreakdownValue, u32)> = current
        .codes
        .iter()
        .map(|(code, counts)| (total(counts), source.value(dimension, *code), *code))
        .collect();
    ranked.sort_by(|a, b| (Reverse(a.0), &a.1).cmp(&(Reverse(b.0), &b.1)));
    let more = ranked.len() > breakdown.limit;
    ranked.truncate(breakdown.limit);
    let shown: HashSet<u32> = ranked.iter().map(|(.., code)| *code).collect();
    let mut series = Vec::new();
    for (_, value, code) in ranked {
        series.push(line(q, value, (&current, before.as_ref()), |own| own == code, source));
    }
    if more {
        let rest = |own| !shown.contains(&own);
        series.push(line(q, BreakdownValue::Other, (&current, before.as_ref()), rest, source));
    }
    Ok(Some(TrendAnswer { series }))
}

fn count<S: Source>(
    q: &Trend,
    range: &Range,
    breakdown: &Breakdown,
    source: &S,
) -> Result<Option<Counted>, S::Error> {
    let Ok(buckets) = Buckets::new(range, q.interval) else { return Ok(None) };
    let edges = reader::edges(range, &buckets);
    let (times, selector) = ((range.from.0, range.to.0), &q.series[0].selector);
    let codes = source.totals_by(times, &edges, selector, &breakdown.dimensions[0])?;
    Ok(codes.map(|codes| Counted { buckets, codes }))
}

fn line<S: Source>(
    q: &Trend,
    value: BreakdownValue,
    (current, before): (&Counted, Option<&Counted>),
    is_it: impl Fn(u32) -> bool,
    source: &S,
) -> SeriesAnswer {
    let figures = |counted: &Counted| -> (Option<f64>, Vec<Point>) {
        let mut cells = vec![0u64; counted.buckets.len()];
        for (_, counts) in counted.codes.iter().filter(|(code, _)| is_it(*code)) {
            cells.iter_mut().zip(counts).for_each(|(cell, count)| *cell += count);
        }
        let values: Vec<Option<f64>> = cells.iter().map(|count| Some(*count as f64)).collect();
        let point = |i| point(q.shape, &values, i, &counted.buckets, source.now());
        let total = cells.iter().sum::<u64>() as f64;
        (Some(total), (0..values.len()).map(point).collect())
    };
    let (total, data) = figures(current);
    let previous = before.map(|before| {
        let (total, data) = figures(before);
        PreviousLine { total, data }
    });
    let breakdown = Some(vec![value]);
    SeriesAnswer { name: q.series[0].name.clone(), breakdown, total, data, previous }
}
