//! Who comes back.

use std::collections::BTreeMap;

use event::Timestamp;

use super::world::{People, Seen, World};
use crate::{
    AnswerError, Basis, Cell, Cohort, CohortOf, CohortRow, Interval, Retention, RetentionAnswer,
    Selector, Windows,
    calendar::{self, Buckets},
    exact,
};

/// `cohort` by first seen is retention of anybody's first event ever.
pub(super) fn first_seen(q: &Cohort) -> Retention {
    let (period, periods, returning) = match &q.of {
        CohortOf::FirstSeen { period, periods, activity } => (*period, *periods, activity.clone()),
        CohortOf::Definition(_) => (Interval::Day, 1, Selector::default()),
    };
    let (range, start) = (q.range.clone(), Selector::default());
    let (basis, windows) = (Basis::FirstTime, Windows::Calendar);
    Retention { range, period, periods, basis, windows, start, returning }
}

/// Starts of the range's periods and of those that follow, and the end of the last.
fn edges(q: &Retention, buckets: &Buckets) -> Result<Vec<Timestamp>, AnswerError> {
    let mut edges = buckets.edges().to_vec();
    for _ in 0..q.periods {
        if let Some(last) = edges.last() {
            edges.push(calendar::after(*last, &q.range.zone, q.period)?);
        }
    }
    Ok(edges)
}

fn window_ms(period: Interval) -> i64 {
    let hour = 3_600_000;
    match period {
        Interval::Hour => hour,
        Interval::Day => 24 * hour,
        Interval::Week => 7 * 24 * hour,
        Interval::Month => 30 * 24 * hour,
    }
}

/// Per cohort and period the persons.
fn matrix<'a>(
    q: &Retention,
    buckets: &Buckets,
    edges: &[Timestamp],
    world: &World<'a>,
) -> Result<Vec<Vec<People<'a>>>, AnswerError> {
    let mut matrix = vec![vec![People::new(); q.periods + 1]; buckets.len()];
    for (person, rows) in &world.persons {
        let starts = world.select(rows, &q.start)?;
        let first = world.first_time(person, &q.start)?;
        let mut own: BTreeMap<usize, Timestamp> = BTreeMap::new();
        for seen in &starts {
            let counts = q.basis == Basis::Recurring || Some(seen.at()) == first;
            if let Some(cohort) = buckets.index(seen.at()).filter(|_| counts) {
                own.entry(cohort).or_insert(seen.at());
            }
        }
        let returns: Vec<Seen<'a>> = world.select(rows, &q.returning)?;
        for (&cohort, &start) in &own {
            matrix[cohort][0].insert(person);
            for seen in &returns {
                let period = match q.windows {
                    Windows::Calendar => edges
                        .partition_point(|edge| *edge <= seen.at())
                        .checked_sub(cohort + 1)
                        .filter(|_| Some(&seen.at()) < edges.last()),
                    Windows::Rolling => {
                        usize::try_from((seen.at().0 - start.0).div_euclid(window_ms(q.period)))
                            .ok()
                    }
                };
                if let Some(period) = period.filter(|p| (1..=q.periods).contains(p)) {
                    matrix[cohort][period].insert(person);
                }
            }
        }
    }
    Ok(matrix)
}

pub(super) fn people<'a>(
    q: &Retention,
    cohort: Timestamp,
    period: usize,
    world: &World<'a>,
) -> Result<People<'a>, AnswerError> {
    let buckets = Buckets::new(&q.range, q.period)?;
    let row = buckets.starts().iter().position(|start| *start == cohort);
    let matrix = matrix(q, &buckets, &edges(q, &buckets)?, world)?;
    let cell = row.and_then(|row| matrix[row].get(period).cloned());
    cell.ok_or(AnswerError::Coordinate("retention"))
}

pub(super) fn answer(q: &Retention, world: &World<'_>) -> Result<RetentionAnswer, AnswerError> {
    let buckets = Buckets::new(&q.range, q.period)?;
    let edges = edges(q, &buckets)?;
    let matrix = matrix(q, &buckets, &edges, world)?;
    let mut cohorts = Vec::new();
    for (index, cells) in matrix.iter().enumerate() {
        let size = cells[0].len() as u64;
        let mut row = CohortRow { start: edges[index], size, cells: Vec::new() };
        for (period, people) in cells.iter().enumerate() {
            let (from, to) = match q.windows {
                Windows::Calendar => (edges[index + period], edges[index + period + 1]),
                Windows::Rolling => {
                    let later = |edge: Timestamp, n: usize| {
                        Timestamp(edge.0 + n as i64 * window_ms(q.period))
                    };
                    (later(edges[index], period), later(edges[index + 1], period + 1))
                }
            };
            if from > world.now {
                break;
            }
            let cut = period == 0 && buckets.is_partial(index, world.now);
            let count = people.len() as u64;
            let partial = cut || to > world.now;
            row.cells.push(Cell { count, rate: exact::rate(count, size), partial });
        }
        cohorts.push(row);
    }
    let average = |period: usize| {
        let finished = |row: &CohortRow| {
            row.cells.get(period).filter(|cell| !cell.partial).map(|cell| (cell.count, row.size))
        };
        let cells: Vec<(u64, u64)> = cohorts.iter().filter_map(finished).collect();
        exact::rate(cells.iter().map(|c| c.0).sum(), cells.iter().map(|c| c.1).sum())
    };
    let average = (0..=q.periods).map(average).collect();
    Ok(RetentionAnswer { cohorts, average })
}
