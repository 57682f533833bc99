//! Measures over time.

use super::{
    breakdown::{self, Key},
    session,
    world::{Seen, World},
};
use crate::{
    AnswerError, Measure, Point, PreviousLine, Range, Series, SeriesAnswer, Shape, Trend,
    TrendAnswer,
    calendar::{self, Buckets},
    exact,
};

/// A row that counts, and the moment it counts for.
type Counted<'a> = (Seen<'a>, event::Timestamp);

pub(super) fn answer(q: &Trend, world: &World<'_>) -> Result<TrendAnswer, AnswerError> {
    let keys = shown(q, world)?;
    let current = lines(q, &q.range, &keys, world)?;
    let previous = match q.compare {
        true => Some(lines(q, &calendar::previous(&q.range)?, &keys, world)?),
        false => None,
    };
    let mut series = Vec::new();
    for (index, (name, breakdown, total, data)) in current.into_iter().enumerate() {
        let before = previous.as_ref().map(|lines| &lines[index]);
        let previous =
            before.map(|(.., total, data)| PreviousLine { total: *total, data: data.clone() });
        series.push(SeriesAnswer { name, breakdown, total, data, previous });
    }
    Ok(TrendAnswer { series })
}

/// The rows of a series in a range. Of a session its first matching event stands for it, at the
/// time the session starts.
fn counted<'a>(
    series: &Series,
    range: &Range,
    world: &World<'a>,
) -> Result<Vec<Counted<'a>>, AnswerError> {
    if series.measure != Measure::Sessions {
        let rows = world.within(range, &series.selector)?;
        return Ok(rows.into_iter().map(|seen| (seen, seen.at())).collect());
    }
    let mut found = Vec::new();
    for session in session::starting_in(range, world) {
        let first = world.select(&session.rows, &series.selector)?.first().copied();
        found.extend(first.map(|seen| (seen, session.start())));
    }
    Ok(found)
}

/// Per series the values shown, None for all in one; with a formula those of its first series.
fn shown(q: &Trend, world: &World<'_>) -> Result<Vec<Vec<Option<Key>>>, AnswerError> {
    let Some(breakdown) = &q.breakdown else { return Ok(vec![vec![None]; q.series.len()]) };
    let mut all = Vec::new();
    for series in &q.series {
        let rows = counted(series, &q.range, world)?;
        let keyed: Vec<(Key, Seen<'_>)> =
            rows.iter().map(|(seen, _)| (breakdown::key(breakdown, *seen, world), *seen)).collect();
        let distinct = breakdown::distinct(keyed.iter().map(|(key, _)| key.clone()))?;
        let more = distinct.len() > breakdown.limit;
        let largest = breakdown::largest(distinct, breakdown.limit, |key| {
            let rows: Vec<Seen<'_>> =
                keyed.iter().filter(|(k, _)| k == key).map(|(_, seen)| *seen).collect();
            breakdown::measure(&series.measure, &rows, world)
        });
        let mut keys: Vec<Option<Key>> = largest.into_iter().map(Some).collect();
        if more {
            keys.push(Some(breakdown::other(breakdown)));
        }
        all.push(keys);
    }
    if q.formula.is_some() {
        all = vec![all[0].clone(); q.series.len()];
    }
    Ok(all)
}

/// Whether a row belongs to a line.
fn belongs<'a>(
    q: &Trend,
    key: Option<&Key>,
    shown: &[Option<Key>],
    seen: Seen<'a>,
    world: &World<'a>,
) -> bool {
    let (Some(breakdown), Some(key)) = (&q.breakdown, key) else { return true };
    let own = Some(breakdown::key(breakdown, seen, world));
    if *key == breakdown::other(breakdown) {
        !shown.contains(&own)
    } else {
        own.as_ref() == Some(key)
    }
}

type Line = (String, Option<Key>, Option<f64>, Vec<Point>);

