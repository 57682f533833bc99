//! What persons did per bucket, where single events do not matter.
//!
//! A plan with edges lets events of one bucket be given as one. Then a stretch of rows is told by
//! its set of event types alone, as long as it lies in one bucket, and rows are not read at all.
//! Each person of a chunk has a row of cells, one per bucket: a set of event types.

use std::sync::Arc;

use insight::kernel::{Before, Fold, MERGED, Mark, Person, Plan};

use super::{
    gather::{Gather, Worker},
    prepare::{Compiled, Prepared, taking},
};
use crate::local::columns::{Base, SHARED_BIT};

/// Event types that can be told apart.
const TYPES_MAX: usize = 64;
/// Cells a chunk should have for each unit, at least.
const UNIT_CELLS: usize = 256;
/// Cells of a chunk: they should stay in the processor's cache.
const CELLS_MAX: usize = 1 << 15;

/// How events are merged.
pub(super) struct Merge {
    edges: Vec<i64>,
    /// Selectors of sets of event types, byte by byte.
    bytes: Vec<[u64; 256]>,
    units: Vec<Types>,
}

/// The event types of a unit.
struct Types {
    /// By code, as a set of one or none.
    of: Vec<u64>,
    /// The same for the sets of stretches, by their numbers; empty when codes share a bit.
    sets: Vec<u64>,
    /// The bucket all rows are in.
    bucket: Option<usize>,
}

impl Merge {
    /// None when the plan wants single events, or the data has too many event types.
    pub(super) fn new(compiled: &Compiled<'_>, units: &[Prepared<'_>]) -> Option<Self> {
        let plan = compiled.plan;
        if !plan.columns.is_empty() || plan.anyone {
            return None;
        }
        let buckets = plan.edges.len().checked_sub(1)?;
        let plain = compiled.is_plain();
        if !plain || plan.everyone || buckets == 0 || buckets > CELLS_MAX / 64 {
            return None;
        }
        let mut names: Vec<Arc<str>> = Vec::new();
        for name in units.iter().flat_map(|unit| &unit.base.names) {
            if taking(plan, name) != 0 && !names.contains(name) {
                names.push(name.clone());
            }
        }
        if names.len() > TYPES_MAX {
            return None;
        }
        let bits: Vec<u64> = names.iter().map(|name| taking(plan, name)).collect();
        Some(Self {
            edges: plan.edges.clone(),
            bytes: bits.chunks(8).map(of_bytes).collect(),
            units: units.iter().map(|unit| Types::new(plan, &unit.base, &names)).collect(),
        })
    }

    fn buckets(&self) -> usize {
        self.edges.len() - 1
    }

    /// Persons of a chunk.
    pub(super) fn chunk(&self) -> usize {
        // Each chunk looks into each unit: of many units chunks are larger.
        let cells = CELLS_MAX.max((self.units.len() * UNIT_CELLS).min(8 * CELLS_MAX));
        (cells / self.buckets()).clamp(64, 1 << 14)
    }
}

/// Per byte the union of the bits of its set bits.
fn of_bytes(bits: &[u64]) -> [u64; 256] {
    std::array::from_fn(|byte| {
        let each = bits.iter().enumerate();
        each.fold(0, |all, (at, bits)| if byte >> at & 1 == 1 { all | bits } else { all })
    })
}

impl Types {
    fn new(plan: &Plan, base: &Base, names: &[Arc<str>]) -> Self {
        let set = |name| names.iter().position(|known| known == name).map_or(0, |at| 1 << at);
        let of: Vec<u64> = base.names.iter().map(set).collect();
        let of_mask = |mask: &u64| {
            let each = of.iter().enumerate();
            each.fold(0, |all, (code, set)| if mask >> code & 1 == 1 { all | set } else { all })
        };
        let sets = match of.len() <= SHARED_BIT {
            true => base.masks.iter().map(of_mask).collect(),
            false => Vec::new(),
        };
        let (from, to) = plan.times;
        let inside = from <= base.times.0 && base.times.1 < to;
        let index = |at: i64| plan.edges.partition_point(|edge| *edge <= at).checked_sub(1);
        let first = index(base.times.0).filter(|_| inside);
        let bucket = first
            .filter(|first| index(base.times.1) == Some(*first) && first + 1 < plan.edges.len());
        Self { of, sets, bucket }
    }
}

/// The cells of a chunk.
#[derive(Default)]
pub(super) struct Cells {
    sets: Vec<u64>,
    /// Per person which buckets have any, a bit each.
    touched: Vec<u64>,
    marks: Vec<Mark>,
}

