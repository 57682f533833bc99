//! Who comes back.
//!
//! The answer is a matrix of cohorts and periods, held flat. What one person adds to it is told by
//! [`hits::Hits`], once per cell; the count and the list of persons behind a cell both listen.

mod hits;

use event::Timestamp;

use super::{Fold, Person, Plan, Source, Values, gather};
use crate::{
    AnswerError, Basis, Cell, CohortRow, Interval, Retention, RetentionAnswer, Windows,
    calendar::{self, Buckets},
    exact,
};
use hits::{Hits, Scratch};

/// Counts persons per cell.
struct Matrix<'q> {
    hits: Hits<'q>,
    rows: usize,
    /// Cells of a row: period 0 and those behind it.
    width: usize,
}

impl Fold for Matrix<'_> {
    type Part = (Vec<u64>, Scratch);

    fn start(&self) -> Self::Part {
        (vec![0; self.rows * self.width], Scratch::default())
    }

    fn person<V: Values>(&self, part: &mut Self::Part, person: Person<'_>, _values: &V) {
        let (counts, scratch) = part;
        self.hits
            .tell(&person, scratch, |cohort, period| counts[cohort * self.width + period] += 1);
    }

    fn merge(&self, mut a: Self::Part, b: Self::Part) -> Self::Part {
        a.0.iter_mut().zip(b.0).for_each(|(a, b)| *a += b);
        a
    }
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

/// The width of a rolling period.
fn window_ms(period: Interval) -> i64 {
    let hour = 3_600_000;
    match period {
        Interval::Hour => hour,
        Interval::Day => 24 * hour,
        Interval::Week => 7 * 24 * hour,
        Interval::Month => 30 * 24 * hour,
    }
}

/// Moments between which only matters whether there is an event: those of calendar periods. The
/// windows of a person's own and first events ever need each event.
fn plan_edges(q: &Retention, edges: &[Timestamp]) -> Vec<i64> {
    if q.windows != Windows::Calendar || q.basis != Basis::Recurring {
        return Vec::new();
    }
    let mut edges: Vec<i64> = edges.iter().map(|edge| edge.0).collect();
    // Starts end with the range, in the midst of a period perhaps.
    let end = edges.partition_point(|edge| *edge < q.range.to.0);
    if edges.get(end).is_some_and(|edge| *edge != q.range.to.0) {
        edges.insert(end, q.range.to.0);
    }
    edges
}

/// The cohorts of a question and where their periods lie.
struct Frame {
    buckets: Buckets,
    edges: Vec<Timestamp>,
}

impl Frame {
    fn of(q: &Retention) -> Result<Self, AnswerError> {
        let buckets = Buckets::new(&q.range, q.period)?;
        let edges = edges(q, &buckets)?;
        Ok(Self { buckets, edges })
    }

    /// What a question has to see: starts of the range (or all of them before, if only the first
    /// counts), and returns up to the end of the last period.
    fn plan(&self, q: &Retention) -> Plan {
        let mut selectors = vec![q.start.clone()];
        if q.returning != q.start {
            selectors.push(q.returning.clone());
        }
        let from = match q.basis {
            Basis::Recurring => q.range.from.0,
            Basis::FirstTime => i64::MIN,
        };
        let to = match q.windows {
            Windows::Calendar => self.edges.last().map_or(q.range.to.0, |edge| edge.0),
            Windows::Rolling => q.range.to.0 + window_ms(q.period) * (q.periods as i64 + 1),
        };
        let edges = plan_edges(q, &self.edges);
        let before = q.basis == Basis::FirstTime;
        Plan { times: (from, to), selectors, edges, before, ..Plan::default() }
    }

    /// When a period of a cohort begins for the first of its persons, and ends for the last.
    fn span(&self, q: &Retention, cohort: usize, period: usize) -> (Timestamp, Timestamp) {
        let edge = |index: usize| self.edges[index];
        let later = |edge: Timestamp, n: usize| Timestamp(edge.0 + n as i64 * window_ms(q.period));
        match q.windows {
            Windows::Calendar => (edge(cohort + period), edge(cohort + period + 1)),
            Windows::Rolling => (later(edge(cohort), period), later(edge(cohort + 1), period + 1)),
        }
    }

    /// A row of the answer, up to the last period that has begun.
    fn row(&self, q: &Retention, cohort: usize, counts: &[u64], now: Timestamp) -> CohortRow {
        let size = counts[0];
        let cell = |(period, &count): (usize, &u64)| {
            let (from, to) = self.span(q, cohort, period);
            let cut = period == 0 && self.buckets.is_partial(cohort, now);
            let partial = cut || to > now;
            (from <= now).then(|| Cell { count, rate: exact::rate(count, size), partial })
        };
        let cells = counts.iter().enumerate().map_while(cell).collect();
        CohortRow { start: self.edges[cohort], size, cells }
    }
}

/// The matrix and its weighted average.
pub(super) fn answer<S: Source>(q: &Retention, source: &S) -> Result<RetentionAnswer, S::Error> {
    let frame = Frame::of(q)?;
    let (rows, width) = (frame.buckets.len(), q.periods + 1);
    let fold = Matrix { hits: Hits::of(q, &frame.edges), rows, width };
    let (counts, _) = source.fold(&frame.plan(q), &fold)?;
    let rows = counts.chunks(width).enumerate();
    let cohorts: Vec<CohortRow> =
        rows.map(|(cohort, counts)| frame.row(q, cohort, counts, source.now())).collect();
    let average = (0..width).map(|period| average(&cohorts, period)).collect();
    Ok(RetentionAnswer { cohorts, average })
}

/// The share over all finished cells of a period.
fn average(cohorts: &[CohortRow], period: usize) -> Option<f64> {
    let (mut count, mut size) = (0, 0);
    for row in cohorts {
        if let Some(cell) = row.cells.get(period).filter(|cell| !cell.partial) {
            count += cell.count;
            size += row.size;
        }
    }
    exact::rate(count, size)
}

/// The persons of a cell.
pub(super) fn behind<S: Source>(
    q: &Retention,
    cohort: Timestamp,
    period: usize,
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    let frame = Frame::of(q)?;
    let row = frame.buckets.starts().iter().position(|start| *start == cohort);
    let row = row.filter(|_| period <= q.periods).ok_or(AnswerError::Coordinate("retention"))?;
    let hits = Hits::of(q, &frame.edges);
    gather::persons(source, &frame.plan(q), |scratch: &mut Scratch, person| {
        let mut found = false;
        hits.tell(&person, scratch, |at, behind| found |= (at, behind) == (row, period));
        found
    })
}
