//! Single sessions, latest start first.
//!
//! Sessions of different persons that start in the same millisecond are told apart by the ids of
//! their first events, which a fold does not see: all of them are kept until their rows are read.

use std::cmp::Reverse;

use event::{Event, Field, Timestamp};

use crate::{
    SessionLine,
    kernel::{Mark, Source, class::PAGE_VIEW, session::Session, visits},
};

/// The sessions that may be shown.
pub(super) struct Latest {
    limit: usize,
    kept: Vec<Shown>,
    /// The earliest start that may still be shown.
    least: i64,
    /// How many are kept before those are dropped that cannot be shown.
    room: usize,
}

struct Shown {
    first: Mark,
    person: u32,
    end: Timestamp,
    events: u64,
    views: u64,
    bounced: bool,
    /// Its first and last page view.
    pages: Option<(Mark, Mark)>,
}

impl Latest {
    /// None yet, `limit` at last.
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, kept: Vec::new(), least: i64::MIN, room: 2 * limit }
    }

    /// Keeps a session if it may be shown.
    pub(super) fn offer(&mut self, session: &Session<'_>, person: u32) {
        let first = session.marks[0];
        if self.limit == 0 || first.at < self.least {
            return;
        }
        let entry = session.marks.iter().find(|mark| mark.is(PAGE_VIEW));
        let exit = session.marks.iter().rfind(|mark| mark.is(PAGE_VIEW));
        self.kept.push(Shown {
            first,
            person,
            end: session.end(),
            events: session.marks.len() as u64,
            views: visits::page_views(session) as u64,
            bounced: visits::bounced(session),
            pages: entry.copied().zip(exit.copied()),
        });
        if self.kept.len() > self.room {
            self.drop_earlier();
        }
    }

    fn drop_earlier(&mut self) {
        if self.kept.len() > self.limit {
            let cut = self.limit - 1;
            self.kept.select_nth_unstable_by_key(cut, |shown| Reverse(shown.first.at));
            self.least = self.kept[cut].first.at;
            self.kept.retain(|shown| shown.first.at >= self.least);
        }
        self.room = 2 * self.kept.len().max(self.limit);
    }

    /// The sessions of both.
    pub(super) fn merge(mut self, other: Self) -> Self {
        self.kept.extend(other.kept);
        if self.limit > 0 {
            self.drop_earlier();
        }
        self
    }

    /// The lines; reads the rows of the first events, and those of page views that are shown.
    pub(super) fn lines<S: Source>(mut self, source: &S) -> Result<Vec<SessionLine>, S::Error> {
        self.drop_earlier();
        let marks: Vec<Mark> = self.kept.iter().map(|shown| shown.first).collect();
        let firsts = source.events(&marks)?;
        let mut shown: Vec<(Shown, Event)> = self.kept.into_iter().zip(firsts).collect();
        shown.sort_unstable_by_key(|(_, event)| Reverse((event.timestamp, event.id)));
        shown.truncate(self.limit);
        let persons: Vec<u32> = shown.iter().map(|(shown, _)| shown.person).collect();
        let persons = source.ids(&persons)?;
        let pages = shown.iter().filter_map(|(shown, _)| shown.pages);
        let marks: Vec<Mark> = pages.flat_map(|(entry, exit)| [entry, exit]).collect();
        let mut pages = source.events(&marks)?.into_iter();
        let lines = shown.into_iter().zip(persons).map(|((shown, first), person)| {
            let mut page = || shown.pages.and_then(|_| path(&pages.next()?));
            let (entry_page, exit_page) = (page(), page());
            let id = first.fields.get(Field::SessionId).filter(|id| !id.is_empty());
            SessionLine {
                session_id: id.map(str::to_owned),
                person,
                start: first.timestamp,
                end: shown.end,
                events: shown.events,
                views: shown.views,
                entry_page,
                exit_page,
                bounced: shown.bounced,
            }
        });
        Ok(lines.collect())
    }
}

fn path(event: &Event) -> Option<String> {
    event.fields.get(Field::PagePath).map(str::to_owned)
}