impl Gather<'_, '_> {
    /// Gives the persons `[from, to)` what they did per bucket.
    pub(super) fn merged<F: Fold>(
        &self,
        merge: &Merge,
        fold: &F,
        worker: &mut Worker<F::Part>,
        (from, to): (u32, u32),
    ) {
        let buckets = merge.buckets();
        let words = buckets.div_ceil(64);
        let persons = (to - from) as usize;
        let cells = &mut worker.cells;
        cells.sets.resize(cells.sets.len().max(persons * buckets), 0);
        cells.touched.resize(cells.touched.len().max(persons * words), 0);
        for (index, unit) in self.units.iter().enumerate() {
            let types = &merge.units[index];
            let stretches = self.settled(unit, &mut worker.at[index], from, to);
            if let (Some(bucket), false) = (types.bucket, types.sets.is_empty()) {
                // Every row of the unit is in one bucket: sets of event types tell all.
                for stretch in stretches {
                    let set = types.sets[unit.base.sets.get(stretch)];
                    if let (true, Some(person)) = (set != 0, unit.numbers.settled(stretch)) {
                        cells.add((person - from) as usize, bucket, set, (buckets, words));
                    }
                }
            } else {
                for stretch in stretches {
                    let Some(person) = unit.numbers.settled(stretch) else { continue };
                    let person = (person - from) as usize;
                    types.add(merge, unit, stretch, |bucket, set| {
                        cells.add(person, bucket, set, (buckets, words));
                    });
                }
            }
            for (person, stretch) in unit.numbers.strays_of(from, to) {
                types.add(merge, unit, *stretch as usize, |bucket, set| {
                    cells.add((person - from) as usize, bucket, set, (buckets, words));
                });
            }
        }
        for person in 0..persons {
            let any =
                worker.cells.give(merge, (person, buckets, words), self.compiled.plan.times.0);
            if any {
                let number = from + person as u32;
                let before = self.history.of(number);
                let marks = &worker.cells.marks;
                let person = Person { number: Some(number), marks, before };
                fold.person(&mut worker.part, person, self);
            }
        }
    }
}

impl Gather<'_, '_> {
    /// What nobody did per bucket, in one unit.
    pub(super) fn merged_nobody<F: Fold>(
        &self,
        merge: &Merge,
        fold: &F,
        worker: &mut Worker<F::Part>,
        unit: usize,
    ) {
        let buckets = merge.buckets();
        let words = buckets.div_ceil(64);
        let cells = &mut worker.cells;
        cells.sets.resize(cells.sets.len().max(buckets), 0);
        cells.touched.resize(cells.touched.len().max(words), 0);
        merge.units[unit].add(merge, &self.units[unit], 0, |bucket, set| {
            cells.add(0, bucket, set, (buckets, words));
        });
        if cells.give(merge, (0, buckets, words), self.compiled.plan.times.0) {
            let marks = &worker.cells.marks;
            fold.person(
                &mut worker.part,
                Person { number: None, marks, before: Before::default() },
                self,
            );
        }
    }
}

impl Types {
    /// Tells the buckets of a stretch and its event types there.
    #[inline]
    fn add(
        &self,
        merge: &Merge,
        unit: &Prepared<'_>,
        stretch: usize,
        mut tell: impl FnMut(usize, u64),
    ) {
        let base = &*unit.base;
        if base.mask(stretch) & unit.mask == 0 {
            return;
        }
        let set = self.sets.get(base.sets.get(stretch)).copied();
        if let (Some(bucket), Some(set)) = (self.bucket, set) {
            tell(bucket, set);
            return;
        }
        let rows = base.stretch(stretch);
        let (from, to) = (base.time(rows.start), base.time(rows.end - 1));
        let edges = &merge.edges;
        let mut bucket = edges.partition_point(|edge| *edge <= from);
        if unit.inside
            && let Some(set) = set
            && 0 < bucket
            && edges.get(bucket).is_some_and(|end| to < *end)
        {
            tell(bucket - 1, set);
            return;
        }
        for row in rows {
            let at = base.time(row);
            let set = self.of[base.events.get(row)];
            while edges.get(bucket).is_some_and(|edge| *edge <= at) {
                bucket += 1;
            }
            let (from, to) = merge.times(unit);
            if set != 0 && 0 < bucket && bucket < edges.len() && from <= at && at < to {
                tell(bucket - 1, set);
            }
        }
    }
}

impl Merge {
    /// The selectors of a set of event types.
    #[inline]
    fn all_bits(&self, set: u64) -> u64 {
        let each = self.bytes.iter().enumerate();
        each.fold(0, |all, (at, table)| all | table[(set >> (8 * at) & 0xff) as usize])
    }

    /// The times rows must be in.
    fn times(&self, unit: &Prepared<'_>) -> (i64, i64) {
        if unit.inside { (i64::MIN, i64::MAX) } else { unit.times }
    }
}

impl Cells {
    #[inline]
    fn add(&mut self, person: usize, bucket: usize, set: u64, (buckets, words): (usize, usize)) {
        self.sets[person * buckets + bucket] |= set;
        self.touched[person * words + bucket / 64] |= 1 << (bucket % 64);
    }

    /// Makes marks of a person's cells and clears these; whether there are any.
    fn give(
        &mut self,
        merge: &Merge,
        (person, buckets, words): (usize, usize, usize),
        from: i64,
    ) -> bool {
        self.marks.clear();
        for word in 0..words {
            let mut touched = std::mem::take(&mut self.touched[person * words + word]);
            while touched != 0 {
                let bucket = word * 64 + touched.trailing_zeros() as usize;
                touched &= touched - 1;
                let set = std::mem::take(&mut self.sets[person * buckets + bucket]);
                let (at, bits) = (merge.edges[bucket].max(from), merge.all_bits(set));
                self.marks.push(Mark { at, bits, unit: MERGED, row: bucket as u32 });
            }
        }
        !self.marks.is_empty()
    }
}
