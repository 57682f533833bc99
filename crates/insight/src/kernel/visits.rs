//! Sessions of persons with what their events are, and figures over sessions.

use super::{
    Mark, Values, Wanted,
    class::{self, INTERACTIVE, PAGE_VIEW, Types},
    session::{self, Cutter, Session},
};
use crate::{Classes, Range, SessionFigures, exact};

/// The selector of any event, in plans of sessions.
pub(super) const ANY: usize = 0;
const IDS: usize = 0;
const TYPES: usize = 1;

/// How many columns plans of sessions begin with.
pub(super) const COLUMNS: usize = 2;

/// These columns.
pub(super) fn columns() -> Vec<Wanted> {
    vec![session::id_column(), class::type_column()]
}

/// One person's events and sessions, with buffers that are kept from person to person.
#[derive(Default)]
pub(super) struct Visits {
    types: Types,
    marks: Vec<Mark>,
    cutter: Cutter,
}

impl Visits {
    /// Takes in a person's events.
    pub(super) fn see<V: Values>(&mut self, marks: &[Mark], classes: &Classes, values: &V) {
        let types = &mut self.types;
        self.marks.clear();
        self.marks.extend(marks.iter().map(|mark| types.classed(mark, classes, TYPES, values)));
    }

    /// Its events, each with the bits of its classes.
    pub(super) fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Its sessions that start in a range, by their first event.
    pub(super) fn starting_in<V: Values>(
        &mut self,
        range: &Range,
        values: &V,
    ) -> impl Iterator<Item = Session<'_>> {
        let upto = |at: i64| self.marks.partition_point(|mark| mark.at < at);
        let (from, to) = session::times_around(range);
        let near = match upto(range.from.0) < upto(range.to.0) {
            true => &self.marks[upto(from)..upto(to)],
            // Where nothing happens nothing starts.
            false => &[],
        };
        let sessions = self.cutter.cut(near, ANY, Some(IDS), values);
        sessions.filter(|session| range.contains(session.start()))
    }
}

/// Page views of a session.
pub(super) fn page_views(session: &Session<'_>) -> usize {
    session.marks.iter().filter(|mark| mark.is(PAGE_VIEW)).count()
}

/// One page view and nothing interactive.
pub(super) fn bounced(session: &Session<'_>) -> bool {
    page_views(session) == 1 && !session.marks.iter().any(|mark| mark.is(INTERACTIVE))
}

/// What is counted of sessions.
#[derive(Clone, Default)]
pub(super) struct Tally {
    pub(super) persons: u64,
    /// Number of the person counted last, plus one.
    last: u32,
    bounced: u64,
    events: u64,
    /// Lengths in ms: a session lasts a day at most.
    spans: Vec<u32>,
}

impl Tally {
    /// Counts a session. A person's sessions come one after another, others' not in between.
    pub(super) fn add(&mut self, session: &Session<'_>, person: u32) {
        if self.last != person + 1 {
            self.last = person + 1;
            self.persons += 1;
        }
        self.bounced += u64::from(bounced(session));
        self.events += session.marks.len() as u64;
        self.spans.push(session.length_ms() as u32);
    }

    /// Adds the sessions of other persons.
    pub(super) fn merge(mut self, mut other: Self) -> Self {
        if self.spans.len() < other.spans.len() {
            std::mem::swap(&mut self, &mut other);
        }
        self.persons += other.persons;
        self.bounced += other.bounced;
        self.events += other.events;
        self.spans.extend(other.spans);
        self
    }

    /// The figures.
    pub(super) fn figures(&mut self) -> SessionFigures {
        let count = self.spans.len() as u64;
        let sum = self.spans.iter().map(|&ms| i128::from(ms)).sum();
        SessionFigures {
            sessions: count,
            persons: self.persons,
            bounced: self.bounced,
            bounce_rate: exact::rate(self.bounced, count),
            avg_seconds: exact::mean_seconds(sum, count),
            median_seconds: exact::median_seconds(&self.middle()),
            events_per_session: exact::rate(self.events, count),
        }
    }

    /// The one or two lengths in the middle, whose median is that of all.
    fn middle(&mut self) -> Vec<i64> {
        let count = self.spans.len();
        let Some(last) = count.checked_sub(1) else { return Vec::new() };
        let (_, &mut low, above) = self.spans.select_nth_unstable(last / 2);
        let high = above.iter().min().filter(|_| count.is_multiple_of(2));
        [Some(low), high.copied()].into_iter().flatten().map(i64::from).collect()
    }
}