fn lines(
    q: &Trend,
    range: &Range,
    keys: &[Vec<Option<Key>>],
    world: &World<'_>,
) -> Result<Vec<Line>, AnswerError> {
    let buckets = Buckets::new(range, q.interval)?;
    let mut lines = Vec::new();
    for (series, shown) in q.series.iter().zip(keys) {
        let rows = counted(series, range, world)?;
        for key in shown {
            let mine: Vec<Counted<'_>> = rows
                .iter()
                .filter(|(seen, _)| belongs(q, key.as_ref(), shown, *seen, world))
                .copied()
                .collect();
            let of = |from: usize, to: usize| {
                let inside = |at| buckets.index(at).is_some_and(|i| from <= i && i <= to);
                let rows: Vec<Seen<'_>> =
                    mine.iter().filter(|(_, at)| inside(*at)).map(|(seen, _)| *seen).collect();
                breakdown::measure(&series.measure, &rows, world)
            };
            let total = of(0, buckets.len());
            let bucket = |i| if q.shape == Shape::Cumulative { of(0, i) } else { of(i, i) };
            let values: Vec<Option<f64>> = (0..buckets.len()).map(bucket).collect();
            lines.push((series.name.clone(), key.clone(), total, values));
        }
    }
    if let Some(formula) = &q.formula {
        let per = keys[0].len();
        let of = |index: usize| {
            let parts: Vec<_> = lines.iter().skip(index).step_by(per.max(1)).collect();
            let totals: Vec<Option<f64>> = parts.iter().map(|line| line.2).collect();
            let at = |i: usize| parts.iter().map(|line| line.3[i]).collect::<Vec<_>>();
            let values = (0..buckets.len()).map(|i| formula.value(&at(i))).collect();
            (formula.text().to_owned(), parts[0].1.clone(), formula.value(&totals), values)
        };
        lines = (0..per).map(of).collect();
    }
    let point = |values: &[Option<f64>], i: usize| Point {
        start: buckets.starts()[i],
        value: smoothed(q.shape, values, i),
        partial: buckets.is_partial(i, world.now),
    };
    let finish =
        |(name, key, total, values): (String, Option<Key>, Option<f64>, Vec<Option<f64>>)| {
            let data = (0..values.len()).map(|i| point(&values, i)).collect();
            (name, key, total, data)
        };
    Ok(lines.into_iter().map(finish).collect())
}

/// The mean of the last values up to `i`; values that are none are left out.
fn smoothed(shape: Shape, values: &[Option<f64>], i: usize) -> Option<f64> {
    let Shape::MovingAverage(width) = shape else { return values[i] };
    let window = &values[(i + 1).saturating_sub(width)..=i];
    let numbers: Vec<f64> = window.iter().flatten().copied().collect();
    let sum: i128 = numbers.iter().filter_map(|n| exact::scaled(*n)).sum();
    exact::mean(sum, numbers.len() as u64)
}

/// The rows behind one number.
pub(super) fn behind<'a>(
    q: &Trend,
    at: (usize, Option<event::Timestamp>, Option<&Key>, bool),
    world: &World<'a>,
) -> Result<Vec<Seen<'a>>, AnswerError> {
    let (index, bucket, key, previous) = at;
    let range = if previous { calendar::previous(&q.range)? } else { q.range.clone() };
    let wrong = || AnswerError::Coordinate("trend");
    let series = q.series.get(index).ok_or_else(wrong)?;
    let keys = shown(q, world)?;
    if q.breakdown.is_some() && key.is_some_and(|key| !keys[index].contains(&Some(key.clone()))) {
        return Err(wrong());
    }
    let buckets = Buckets::new(&range, q.interval)?;
    let wanted = bucket.map(|at| buckets.starts().iter().position(|s| *s == at).ok_or_else(wrong));
    let wanted = wanted.transpose()?;
    let mut rows = counted(series, &range, world)?;
    rows.retain(|(seen, at)| {
        let inside = wanted.is_none() || buckets.index(*at) == wanted;
        inside && belongs(q, key, &keys[index], *seen, world)
    });
    Ok(rows.into_iter().map(|(seen, _)| seen).collect())
}
