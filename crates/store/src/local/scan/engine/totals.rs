//! Events by type and interval, whoever's they are.

use std::{collections::BTreeMap, sync::Arc};

use super::{LocalSource, units};
use crate::{
    AskError,
    local::{columns::Base, scan::parallel},
};

/// Events per interval, by type.
type Totals = BTreeMap<Arc<str>, Vec<u64>>;

impl LocalSource<'_> {
    /// The events of `[from, to)` by type and by the interval of `edges` they lie in.
    pub(super) fn totals_of(
        &self,
        times: (i64, i64),
        edges: &[i64],
    ) -> Result<Vec<(String, Vec<u64>)>, AskError> {
        let times = self.seen(times);
        let units = units(self.snapshot, self.tenant(), times, &[None]);
        let parts = parallel::map(self.scanner.threads_for(&units), &units, |_, unit| {
            let base = self.scanner.base(unit)?;
            self.scanner.count_read(base.rows(), base.bytes() as u64);
            Ok(of_unit(&base, times, edges))
        })?;
        let mut all = Totals::new();
        for (name, counts) in parts.into_iter().flatten() {
            let own = all.entry(name).or_insert_with(|| vec![0; counts.len()]);
            own.iter_mut().zip(counts).for_each(|(own, count)| *own += count);
        }
        Ok(all.into_iter().map(|(name, counts)| (name.to_string(), counts)).collect())
    }
}

/// Finds the interval of a moment; it mostly is that of the moment before.
pub(super) struct Intervals<'a> {
    edges: &'a [i64],
    /// Bounds of the last one, and how many edges are not behind it.
    last: (i64, i64, usize),
}

impl<'a> Intervals<'a> {
    pub(super) fn new(edges: &'a [i64]) -> Self {
        Self { edges, last: (i64::MAX, i64::MIN, 0) }
    }

    /// None before the first edge and from the last on.
    #[inline]
    pub(super) fn index(&mut self, at: i64) -> Option<usize> {
        if at < self.last.0 || at >= self.last.1 {
            let edges = self.edges;
            let passed = edges.partition_point(|edge| *edge <= at);
            let start = passed.checked_sub(1).map_or(i64::MIN, |before| edges[before]);
            self.last = (start, edges.get(passed).copied().unwrap_or(i64::MAX), passed);
        }
        self.last.2.checked_sub(1).filter(|_| self.last.2 < self.edges.len())
    }
}

fn of_unit(base: &Base, (from, to): (i64, i64), edges: &[i64]) -> Totals {
    let intervals = edges.len().saturating_sub(1);
    let index = |at: i64| edges.partition_point(|edge| *edge <= at);
    let inside = from <= base.times.0 && base.times.1 < to;
    let (first, last) = (index(base.times.0), index(base.times.1));
    let mut cells = vec![vec![0; intervals]; base.names.len()];
    if inside && first == last {
        if (1..=intervals).contains(&first) {
            for (cells, count) in cells.iter_mut().zip(&base.counts) {
                cells[first - 1] = *count;
            }
        }
    } else {
        let mut intervals = Intervals::new(edges);
        for row in 0..base.rows() {
            let at = base.time(row);
            if from <= at
                && at < to
                && let Some(interval) = intervals.index(at)
            {
                cells[base.events.get(row)][interval] += 1;
            }
        }
    }
    let any = |(_, counts): &(Arc<str>, Vec<u64>)| counts.iter().any(|count| *count > 0);
    base.names.iter().cloned().zip(cells).filter(any).collect()
}
