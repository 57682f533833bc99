//! Events brought together by person.
//!
//! Persons are taken in chunks, so that their marks and what a kernel keeps of them stay in the
//! processor's cache. Unit after unit the rows of the chunk's persons are read, which lie together
//! there; then the marks are spread by person and handed on. Units are visited by their earliest
//! event, so the marks mostly come in order; a person whose units overlap in time is sorted.

use std::ops::Range;

use insight::kernel::{Fold, Mark, Person, Values};

use super::{
    LocalSource,
    merge::{Cells, Merge},
    prepare::{Bits, Compiled, Prepared},
    roster::{Roster, gallop},
};
use crate::{
    AskError,
    local::{columns::Codes, scan::control},
};

/// Rows a chunk should have.
const CHUNK_ROWS: usize = 1 << 14;
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

/// What a thread keeps while it folds.
pub(super) struct Worker<P> {
    pub(super) part: P,
    /// Per unit how far its stretches were walked.
    pub(super) at: Vec<usize>,
    pub(super) cells: Cells,
    /// Marks as they are met, and per mark its person within the chunk.
    met: Vec<Mark>,
    persons: Vec<u32>,
    /// Per person how many, then where they end.
    ends: Vec<u32>,
    /// Persons of the chunk that have events at all, when these are asked for.
    there: Vec<bool>,
    /// Marks by person.
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
        let plan = self.compiled.plan;
        let units = if plan.nobody || plan.anyone { self.units.len() } else { 0 };
        self.chunks() + units
    }

    fn chunks(&self) -> usize {
        match self.compiled.plan.anyone {
            true => 0,
            false => self.roster.len().div_ceil(self.chunk),
        }
    }

    /// A thread at its start.
    pub(super) fn worker<P>(&self, part: P) -> Worker<P> {
        let at = vec![0; self.units.len()];
        let (cells, met, persons, ends, there, marks) = Default::default();
        Worker { part, at, cells, met, persons, ends, there, marks }
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
            match self.compiled.plan.anyone {
                true => self.all_of(fold, worker, unit, 0..self.units[unit].base.rows()),
                false => self.nobody(fold, worker, unit),
            }
            return Ok(());
        }
        let from = task * self.chunk;
        let to = self.roster.len().min(from + self.chunk);
        if let Some(merge) = &self.merge {
            self.merged(merge, fold, worker, (from as u32, to as u32));
            return Ok(());
        }
        self.collect(worker, from as u32, to as u32);
        spread(worker);
        let everyone = self.compiled.plan.everyone;
        let mut begin = 0;
        for person in 0..to - from {
            let end = worker.ends[person] as usize;
            let mine = begin..end;
            begin = end;
            if mine.is_empty() && !(everyone && worker.there[person]) {
                continue;
            }
            let marks = &mut worker.marks[mine];
            if marks.windows(2).any(|pair| pair[0].at >= pair[1].at) {
                self.sort(marks)?;
            }
            let number = (from + person) as u32;
            let before = self.source.first_seen(self.roster, number);
            let person = Person { number: Some(number), marks, before };
            fold.person(&mut worker.part, person, self);
        }
        Ok(())
    }

    /// The marks of the persons `[from, to)`, unit by unit.
    fn collect<P>(&self, worker: &mut Worker<P>, from: u32, to: u32) {
        let everyone = self.compiled.plan.everyone;
        worker.met.clear();
        worker.persons.clear();
        worker.ends.clear();
        worker.ends.resize((to - from) as usize + 1, 0);
        worker.there.clear();
        worker.there.resize(if everyone { (to - from) as usize } else { 0 }, false);
        for (index, unit) in self.units.iter().enumerate() {
            let stretches = self.settled(unit, &mut worker.at[index], from, to);
            let settled = stretches.filter_map(|at| Some((unit.numbers.settled(at)?, at)));
            let strays = unit.numbers.strays_of(from, to).iter();
            for (person, stretch) in settled.chain(strays.map(|(n, at)| (*n, *at as usize))) {
                let person = person - from;
                if everyone {
                    worker.there[person as usize] = true;
                }
                if unit.taken[unit.base.sets.get(stretch)] {
                    let before = worker.met.len();
                    self.push(&mut worker.met, index as u32, unit.base.stretch(stretch));
                    let count = worker.met.len() - before;
                    worker.persons.resize(worker.persons.len() + count, person);
                    worker.ends[person as usize + 1] += count as u32;
                }
            }
        }
    }

    /// The stretches of a unit among which those of the persons `[from, to)` are that are no
    /// strays; `at` is where the last ones ended.
    pub(super) fn settled(
        &self,
        unit: &Prepared<'_>,
        at: &mut usize,
        from: u32,
        to: u32,
    ) -> Range<usize> {
        let sorted = self.roster.sorted() as u32;
        if from >= sorted {
            return 0..0;
        }
        let keys = &unit.base.keys;
        let first = gallop(keys, *at, self.roster.key(from));
        let end = match to < sorted {
            true => gallop(keys, first, self.roster.key(to)),
            false => keys.len(),
        };
        *at = end;
        first..end
    }

    /// Sorts by time; equal times by event id.
    #[cold]
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

    /// The marks of some rows.
    #[inline]
    fn push(&self, marks: &mut Vec<Mark>, unit: u32, rows: Range<usize>) {
        let prepared = &self.units[unit as usize];
        let (from, to) = self.compiled.plan.times;
        let base = &*prepared.base;
        let unit = self.met[unit as usize];
        let mut push = |row: usize, bits: u64| {
            if bits == 0 {
                return;
            }
            let at = base.time(row);
            if prepared.inside || (from <= at && at < to) {
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

    /// Rows of a unit, whoever's they are.
    fn all_of<F: Fold>(
        &self,
        fold: &F,
        worker: &mut Worker<F::Part>,
        unit: usize,
        rows: Range<usize>,
    ) {
        for from in rows.clone().step_by(NOBODY_MARKS) {
            worker.marks.clear();
            self.push(&mut worker.marks, unit as u32, from..rows.end.min(from + NOBODY_MARKS));
            let marks = &worker.marks;
            if !marks.is_empty() {
                fold.person(&mut worker.part, Person { number: None, marks, before: &[] }, self);
            }
        }
    }

    /// The events of a unit that are nobody's.
    fn nobody<F: Fold>(&self, fold: &F, worker: &mut Worker<F::Part>, unit: usize) {
        let prepared = &self.units[unit];
        if prepared.base.keys.first() != Some(&0) || prepared.base.mask(0) & prepared.mask == 0 {
            return;
        }
        if let Some(merge) = &self.merge {
            self.merged_nobody(merge, fold, worker, unit);
            return;
        }
        self.all_of(fold, worker, unit, prepared.base.stretch(0));
    }
}

/// Sorts the marks by person; those of one person stay in the order they were met.
fn spread<P>(worker: &mut Worker<P>) {
    let Worker { met, persons, ends, marks, .. } = worker;
    for person in 1..ends.len() {
        ends[person] += ends[person - 1];
    }
    marks.clear();
    marks.resize(met.len(), Mark { at: 0, bits: 0, unit: 0, row: 0 });
    for (mark, person) in met.iter().zip(persons) {
        let place = &mut ends[*person as usize];
        marks[*place as usize] = *mark;
        *place += 1;
    }
}

impl Values for Gather<'_, '_> {
    #[inline]
    fn code(&self, column: usize, mark: &Mark) -> u32 {
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
