//! Kernels: what answers a question over columns.
//!
//! A backend is a [`Source`]: it finds the events that a [`Plan`] selects and gives them person by
//! person, in the order (time, id), to a [`Fold`]. How it stores, skips, sorts and spreads work is
//! its own; a fold only ever sees one person at a time, and partial results merge in any order.
//! So an answer depends neither on the layout of the data nor on the number of threads, and every
//! backend answers with the same code. What a kernel says equals what [`crate::oracle`] says.
//!
//! An event is a [`Mark`] of 24 bytes: when, which selectors of the plan take it, and where its
//! row is. Its other columns are asked for by name in the plan and looked up through [`Values`]:
//! values as small codes, numbers, or hashes where only equality matters.

mod class;
mod cohort;
mod counts;
mod dispatch;
mod errors;
mod ever;
mod experiment;
mod funnel;
mod gather;
mod keys;
mod lifecycle;
mod mix;
mod paths;
mod people;
mod performance;
mod periods;
mod persons;
mod retention;
mod revenue;
mod session;
mod sessions;
mod stickiness;
mod table;
mod trend;
mod visits;
mod web;

use std::sync::Arc;

use event::{Event, Timestamp};

use crate::{AnswerError, BreakdownValue, Dimension, Predicate, Selector, Subject};

pub use cohort::members;
pub use dispatch::{answer, has_kernel};

/// Selectors a plan may have.
pub const SELECTORS_MAX: usize = 64;

/// What a fold wants to see.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Only events of `[from, to)`, ms.
    pub times: (i64, i64),
    /// At most [`SELECTORS_MAX`]; only events that at least one of them takes are given.
    pub selectors: Vec<Selector>,
    /// Columns of those events.
    pub columns: Vec<Wanted>,
    /// Where neither the moment nor the number of events matters: ascending moments. Events of one
    /// person between two of them that have the same columns may be given as one mark, with the
    /// bits of all, at any moment of the plan in between; see [`Mark::interval`]. Empty when every
    /// event matters.
    pub edges: Vec<i64>,
    /// It does not matter whose events are: all may come as those of nobody, in any order.
    pub anyone: bool,
    /// Also events without a person.
    pub nobody: bool,
    /// Also persons that have events, but none that is given.
    pub everyone: bool,
    /// Also [`Person::before`]; without it that may be empty.
    pub before: bool,
}

/// A column, and in which form it is wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// As a code: equal values of one dimension have equal codes, in all folds over one source.
    Value(Dimension),
    /// As a number, if it is one ([`crate::filter::number_of`]).
    Number(Subject),
    /// As a hash of its text; 0 for what is not a text or empty.
    Hash(Subject),
}

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When, ms.
    pub at: i64,
    /// Bit i: selector i takes it.
    pub bits: u64,
    /// Where its row is: known to the source alone, or [`MERGED`].
    pub unit: u32,
    /// Its row there; of merged events their interval.
    pub row: u32,
}

/// [`Mark::unit`] of a mark that stands for several events.
pub const MERGED: u32 = u32::MAX;

impl Mark {
    /// Of merged events between which two of [`Plan::edges`] they lie, by the first of them.
    #[inline]
    pub fn interval(&self) -> Option<usize> {
        (self.unit == MERGED).then_some(self.row as usize)
    }

    /// Whether a selector takes it.
    pub fn is(&self, selector: usize) -> bool {
        self.bits >> selector & 1 == 1
    }
}

/// One person's events.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// Its number, the same in all folds over one source. None for events without a person: those
    /// may come in several calls and in any order.
    pub number: Option<u32>,
    /// Events by (time, id).
    pub marks: &'a [Mark],
    /// First times of what is no longer stored.
    pub before: Before<'a>,
}

