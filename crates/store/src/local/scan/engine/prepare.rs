//! A unit made ready for a fold: which of its rows are taken, and the columns asked for.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicU32, Ordering},
};

use event::Value;
use insight::{
    BreakdownValue, Definition, Dimension, Matcher, RowSet, Subject,
    filter::number_of,
    kernel::{Plan, Wanted},
};

use super::{
    LocalSource,
    filter::UnitColumns,
    intern::Interner,
    roster::{NOBODY, Numbers, Roster},
};
use crate::{
    AskError,
    local::{
        columns::{Base, Coded, bit_of},
        scan::Unit,
    },
};

/// A code that was not looked up yet.
const UNKNOWN: u32 = u32::MAX;

/// A plan, compiled once per fold.
pub(super) struct Compiled<'a> {
    pub(super) plan: &'a Plan,
    matchers: Vec<Matcher>,
    /// The cohorts that filters and columns name, with their members by number.
    cohorts: Vec<(Definition, Members)>,
    interners: Vec<Option<Arc<Interner>>>,
}

/// A set of persons, a bit each.
#[derive(Default)]
pub(super) struct Members(Vec<u64>);

impl Members {
    fn new(numbers: &[u32]) -> Self {
        let last = numbers.last().map_or(0, |last| *last as usize + 1);
        let mut words = vec![0; last.div_ceil(64)];
        numbers.iter().for_each(|n| words[*n as usize / 64] |= 1 << (n % 64));
        Self(words)
    }

    pub(super) fn has(&self, number: u32) -> bool {
        self.0.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }
}

impl<'a> Compiled<'a> {
    pub(super) fn new(source: &LocalSource<'_>, plan: &'a Plan) -> Result<Self, AskError> {
        let mut cohorts: Vec<(Definition, Members)> = Vec::new();
        let mut enter = |definition: &Definition| -> Result<(), AskError> {
            if !cohorts.iter().any(|(known, _)| known == definition) {
                let members = insight::kernel::members(definition, source)?;
                cohorts.push((definition.clone(), Members::new(&members)));
            }
            Ok(())
        };
        let mut matchers = Vec::with_capacity(plan.selectors.len());
        for selector in &plan.selectors {
            let matcher = Matcher::new(&selector.filter)
                .map_err(|problem| AskError::Invalid { field: "filter".into(), problem })?;
            matcher.cohorts().into_iter().try_for_each(&mut enter)?;
            matchers.push(matcher);
        }
        let mut interners = Vec::with_capacity(plan.columns.len());
        for wanted in &plan.columns {
            interners.push(match wanted {
                Wanted::Value(dimension) => {
                    if let Dimension::Cohort(definition) = dimension {
                        enter(definition)?;
                    }
                    Some(source.interners.of(dimension))
                }
                Wanted::Number(_) | Wanted::Hash(_) => None,
            });
        }
        Ok(Self { plan, matchers, cohorts, interners })
    }

    /// Whether event types alone decide.
    pub(super) fn is_plain(&self) -> bool {
        self.matchers.iter().all(Matcher::is_trivial)
    }

    pub(super) fn members(&self, definition: &Definition) -> &Members {
        static NONE: Members = Members(Vec::new());
        let found = self.cohorts.iter().find(|(known, _)| known == definition);
        found.map_or(&NONE, |(_, members)| members)
    }

    /// The interner of a [`Wanted::Value`].
    pub(super) fn interner(&self, column: usize) -> Option<&Interner> {
        self.interners[column].as_deref()
    }

    /// Whether a dimension met more values than may be.
    pub(super) fn is_full(&self) -> bool {
        self.interners.iter().flatten().any(|interner| interner.is_full())
    }
}

/// Which rows are taken by which selectors.
pub(super) enum Bits {
    /// As their event type says.
    ByEvent(Vec<u64>),
    /// Row by row, up to 8 selectors.
    Narrow(Vec<u8>),
    /// Row by row.
    Wide(Vec<u64>),
}

