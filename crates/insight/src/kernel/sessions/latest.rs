//! Single sessions, latest start first.
//!
//! Sessions of different persons that start in the same millisecond are told apart by the ids of
//! their first events, which a fold does not see: all of them are kept until their rows are read.

use std::cmp::Reverse;

use event::{Event, Field, Timestamp};

use crate::{
    Cursor, SessionLine, Sessions,
    kernel::{Mark, Source, class::PAGE_VIEW, session::Session, visits},
};

/// The sessions that may be shown.
pub(super) struct Latest {
    /// One more than are shown, which tells whether there are more.
    limit: usize,
    kept: Vec<Shown>,
    /// Behind which moment the list goes on, with the sessions of that very moment: ids decide
    /// which of them are shown, so they must not crowd out earlier ones.
    after: Option<i64>,
    ties: Vec<Shown>,
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
    active: bool,
    marks: u64,
    /// Its first and last page view.
    pages: Option<(Mark, Mark)>,
}

impl Latest {
    /// None yet.
    pub(super) fn new(q: &Sessions) -> Self {
        let limit = if q.list == 0 { 0 } else { q.list + 1 };
        let after = q.after.map(|after| after.timestamp.0);
        let (kept, ties) = (Vec::new(), Vec::new());
        Self { limit, kept, after, ties, least: i64::MIN, room: 2 * limit }
    }

    /// Keeps a session if it may be shown.
    pub(super) fn offer(
        &mut self,
        session: &Session<'_>,
        person: u32,
        state: impl FnOnce() -> (bool, u64),
    ) {
        let first = session.marks[0];
        let is_shown_already = self.after.is_some_and(|after| first.at > after);
        if self.limit == 0 || first.at < self.least || is_shown_already {
            return;
        }
        let entry = session.marks.iter().find(|mark| mark.is(PAGE_VIEW));
        let exit = session.marks.iter().rfind(|mark| mark.is(PAGE_VIEW));
        let (active, marks) = state();
        let shown = Shown {
            first,
            person,
            end: session.end(),
            events: session.marks.len() as u64,
            views: visits::page_views(session) as u64,
            bounced: visits::bounced(session),
            active,
            marks,
            pages: entry.copied().zip(exit.copied()),
        };
        match self.after == Some(first.at) {
            true => self.ties.push(shown),
            false => self.kept.push(shown),
        }
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
        self.ties.extend(other.ties);
        if self.limit > 0 {
            self.drop_earlier();
        }
        self
    }

    /// The lines, and where they go on; reads the rows of the first events, and those of page
    /// views that are shown.
    pub(super) fn lines<S: Source>(
        mut self,
        q: &Sessions,
        source: &S,
    ) -> Result<(Vec<SessionLine>, Option<Cursor>), S::Error> {
        self.drop_earlier();
        self.kept.append(&mut self.ties);
        let marks: Vec<Mark> = self.kept.iter().map(|shown| shown.first).collect();
        let firsts = source.events(&marks)?;
        let mut shown: Vec<(Shown, Event)> = self.kept.into_iter().zip(firsts).collect();
        shown.sort_unstable_by_key(|(_, event)| Reverse((event.timestamp, event.id)));
        shown.retain(|(_, first)| {
            q.after.is_none_or(|after| (first.timestamp, first.id) < (after.timestamp, after.id))
        });
        let more = shown.len() > q.list;
        shown.truncate(q.list);
        let next = shown.last().filter(|_| more).map(|(_, first)| Cursor {
            timestamp: first.timestamp,
            id: first.id,
            of: q.fingerprint(&first.tenant),
        });
        let persons: Vec<u32> = shown.iter().map(|(shown, _)| shown.person).collect();
        let persons = source.ids(&persons)?;
        let pages = shown.iter().filter_map(|(shown, _)| shown.pages);
        let marks: Vec<Mark> = pages.flat_map(|(entry, exit)| [entry, exit]).collect();
        let mut pages = source.events(&marks)?.into_iter();
        let lines = shown.into_iter().zip(persons).map(|((shown, first), person)| {
            let mut page = || shown.pages.and_then(|_| path(&pages.next()?));
            let pages = (page(), page());
            shown.line(&first, person, pages)
        });
        Ok((lines.collect(), next))
    }
}

impl Shown {
    fn line(
        &self,
        first: &Event,
        person: String,
        (entry_page, exit_page): (Option<String>, Option<String>),
    ) -> SessionLine {
        let of_first = |field| first.fields.get(field).map(str::to_owned);
        SessionLine {
            session_id: of_first(Field::SessionId).filter(|id| !id.is_empty()),
            person,
            start: first.timestamp,
            end: self.end,
            events: self.events,
            marks: self.marks,
            views: self.views,
            entry_page,
            exit_page,
            bounced: self.bounced,
            active: self.active,
            distinct_id: of_first(Field::DistinctId),
            device_id: of_first(Field::DeviceId),
            app_version: of_first(Field::AppVersion),
            os: of_first(Field::Os),
            os_version: of_first(Field::OsVersion),
        }
    }
}

fn path(event: &Event) -> Option<String> {
    event.fields.get(Field::PagePath).map(str::to_owned)
}
