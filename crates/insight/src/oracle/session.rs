//! Events cut into sessions.

use std::collections::BTreeMap;

use event::{Field, Timestamp};

use super::world::{Seen, World};
use crate::{Classes, Range, Selector};

/// A longer pause ends a session.
pub(super) const IDLE_MS: i64 = 30 * 60_000;
/// So does a longer time since its first event.
pub(super) const LENGTH_MS: i64 = 24 * 3_600_000;

/// Events of one session, by (time, id); at least one.
pub(super) struct Session<'a> {
    pub(super) person: &'a str,
    pub(super) id: Option<&'a str>,
    pub(super) rows: Vec<Seen<'a>>,
}

impl Session<'_> {
    pub(super) fn start(&self) -> Timestamp {
        self.rows[0].at()
    }

    pub(super) fn end(&self) -> Timestamp {
        self.rows[self.rows.len() - 1].at()
    }

    pub(super) fn length_ms(&self) -> i64 {
        self.end().0 - self.start().0
    }

    pub(super) fn page_views(&self, classes: &Classes) -> usize {
        self.rows.iter().filter(|seen| classes.is_page_view(&seen.event.event_type)).count()
    }

    pub(super) fn bounced(&self, classes: &Classes) -> bool {
        self.page_views(classes) == 1
            && !self.rows.iter().any(|seen| classes.is_interactive(&seen.event.event_type))
    }
}

/// The sessions of some rows; without `by_id` session ids are not looked at.
pub(super) fn cut<'a>(rows: &[Seen<'a>], by_id: bool) -> Vec<Session<'a>> {
    let any = Selector::default();
    let mut groups: BTreeMap<(&str, Option<&str>), Vec<Seen<'a>>> = BTreeMap::new();
    for seen in rows.iter().filter(|seen| any.takes(&seen.event.event_type)) {
        let Some(person) = seen.person else { continue };
        let id = seen.event.fields.get(Field::SessionId).filter(|id| by_id && !id.is_empty());
        groups.entry((person, id)).or_default().push(*seen);
    }
    let mut sessions: Vec<Session<'a>> = Vec::new();
    for ((person, id), rows) in groups {
        let mut open: Option<Session<'a>> = None;
        for seen in rows {
            let goes_on = open.as_ref().is_some_and(|session| {
                seen.at().0 - session.end().0 <= IDLE_MS
                    && seen.at().0 - session.start().0 <= LENGTH_MS
            });
            match &mut open {
                Some(session) if goes_on => session.rows.push(seen),
                _ => sessions.extend(open.replace(Session { person, id, rows: vec![seen] })),
            }
        }
        sessions.extend(open);
    }
    sessions.sort_by_key(|session| session.rows[0].index);
    sessions
}

/// The sessions that start in a range, whole: events from a day before it to a day behind it are
/// looked at.
pub(super) fn starting_in<'a>(range: &Range, world: &World<'a>) -> Vec<Session<'a>> {
    let (from, to) = (range.from.0 - LENGTH_MS, range.to.0 + LENGTH_MS);
    let near = |seen: &&Seen<'a>| (from..to).contains(&seen.at().0);
    let rows: Vec<Seen<'a>> = world.rows.iter().filter(near).copied().collect();
    let mut sessions = cut(&rows, true);
    sessions.retain(|session| range.contains(session.start()));
    sessions
}
