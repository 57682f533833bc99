//! Events by value and interval, whoever's they are: one pass over codes, no marks.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use insight::{
    BreakdownValue, Dimension, Selector, Subject,
    kernel::{Plan, Wanted},
};

use super::{
    LocalSource,
    prepare::{Compiled, Prepared, Ready},
    totals::Intervals,
};
use crate::{
    AskError,
    local::scan::{control, parallel},
};

/// Cells of one unit, and of the answer.
const CELLS_MAX: usize = 1 << 21;
/// Cells of all units together, until they are added up.
const HELD_MAX: usize = 1 << 23;

/// Events per interval, by code.
type ByCode = Vec<(u32, Vec<u64>)>;

impl LocalSource<'_> {
    /// The events of `[from, to)` that a selector takes, by the code of their value and by the
    /// interval of `edges` they lie in. None where a fold has to do it.
    pub(super) fn totals_by_value(
        &self,
        times: (i64, i64),
        edges: &[i64],
        selector: &Selector,
        dimension: &Dimension,
    ) -> Result<Option<ByCode>, AskError> {
        if matches!(dimension, Dimension::Cohort(_) | Dimension::Value(Subject::Person(_))) {
            return Ok(None);
        }
        let plan = Plan {
            times,
            selectors: vec![selector.clone()],
            columns: vec![Wanted::Value(dimension.clone())],
            anyone: true,
            ..Plan::default()
        };
        let plan = self.clipped(&plan);
        let compiled = Compiled::new(self, &plan)?;
        let units = self.units(&plan);
        let bases = self.bases(&units)?;
        let roster = self.roster(&units, &bases);
        let pairs: Vec<_> = units.iter().zip(bases).collect();
        let (threads, held) = (self.scanner.threads_for(&units), self.held());
        let prepared = parallel::map(threads, &pairs, |_, (unit, base)| {
            let unit = Prepared::new(self, &compiled, &roster, (unit, base.clone()))?
                .with_columns(self, &compiled, &roster)?;
            held.take(unit.bytes).map(|()| unit)
        })?;
        self.count(&prepared);
        let cells = AtomicUsize::new(0);
        let parts = parallel::map(threads, &prepared, |_, unit| {
            control::check(self.scanner.asking)?;
            if cells.load(Ordering::Relaxed) > HELD_MAX {
                return Ok(None);
            }
            let part = of_unit(unit, edges);
            let found = part.as_ref().map_or(0, Vec::len) * edges.len();
            cells.fetch_add(found, Ordering::Relaxed);
            Ok(part)
        })?;
        let interner = self.interners.of(dimension);
        let mut all: HashMap<u32, Vec<u64>> = HashMap::new();
        for (unit, part) in prepared.iter().zip(parts) {
            let Some(part) = part else { return Ok(None) };
            let Some(Ready::Value(coded, _)) = unit.columns.first() else { continue };
            for (local, counts) in part {
                let code = interner.code(BreakdownValue::of(&coded.value(local as usize)));
                let own = all.entry(code).or_insert_with(|| vec![0; counts.len()]);
                own.iter_mut().zip(counts).for_each(|(own, count)| *own += count);
            }
            if interner.is_full() || all.len() * edges.len() > CELLS_MAX {
                return Ok(None);
            }
        }
        Ok(Some(all.into_iter().collect()))
    }
}

/// By the unit's own codes; None when it has too many.
fn of_unit(unit: &Prepared<'_>, edges: &[i64]) -> Option<ByCode> {
    let Some(Ready::Value(coded, _)) = unit.columns.first() else { return Some(Vec::new()) };
    let intervals = edges.len().saturating_sub(1);
    if coded.len() * intervals > CELLS_MAX {
        return None;
    }
    let mut cells = vec![0u64; coded.len() * intervals];
    let (from, to) = unit.times;
    let mut intervals_of = Intervals::new(edges);
    let mut add = |row: usize| {
        let at = unit.base.time(row);
        if from <= at
            && at < to
            && let Some(interval) = intervals_of.index(at)
        {
            cells[coded.codes.get(row) * intervals + interval] += 1;
        }
    };
    match &unit.hits {
        None => (0..unit.base.rows()).for_each(add),
        Some(hits) => {
            for (word, bits) in hits.iter().enumerate() {
                let mut bits = *bits;
                while bits != 0 {
                    add(word * 64 + bits.trailing_zeros() as usize);
                    bits &= bits - 1;
                }
            }
        }
    }
    let lines = cells.chunks(intervals.max(1)).enumerate();
    let met = lines.filter(|(_, counts)| counts.iter().any(|count| *count > 0));
    Some(met.map(|(code, counts)| (code as u32, counts.to_vec())).collect())
}