/// A column as a fold asks for it.
pub(super) enum Ready {
    /// Codes of the interner, looked up when first met.
    Value(Arc<Coded>, Vec<AtomicU32>),
    /// Per code a number; NaN for none.
    Number(Arc<Coded>, Vec<f64>),
    /// Per code a hash.
    Hash(Arc<Coded>, Vec<u64>),
    /// Per stretch a code of the interner: what depends on the person alone.
    Person(Vec<u32>),
    /// Per stretch a number or NaN.
    PersonNumber(Vec<f64>),
}

/// A unit made ready.
pub(super) struct Prepared<'a> {
    pub(super) unit: &'a Unit,
    pub(super) base: Arc<Base>,
    pub(super) numbers: Arc<Numbers>,
    pub(super) bits: Bits,
    /// Event types of which any row may be taken, as in [`Base::masks`].
    pub(super) mask: u64,
    /// The rows that are taken, a bit each; None when all are.
    pub(super) hits: Option<Vec<u64>>,
    /// Per set of event types of a stretch whether any row may be taken.
    pub(super) taken: Vec<bool>,
    /// The times of the plan.
    pub(super) times: (i64, i64),
    /// Whether all rows lie in them.
    pub(super) inside: bool,
    pub(super) columns: Vec<Ready>,
    pub(super) ids: OnceLock<Arc<Vec<u128>>>,
    /// Bytes of columns looked at.
    pub(super) bytes: usize,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(
        source: &LocalSource<'_>,
        compiled: &Compiled<'_>,
        roster: &Roster,
        (unit, base): (&'a Unit, Arc<Base>),
    ) -> Result<Self, AskError> {
        let plan = compiled.plan;
        let numbers = roster.unit(unit.id()).cloned();
        let numbers = numbers.ok_or_else(|| AskError::Invalid {
            field: "kind".into(),
            problem: "met a unit without numbers".into(),
        })?;
        let by_event: Vec<u64> = base.names.iter().map(|name| taking(plan, name)).collect();
        let mask = by_event.iter().enumerate().filter(|(_, bits)| **bits != 0);
        let mask = mask.fold(0, |mask, (event, _)| mask | bit_of(event));
        let (from, to) = plan.times;
        let inside = from <= base.times.0 && base.times.1 < to;
        let bytes = base.bytes();
        let ids = OnceLock::new();
        let (columns, bits) = (Vec::new(), Bits::ByEvent(by_event));
        let times = plan.times;
        let taken = base.masks.iter().map(|of| of & mask != 0).collect();
        let mut ready = Self {
            unit,
            hits: None,
            taken,
            base,
            numbers,
            bits,
            mask,
            times,
            inside,
            columns,
            ids,
            bytes,
        };
        if mask != 0 {
            ready.select(source, compiled, roster)?;
        }
        let filtered = ready.hits.take();
        ready.hits = ready.hits_of(filtered);
        Ok(ready)
    }

    fn hits_of(&self, filtered: Option<Vec<u64>>) -> Option<Vec<u64>> {
        let rows = self.base.rows();
        let of_bits = |taken: &dyn Fn(usize) -> bool| {
            let word = |word: usize| {
                let rows = word * 64..rows.min(word * 64 + 64);
                rows.fold(0, |bits, row| bits | u64::from(taken(row)) << (row % 64))
            };
            Some((0..rows.div_ceil(64)).map(word).collect())
        };
        match &self.bits {
            Bits::ByEvent(bits) if bits.iter().all(|bits| *bits != 0) => filtered,
            Bits::ByEvent(bits) => {
                let mut hits = vec![0; rows.div_ceil(64)];
                for (event, _) in bits.iter().enumerate().filter(|(_, bits)| **bits != 0) {
                    let of = self.base.rows_of(event);
                    hits.iter_mut().zip(of).for_each(|(all, own): (&mut u64, _)| *all |= own);
                }
                if let Some(filtered) = filtered {
                    hits.iter_mut().zip(filtered).for_each(|(all, own)| *all &= own);
                }
                Some(hits)
            }
            Bits::Narrow(bits) => of_bits(&|row| bits[row] != 0),
            Bits::Wide(bits) => of_bits(&|row| bits[row] != 0),
        }
    }

    /// With the columns of the plan.
    pub(super) fn with_columns(
        mut self,
        source: &LocalSource<'_>,
        compiled: &Compiled<'_>,
        roster: &Roster,
    ) -> Result<Self, AskError> {
        if self.mask != 0 {
            for (column, wanted) in compiled.plan.columns.iter().enumerate() {
                let column = self.column(source, compiled, roster, column, wanted)?;
                self.columns.push(column);
            }
        }
        Ok(self)
    }

    /// Asks the filters.
    fn select(
        &mut self,
        source: &LocalSource<'_>,
        compiled: &Compiled<'_>,
        roster: &Roster,
    ) -> Result<(), AskError> {
        let Bits::ByEvent(by_event) = &self.bits else { return Ok(()) };
        let by_event = by_event.clone();
        let any = by_event.iter().fold(0, |any, bits| any | bits);
        let mut sets: Vec<(u64, RowSet)> = Vec::new();
        let mut sure = u64::MAX;
        for (at, matcher) in compiled.matchers.iter().enumerate() {
            if matcher.is_trivial() || any >> at & 1 == 0 {
                continue;
            }
            sure &= !(1 << at);
            let (unit, base, numbers) = (self.unit, &*self.base, &*self.numbers);
            let mut columns =
                UnitColumns { source, compiled, roster, unit, base, numbers, bytes: 0 };
            sets.push((1 << at, matcher.rows(&mut columns)?));
            self.bytes += columns.bytes;
        }
        if sets.is_empty() {
            return Ok(());
        }
        if let ([(_, set)], [_]) = (sets.as_slice(), compiled.matchers.as_slice()) {
            // Of a single selector the rows tell all.
            self.hits = Some(set.words().to_vec());
            return Ok(());
        }
        let of = |row: usize| {
            let held = sets.iter().filter(|(_, set)| set.has(row));
            by_event[self.base.events.get(row)] & held.fold(sure, |bits, (bit, _)| bits | bit)
        };
        let rows = 0..self.base.rows();
        self.bits = match compiled.matchers.len() <= 8 {
            true => Bits::Narrow(rows.map(|row| of(row) as u8).collect()),
            false => Bits::Wide(rows.map(of).collect()),
        };
        Ok(())
    }

    fn coded(
        &mut self,
        source: &LocalSource<'_>,
        subject: &Subject,
    ) -> Result<Arc<Coded>, AskError> {
        let coded = source.scanner.coded(self.unit, subject)?;
        self.bytes += coded.bytes();
        Ok(coded)
    }

    fn column(
        &mut self,
        source: &LocalSource<'_>,
        compiled: &Compiled<'_>,
        roster: &Roster,
        column: usize,
        wanted: &Wanted,
    ) -> Result<Ready, AskError> {
        Ok(match wanted {
            Wanted::Value(Dimension::Cohort(definition)) => {
                let members = compiled.members(definition);
                let interner = source.interners.of(&Dimension::Cohort(definition.clone()));
                let codes = [false, true].map(|truth| interner.code(BreakdownValue::Bool(truth)));
                let code = |person| codes[usize::from(person != NOBODY && members.has(person))];
                Ready::Person(self.per_stretch(code))
            }
            Wanted::Value(Dimension::Value(Subject::Person(path))) => {
                let Some(interner) = compiled.interner(column) else { return Ok(none()) };
                let of = |person| {
                    source.person_value(roster, person, path, |v| {
                        interner.code(BreakdownValue::of(v))
                    })
                };
                Ready::Person(self.per_stretch(of))
            }
            Wanted::Number(Subject::Person(path)) => {
                let of = |person| {
                    let number = source.person_value(roster, person, path, number_of);
                    number.unwrap_or(f64::NAN)
                };
                Ready::PersonNumber(self.per_stretch(of))
            }
            Wanted::Hash(Subject::Person(_)) => none(),
            Wanted::Value(Dimension::Value(subject)) => {
                let coded = self.coded(source, subject)?;
                let unknown = (0..coded.len()).map(|_| AtomicU32::new(UNKNOWN)).collect();
                Ready::Value(coded, unknown)
            }
            Wanted::Number(subject) => {
                let coded = self.coded(source, subject)?;
                let number = |code| number_of(&coded.value(code)).unwrap_or(f64::NAN);
                let numbers = (0..coded.len()).map(number).collect();
                Ready::Number(coded, numbers)
            }
            Wanted::Hash(subject) => {
                let coded = self.coded(source, subject)?;
                let hash = |code| match coded.value(code) {
                    Value::Text(text) if !text.is_empty() => source.hash(&text),
                    _ => 0,
                };
                let hashes = (0..coded.len()).map(hash).collect();
                Ready::Hash(coded, hashes)
            }
        })
    }

    fn per_stretch<T>(&self, of: impl Fn(u32) -> T) -> Vec<T> {
        (0..self.base.keys.len()).map(|stretch| of(self.numbers.person(stretch))).collect()
    }

    /// Whether any selector takes a row, its time aside.
    pub(super) fn takes(&self, row: usize) -> bool {
        self.hits.as_ref().is_none_or(|hits| hits[row / 64] >> (row % 64) & 1 == 1)
    }

    /// The selectors that take a row that is hit, its time aside.
    #[inline(always)]
    pub(super) fn bits_of(&self, row: usize) -> u64 {
        match &self.bits {
            Bits::ByEvent(bits) => bits[self.base.events.get(row)],
            Bits::Narrow(bits) => u64::from(bits[row]),
            Bits::Wide(bits) => bits[row],
        }
    }

    /// The code of a value of a row.
    #[inline]
    pub(super) fn code(&self, compiled: &Compiled<'_>, column: usize, row: usize) -> u32 {
        match &self.columns[column] {
            Ready::Value(coded, known) => {
                let local = coded.codes.get(row);
                match known[local].load(Ordering::Relaxed) {
                    UNKNOWN => {
                        let value = BreakdownValue::of(&coded.value(local));
                        let code = compiled.interner(column).map_or(0, |i| i.code(value));
                        known[local].store(code, Ordering::Relaxed);
                        code
                    }
                    code => code,
                }
            }
            Ready::Person(codes) => codes[self.base.stretch_of(row)],
            _ => 0,
        }
    }

    /// The number of a row.
    #[inline]
    pub(super) fn number(&self, column: usize, row: usize) -> Option<f64> {
        let number = match &self.columns[column] {
            Ready::Number(coded, numbers) => numbers[coded.codes.get(row)],
            Ready::PersonNumber(numbers) => numbers[self.base.stretch_of(row)],
            _ => f64::NAN,
        };
        (!number.is_nan()).then_some(number)
    }

    /// The hash of a row.
    #[inline]
    pub(super) fn hash(&self, column: usize, row: usize) -> u64 {
        match &self.columns[column] {
            Ready::Hash(coded, hashes) => hashes[coded.codes.get(row)],
            _ => 0,
        }
    }
}

fn none() -> Ready {
    Ready::Person(Vec::new())
}

/// The selectors that take an event type, filters aside.
pub(super) fn taking(plan: &Plan, event_type: &str) -> u64 {
    let taking = plan.selectors.iter().enumerate().filter(|(_, s)| s.takes(event_type));
    taking.fold(0, |bits, (at, _)| bits | 1 << at)
}
