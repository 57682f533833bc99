//! Events brought together by person.
//!
//! Persons are taken in chunks, so that what a kernel keeps of them stays in the processor's
//! cache. Of each unit the stretches of rows of the chunk's persons are found, spread by person
//! (no row is moved for that), and the marks of one person after the other are handed on. Units
//! are visited by their earliest event, so the marks mostly come in order; a person whose units
//! overlap in time is sorted.

use insight::kernel::{Fold, Mark, Person, Values};

use super::{
    LocalSource,
    merge::{Cells, MERGED, Merge},
    prepare::{Bits, Compiled, Prepared},
    roster::{Roster, gallop},
};
use crate::{
    AskError,
    local::{columns::Codes, scan::control},
};

/// Rows a chunk should have.
const CHUNK_ROWS: usize = 1 << 15;
/// Persons a chunk may have.
const CHUNK_PERSONS: usize = 1 << 13;
/// Marks of nobody handed on at once.
const NOBODY_MARKS: usize = 1 << 14;

/// All that a fold reads.
pub(super) struct Gather<'a, 'b> {
    pub(super) source: &'a LocalSource<'b>,
    pub(super) compiled: &'a Compiled<'a>,
    pub(super) roster: &'a Roster,
    /// By earliest event.
    pub(super) units: &'a [Prepared<'a>],
    /// Per unit the number it is met by, which marks carry.
    pub(super) met: &'a [u32],
    /// The way back.
    pub(super) index: &'a [u32],
    /// How events are merged, if they may be.
    pub(super) merge: Option<Merge>,
    /// Persons of a chunk.
    pub(super) chunk: usize,
}

/// A stretch of rows of a person of the chunk.
#[derive(Clone, Copy, Default)]
struct Piece {
    person: u32,
    unit: u32,
    stretch: u32,
}

/// What a thread keeps while it folds.
pub(super) struct Worker<P> {
    pub(super) part: P,
    /// Per unit how far its stretches were walked.
    pub(super) at: Vec<usize>,
    pub(super) cells: Cells,
    pieces: Vec<Piece>,
    spread: Vec<Piece>,
    ends: Vec<u32>,
    marks: Vec<Mark>,
}

