//! One person's events cut into sessions.
//!
//! Events of one session id belong together, and so do those without an id. Each such group is cut
//! where it pauses or gets too long; groups may interleave. Events come in order and mostly stay
//! with one id, so they are sorted by runs of one id rather than one by one. Buffers are kept from
//! person to person.

use event::{Field, Timestamp};

use super::{Mark, Values, Wanted};
use crate::{Column, Range, Subject};

/// A longer pause ends a session.
const IDLE_MS: i64 = 30 * 60_000;
/// So does a longer time since its first event.
const LENGTH_MS: i64 = 24 * 3_600_000;

/// One session.
#[derive(Clone, Copy)]
pub(super) struct Session<'a> {
    /// Its events by (time, id), at least one.
    pub(super) marks: &'a [Mark],
}

impl Session<'_> {
    /// When it starts.
    pub(super) fn start(&self) -> Timestamp {
        Timestamp(self.marks[0].at)
    }

    /// When its last event is.
    pub(super) fn end(&self) -> Timestamp {
        Timestamp(self.marks[self.marks.len() - 1].at)
    }

    /// From the first event to the last.
    pub(super) fn length_ms(&self) -> i64 {
        self.end().0 - self.start().0
    }
}

/// The times of a plan that sees sessions that start in a range whole: a day more at both ends.
/// Which sessions start in the range is to be asked of each.
pub(super) fn times_around(range: &Range) -> (i64, i64) {
    (range.from.0 - LENGTH_MS, range.to.0 + LENGTH_MS)
}

/// The column of session ids.
pub(super) fn id_column() -> Wanted {
    Wanted::Hash(Subject::Field(Column::Text(Field::SessionId)))
}

/// What cuts, with its buffers.
#[derive(Default)]
pub(super) struct Cutter {
    /// Runs of one id.
    runs: Vec<Run>,
    /// Marks as they came.
    taken: Vec<Mark>,
    /// Marks by id, within an id as they came.
    grouped: Vec<Mark>,
    cuts: Vec<Cut>,
}

/// Neighbours of one id in `taken`.
struct Run {
    id: u64,
    from: usize,
    to: usize,
}

/// A session: its place in `grouped`, and the place of its first mark in `taken`.
struct Cut {
    id: u64,
    first: usize,
    from: usize,
    to: usize,
}

impl Cutter {
    /// The sessions of one person, by their first event. Of `marks`, by (time, id), those count
    /// that the selector with the index `any` takes: it must be `Selector::default()`. `ids` is
    /// the index of [`id_column`]; without it session ids are not looked at.
    pub(super) fn cut<V: Values>(
        &mut self,
        marks: &[Mark],
        any: usize,
        ids: Option<usize>,
        values: &V,
    ) -> impl ExactSizeIterator<Item = Session<'_>> {
        self.taken.clear();
        self.runs.clear();
        for mark in marks.iter().filter(|mark| mark.is(any)) {
            let (id, at) = (ids.map_or(0, |column| values.hash(column, mark)), self.taken.len());
            match self.runs.last_mut() {
                Some(run) if run.id == id => run.to += 1,
                _ => self.runs.push(Run { id, from: at, to: at + 1 }),
            }
            self.taken.push(*mark);
        }
        self.group();
        self.divide();
        let grouped = &self.grouped;
        self.cuts.iter().map(|cut| Session { marks: &grouped[cut.from..cut.to] })
    }

    /// Brings runs of one id together.
    fn group(&mut self) {
        if self.runs.len() <= 1 {
            std::mem::swap(&mut self.taken, &mut self.grouped);
            return;
        }
        self.runs.sort_unstable_by_key(|run| (run.id, run.from));
        self.grouped.clear();
        for run in &self.runs {
            self.grouped.extend_from_slice(&self.taken[run.from..run.to]);
        }
    }

    /// Cuts each id's marks, and puts the sessions in order.
    fn divide(&mut self) {
        self.cuts.clear();
        let mut at = 0;
        for run in &self.runs {
            for first in run.from..run.to {
                let mark = &self.grouped[at];
                match self.cuts.last_mut() {
                    Some(cut)
                        if cut.id == run.id
                            && mark.at - self.grouped[at - 1].at <= IDLE_MS
                            && mark.at - self.grouped[cut.from].at <= LENGTH_MS =>
                    {
                        cut.to += 1;
                    }
                    _ => self.cuts.push(Cut { id: run.id, first, from: at, to: at + 1 }),
                }
                at += 1;
            }
        }
        if self.runs.len() > 1 {
            self.cuts.sort_unstable_by_key(|cut| cut.first);
        }
    }
}
