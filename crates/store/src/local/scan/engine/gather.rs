//! Events brought together by person.
//!
//! Persons are taken in chunks, so that their marks and what a kernel keeps of them stay in the
//! processor's cache. Unit after unit the rows of the chunk's persons are read, which lie together
//! there; then the marks are spread by person and handed on. Units are visited by their earliest
//! event, so the marks mostly come in order; a person whose units overlap in time is sorted.

use std::ops::Range;

use insight::kernel::{Before, Fold, Mark, Person, Values};

use super::{
    LocalSource,
    history::History,
    merge::{Cells, Merge},
    prepare::{Bits, Compiled, Prepared},
    roster::{Roster, gallop},
};
use crate::{
    AskError,
    local::{
        columns::{Base, Codes},
        scan::control,
    },
};

/// Rows a chunk should have.
const CHUNK_ROWS: usize = 1 << 14;
/// Rows a chunk should have of each unit, at least.
const UNIT_ROWS: usize = 128;
/// Persons a chunk may have.
const CHUNK_PERSONS: usize = 1 << 14;
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
    /// First times from before the horizon, if the plan asks for them.
    pub(super) history: History,
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
        // Each chunk looks into each unit: of many units chunks are larger.
        let chunk_rows = CHUNK_ROWS.max(units.len() * UNIT_ROWS);
        (chunk_rows / per_person).clamp(64, CHUNK_PERSONS)
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
            let before = self.history.of(number);
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
            if everyone {
                for stretch in stretches.clone().filter(|at| self.source.lives(&unit.base, *at)) {
                    if let Some(person) = unit.numbers.settled(stretch) {
                        worker.there[(person - from) as usize] = true;
                    }
                }
            }
            match &unit.hits {
                Some(hits) => self.hits(worker, index, hits, (stretches, from)),
                None => {
                    for stretch in stretches {
                        if let Some(person) = unit.numbers.settled(stretch) {
                            self.stretch(worker, index, stretch, person - from);
                        }
                    }
                }
            }
            for (person, stretch) in unit.numbers.strays_of(from, to) {
                if everyone && self.source.lives(&unit.base, *stretch as usize) {
                    worker.there[(person - from) as usize] = true;
                }
                if unit.taken[unit.base.sets.get(*stretch as usize)] {
                    self.stretch(worker, index, *stretch as usize, person - from);
                }
            }
        }
    }

    /// The rows of a stretch, for a person of the chunk.
    #[inline]
    fn stretch<P>(&self, worker: &mut Worker<P>, unit: usize, stretch: usize, person: u32) {
        let before = worker.met.len();
        self.push(&mut worker.met, unit, self.units[unit].base.stretch(stretch));
        let count = worker.met.len() - before;
        worker.persons.resize(worker.persons.len() + count, person);
        worker.ends[person as usize + 1] += count as u32;
    }

    /// The rows that are taken of some stretches: only they are looked at.
    fn hits<P>(
        &self,
        worker: &mut Worker<P>,
        index: usize,
        hits: &[u64],
        (stretches, from): (Range<usize>, u32),
    ) {
        let unit = &self.units[index];
        let met = self.met[index];
        let (earliest, latest) = unit.times;
        let mut add = |row: usize, stretch: usize, bits: u64| {
            let at = unit.base.time(row);
            if let Some(person) = unit.numbers.settled(stretch)
                && (unit.inside || (earliest <= at && at < latest))
            {
                worker.met.push(Mark { at, bits, unit: met, row: row as u32 });
                worker.persons.push(person - from);
                worker.ends[(person - from) as usize + 1] += 1;
            }
        };
        // The common form by itself: the loop is the hottest there is.
        match (&unit.bits, &unit.base.events) {
            (Bits::ByEvent(bits), Codes::U8(events)) => {
                let of = |row: usize| bits[usize::from(events[row])];
                each_hit(&unit.base, hits, stretches, |row, at| add(row, at, of(row)));
            }
            _ => each_hit(&unit.base, hits, stretches, |row, at| add(row, at, unit.bits_of(row))),
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
    fn push(&self, marks: &mut Vec<Mark>, unit: usize, rows: Range<usize>) {
        let prepared = &self.units[unit];
        let (from, to) = prepared.times;
        let unit = self.met[unit];
        let mut add = |row: usize| {
            let at = prepared.base.time(row);
            if prepared.inside || (from <= at && at < to) {
                marks.push(Mark { at, bits: prepared.bits_of(row), unit, row: row as u32 });
            }
        };
        let Some(hits) = &prepared.hits else { return rows.for_each(add) };
        let words = rows.start / 64..rows.end.div_ceil(64);
        for (word, bits) in words.clone().zip(&hits[words]) {
            let mut bits = *bits;
            while bits != 0 {
                let row = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                if rows.contains(&row) {
                    add(row);
                }
            }
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
            self.push(&mut worker.marks, unit, from..rows.end.min(from + NOBODY_MARKS));
            let marks = &worker.marks;
            if !marks.is_empty() {
                fold.person(
                    &mut worker.part,
                    Person { number: None, marks, before: Before::default() },
                    self,
                );
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

/// Gives the rows that are hit of some stretches, each with its stretch.
#[inline]
fn each_hit(
    base: &Base,
    hits: &[u64],
    stretches: Range<usize>,
    mut give: impl FnMut(usize, usize),
) {
    if stretches.is_empty() {
        return;
    }
    let (first, end) = (base.starts[stretches.start] as usize, base.starts[stretches.end] as usize);
    let mut stretch = stretches.start;
    let mut until = base.starts[stretch + 1] as usize;
    let words = first / 64..end.div_ceil(64);
    for (word, bits) in words.clone().zip(&hits[words]) {
        let mut bits = *bits;
        if word == first / 64 {
            bits &= u64::MAX << (first % 64);
        }
        while bits != 0 {
            let row = word * 64 + bits.trailing_zeros() as usize;
            bits &= bits - 1;
            if row >= end {
                return;
            }
            while row >= until {
                stretch += 1;
                until = base.starts[stretch + 1] as usize;
            }
            give(row, stretch);
        }
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