impl<'a> Gather<'a, '_> {
    /// Persons of a chunk, so that it has about so many rows.
    pub(super) fn chunk(roster: &Roster, units: &[Prepared<'_>]) -> usize {
        let rows: usize = units.iter().map(|unit| unit.base.rows()).sum();
        let per_person = (rows / roster.len().max(1)).max(1);
        (CHUNK_ROWS / per_person).clamp(64, CHUNK_PERSONS)
    }

    /// Chunks of persons there are, and behind them one task per unit for nobody.
    pub(super) fn tasks(&self) -> usize {
        let nobody = if self.compiled.plan.nobody { self.units.len() } else { 0 };
        self.chunks() + nobody
    }

    fn chunks(&self) -> usize {
        self.roster.len().div_ceil(self.chunk)
    }

    /// A thread at its start.
    pub(super) fn worker<P>(&self, part: P) -> Worker<P> {
        let at = vec![0; self.units.len()];
        let (cells, pieces, spread, ends, marks) = Default::default();
        Worker { part, at, cells, pieces, spread, ends, marks }
    }

    /// Does a task; those of one worker come ascending.
    pub(super) fn take<F: Fold>(
        &self,
        fold: &F,
        worker: &mut Worker<F::Part>,
        task: usize,
    ) -> Result<(), AskError> {
        control::check(self.source.scanner.asking)?;
        if let Some(unit) = task.checked_sub(self.chunks()) {
            self.nobody(fold, worker, unit);
            return Ok(());
        }
        let from = task * self.chunk;
        let to = self.roster.len().min(from + self.chunk);
        if let Some(merge) = &self.merge {
            self.merged(merge, fold, worker, (from as u32, to as u32));
            return Ok(());
        }
        self.collect(worker, from as u32, to as u32);
        self.spread(worker, to - from);
        let mut begin = 0;
        for person in 0..to - from {
            let end = worker.ends[person] as usize;
            let pieces = begin..end;
            begin = end;
            if pieces.is_empty() {
                continue;
            }
            self.marks_of(worker, pieces)?;
            if worker.marks.is_empty() && !self.compiled.plan.everyone {
                continue;
            }
            let number = (from + person) as u32;
            let before = self.source.first_seen(self.roster, number);
            let person = Person { number: Some(number), marks: &worker.marks, before };
            fold.person(&mut worker.part, person, self);
        }
        Ok(())
    }

    /// The stretches of the persons `[from, to)`.
    fn collect<P>(&self, worker: &mut Worker<P>, from: u32, to: u32) {
        worker.pieces.clear();
        let everyone = self.compiled.plan.everyone;
        let sorted = self.roster.sorted() as u32;
        for (index, unit) in self.units.iter().enumerate() {
            let mut add = |person: u32, stretch: usize| {
                if everyone || unit.base.masks[stretch] & unit.mask != 0 {
                    let (unit, stretch) = (index as u32, stretch as u32);
                    worker.pieces.push(Piece { person: person - from, unit, stretch });
                }
            };
            if from < sorted {
                let keys = &unit.base.keys;
                let mut at = gallop(keys, worker.at[index], self.roster.key(from));
                let last = self.roster.key(to.min(sorted) - 1);
                while at < keys.len() && keys[at] <= last {
                    if let Some(person) = unit.numbers.settled(at) {
                        add(person, at);
                    }
                    at += 1;
                }
                worker.at[index] = at;
            }
            for (person, stretch) in unit.numbers.strays_of(from, to) {
                add(*person, *stretch as usize);
            }
        }
    }

    /// Sorts the pieces by person; those of a person stay in the order of units.
    fn spread<P>(&self, worker: &mut Worker<P>, persons: usize) {
        worker.ends.clear();
        worker.ends.resize(persons + 1, 0);
        for piece in &worker.pieces {
            worker.ends[piece.person as usize + 1] += 1;
        }
        for person in 0..persons {
            worker.ends[person + 1] += worker.ends[person];
        }
        worker.spread.clear();
        worker.spread.resize(worker.pieces.len(), Piece::default());
        for piece in &worker.pieces {
            let place = &mut worker.ends[piece.person as usize];
            worker.spread[*place as usize] = *piece;
            *place += 1;
        }
    }

    /// The marks of one person, in order.
    fn marks_of<P>(
        &self,
        worker: &mut Worker<P>,
        pieces: std::ops::Range<usize>,
    ) -> Result<(), AskError> {
        worker.marks.clear();
        let mut sorted = true;
        for piece in &worker.spread[pieces] {
            let before = worker.marks.len();
            self.push(&mut worker.marks, piece.unit, piece.stretch as usize);
            if before > 0 && before < worker.marks.len() {
                sorted &= worker.marks[before - 1].at < worker.marks[before].at;
            }
        }
        if sorted { Ok(()) } else { self.sort(&mut worker.marks) }
    }

    /// Sorts by time; equal times by event id.
    fn sort(&self, marks: &mut [Mark]) -> Result<(), AskError> {
        marks.sort_by_key(|mark| mark.at);
        if marks.windows(2).all(|pair| pair[0].at < pair[1].at) {
            return Ok(());
        }
        let mut from = 0;
        while from < marks.len() {
            let same = marks[from..].iter().take_while(|mark| mark.at == marks[from].at).count();
            if same > 1 {
                let mut keyed = Vec::with_capacity(same);
                for mark in &marks[from..from + same] {
                    keyed.push((self.id(mark)?, *mark));
                }
                keyed.sort_unstable_by_key(|(id, _)| *id);
                let places = marks[from..].iter_mut();
                places.zip(keyed).for_each(|(place, (_, mark))| *place = mark);
            }
            from += same;
        }
        Ok(())
    }

    #[inline]
    fn unit(&self, mark: &Mark) -> &Prepared<'a> {
        &self.units[self.index[mark.unit as usize] as usize]
    }

    fn id(&self, mark: &Mark) -> Result<u128, AskError> {
        let prepared = self.unit(mark);
        let ids = match prepared.ids.get() {
            Some(ids) => ids.clone(),
            None => {
                let ids = self.source.scanner.ids(prepared.unit)?;
                prepared.ids.get_or_init(|| ids).clone()
            }
        };
        Ok(ids[mark.row as usize])
    }

    /// The marks of a stretch.
    fn push(&self, marks: &mut Vec<Mark>, unit: u32, stretch: usize) {
        let prepared = &self.units[unit as usize];
        let (from, to) = self.compiled.plan.times;
        let base = &*prepared.base;
        let rows = base.stretch(stretch);
        let unit = self.met[unit as usize];
        let mut push = |row: usize, bits: u64| {
            let at = base.time(row);
            if bits != 0 && (prepared.inside || (from <= at && at < to)) {
                marks.push(Mark { at, bits, unit, row: row as u32 });
            }
        };
        match (&prepared.bits, &base.events) {
            (Bits::ByEvent(by), Codes::U8(events)) => {
                rows.for_each(|row| push(row, by[usize::from(events[row])]));
            }
            (Bits::ByEvent(by), events) => rows.for_each(|row| push(row, by[events.get(row)])),
            (Bits::Narrow(bits), _) => rows.for_each(|row| push(row, u64::from(bits[row]))),
            (Bits::Wide(bits), _) => rows.for_each(|row| push(row, bits[row])),
        }
    }

    /// The events of a unit that are nobody's.
    fn nobody<F: Fold>(&self, fold: &F, worker: &mut Worker<F::Part>, unit: usize) {
        let prepared = &self.units[unit];
        if prepared.base.keys.first() != Some(&0) || prepared.base.masks[0] & prepared.mask == 0 {
            return;
        }
        if let Some(merge) = &self.merge {
            self.merged_nobody(merge, fold, worker, unit);
            return;
        }
        worker.marks.clear();
        self.push(&mut worker.marks, unit as u32, 0);
        for marks in worker.marks.chunks(NOBODY_MARKS) {
            fold.person(&mut worker.part, Person { number: None, marks, before: &[] }, self);
        }
    }
}

impl Values for Gather<'_, '_> {
    #[inline]
    fn code(&self, column: usize, mark: &Mark) -> u32 {
        if let (MERGED, Some(merge)) = (mark.unit, &self.merge) {
            return merge.code(mark);
        }
        self.unit(mark).code(self.compiled, column, mark.row as usize)
    }

    fn value(&self, column: usize, code: u32) -> insight::BreakdownValue {
        let interner = self.compiled.interner(column);
        interner.map_or(insight::BreakdownValue::None, |interner| interner.value(code))
    }

    #[inline]
    fn number(&self, column: usize, mark: &Mark) -> Option<f64> {
        self.unit(mark).number(column, mark.row as usize)
    }

    #[inline]
    fn hash(&self, column: usize, mark: &Mark) -> u64 {
        self.unit(mark).hash(column, mark.row as usize)
    }
}