/// When a person first had events of a type, of what is no longer stored.
#[derive(Clone, Copy, Debug, Default)]
pub struct Before<'a> {
    /// Names of event types.
    pub names: &'a [Arc<str>],
    /// Index of the event type in `names` and the moment, ms; a type may be there more than once.
    pub rows: &'a [(u32, i64)],
}

impl Person<'_> {
    /// When the person first had an event of a selector without a filter, before what is stored.
    pub fn first_before(&self, selector: &Selector) -> Option<Timestamp> {
        let Before { names, rows } = self.before;
        let taken = rows.iter().filter(|(name, _)| selector.takes(&names[*name as usize]));
        taken.map(|(_, at)| Timestamp(*at)).min()
    }
}

/// The columns of the plan. `column` is the index into [`Plan::columns`].
pub trait Values {
    /// The code of a [`Wanted::Value`].
    fn code(&self, column: usize, mark: &Mark) -> u32;

    /// The value of a code. It is copied: ask once per code, not once per event.
    fn value(&self, column: usize, code: u32) -> BreakdownValue;

    /// A [`Wanted::Number`].
    fn number(&self, column: usize, mark: &Mark) -> Option<f64>;

    /// A [`Wanted::Hash`].
    fn hash(&self, column: usize, mark: &Mark) -> u64;
}

/// A fold over persons.
pub trait Fold: Sync {
    /// A partial result.
    type Part: Send;

    /// The result of nobody.
    fn start(&self) -> Self::Part;

    /// Takes in one person. Each person comes once (and nobody as often as it likes).
    fn person<V: Values>(&self, part: &mut Self::Part, person: Person<'_>, values: &V);

    /// Both results; the order does not matter.
    fn merge(&self, a: Self::Part, b: Self::Part) -> Self::Part;
}

/// Per code its events per interval.
pub type TotalsByCode = Vec<(u32, Vec<u64>)>;

/// A backend.
pub trait Source: Sync {
    /// What may go wrong.
    type Error: From<AnswerError> + Send;

    /// The moment of asking.
    fn now(&self) -> Timestamp;

    /// Folds over every person with events that the plan selects.
    fn fold<F: Fold>(&self, plan: &Plan, fold: &F) -> Result<F::Part, Self::Error>;

    /// Names of event types; all that have events in `[from, to)` are among them.
    fn event_types(&self, times: (i64, i64)) -> Result<Vec<String>, Self::Error>;

    /// Per event type, by name, that has any: its events of `[from, to)` by the interval of the
    /// ascending `edges` they lie in.
    fn totals(
        &self,
        times: (i64, i64),
        edges: &[i64],
    ) -> Result<Vec<(String, Vec<u64>)>, Self::Error>;

    /// Events that a selector takes, by the code of a value and by interval, whoever's they are.
    /// None where the source has no quicker way than a fold, or there are too many values for it.
    fn totals_by(
        &self,
        _times: (i64, i64),
        _edges: &[i64],
        _selector: &Selector,
        _dimension: &Dimension,
    ) -> Result<Option<TotalsByCode>, Self::Error> {
        Ok(None)
    }

    /// The value of a code of an earlier fold.
    fn value(&self, dimension: &Dimension, code: u32) -> BreakdownValue;

    /// The events of a few marks of earlier folds, in the order given.
    fn events(&self, marks: &[Mark]) -> Result<Vec<Event>, Self::Error>;

    /// The ids of persons, in the order given.
    fn ids(&self, persons: &[u32]) -> Result<Vec<String>, Self::Error>;

    /// The properties of persons as JSON objects, in the order given.
    fn properties(&self, persons: &[u32]) -> Result<Vec<String>, Self::Error>;

    /// The person of a distinct id, if it has events.
    fn number(&self, distinct_id: &str) -> Result<Option<u32>, Self::Error>;

    /// Persons with events whose properties fulfil a predicate on a [`Subject::Person`], ascending.
    fn holding(&self, predicate: &Predicate) -> Result<Vec<u32>, Self::Error>;
}
