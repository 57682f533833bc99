//! The sessions of one tenant, in memory and bounded.

use std::collections::{HashMap, VecDeque};

use event::Timestamp;

use super::Session;

/// Open sessions of a tenant; beyond it the idlest one is ended.
pub(super) const OPEN_MAX: usize = 50_000;
/// Sessions of a tenant that were ended lately.
const ENDED_MAX: usize = 1_000;

#[derive(Debug, Default)]
pub(super) struct Table {
    open: HashMap<String, Open>,
    /// The open ones of each person, in the order in which they were started.
    of_person: HashMap<String, Vec<String>>,
    /// Ended lately, the latest last.
    ended: VecDeque<Session>,
}

#[derive(Debug)]
struct Open {
    session: Session,
    /// Whether its events from before this process are counted.
    counted: bool,
}

/// What the store knows of the events of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Activity {
    /// Its events but start and end.
    pub(super) count: u64,
    /// Receipt of the last one.
    pub(super) last: Option<Timestamp>,
}

impl Table {
    /// A session, open or ended lately.
    pub(super) fn find(&self, id: &str) -> Option<&Session> {
        let open = self.open.get(id).map(|open| &open.session);
        open.or_else(|| self.ended.iter().rev().find(|session| session.id == id))
    }

    pub(super) fn is_open(&self, id: &str) -> bool {
        self.open.contains_key(id)
    }

    /// Whether events of an open session from before this process are still to be counted.
    pub(super) fn is_uncounted(&self, id: &str) -> bool {
        self.open.get(id).is_some_and(|open| !open.counted)
    }

    /// The open session an event of a person belongs to: of the same device, else of no device
    /// said on either side, the latest one. One that nobody heard of since a moment is over, though
    /// its end is not written yet.
    pub(super) fn open_of(
        &self,
        distinct_id: &str,
        device_id: Option<&str>,
        since: Timestamp,
    ) -> Option<&str> {
        let device_id = device_id.filter(|id| !id.is_empty());
        let of = |id: &String| self.open.get(id)?.session.device_id.as_deref();
        let goes_on = |id: &&String| {
            self.open.get(*id).is_some_and(|open| open.session.last_activity >= since)
        };
        let sessions =
            || self.of_person.get(distinct_id).into_iter().flatten().rev().filter(goes_on);
        let exact = sessions().find(|id| of(id) == device_id);
        let found = exact.or_else(|| sessions().find(|id| of(id).is_none() || device_id.is_none()));
        found.map(String::as_str)
    }

    /// The open session of a person on exactly this device.
    pub(super) fn exactly(&self, distinct_id: &str, device_id: Option<&str>) -> Option<Session> {
        let ids = self.of_person.get(distinct_id)?;
        let mut all = ids.iter().filter_map(|id| self.open.get(id));
        let found = all.find(|open| open.session.device_id.as_deref() == device_id);
        found.map(|open| open.session.clone())
    }

    /// An open session; `counted` as in [`Self::is_uncounted`].
    pub(super) fn insert(&mut self, session: Session, counted: bool) {
        let ids = self.of_person.entry(session.distinct_id.clone()).or_default();
        if !ids.contains(&session.id) {
            ids.push(session.id.clone());
        }
        self.open.insert(session.id.clone(), Open { session, counted });
    }

    /// The idlest session, when there are too many.
    pub(super) fn crowded(&self) -> Option<Session> {
        if self.open.len() <= OPEN_MAX {
            return None;
        }
        let idlest = self.open.values().min_by_key(|open| open.session.last_activity)?;
        Some(idlest.session.clone())
    }

    /// An open session has an event, received at `at`. `later`: after this process began, so that
    /// the store does not count it as one from before.
    pub(super) fn touch(&mut self, id: &str, at: Timestamp, counts: bool, later: bool) {
        if let Some(open) = self.open.get_mut(id) {
            open.session.last_activity = open.session.last_activity.max(at);
            open.session.event_count += u64::from(counts && (open.counted || later));
        }
    }

    /// Adds the events of an open session from before this process began, at `began`. What was
    /// taken for its last activity until now may have been later than it was.
    pub(super) fn count(&mut self, id: &str, before: Activity, began: Timestamp) {
        if let Some(open) = self.open.get_mut(id).filter(|open| !open.counted) {
            open.counted = true;
            let session = &mut open.session;
            session.event_count += before.count;
            if session.last_activity <= began {
                session.last_activity = before.last.unwrap_or(session.started_at);
            }
        }
    }

    /// Open sessions nobody heard of since a moment.
    pub(super) fn idle(&self, since: Timestamp) -> impl Iterator<Item = Session> {
        let sessions = self.open.values().map(|open| &open.session);
        sessions.filter(move |session| session.last_activity < since).cloned()
    }

    /// A session is over.
    pub(super) fn end(&mut self, session: Session) {
        self.remove(&session.id);
        self.ended.retain(|ended| ended.id != session.id);
        if self.ended.len() >= ENDED_MAX {
            self.ended.pop_front();
        }
        self.ended.push_back(session);
    }

    /// Takes an open session out.
    pub(super) fn remove(&mut self, id: &str) {
        let Some(Open { session, .. }) = self.open.remove(id) else { return };
        if let Some(ids) = self.of_person.get_mut(&session.distinct_id) {
            ids.retain(|open| open != id);
            if ids.is_empty() {
                self.of_person.remove(&session.distinct_id);
            }
        }
    }

    /// Takes out whatever is of a person.
    pub(super) fn forget(&mut self, distinct_id: &str) {
        for id in self.of_person.remove(distinct_id).unwrap_or_default() {
            self.open.remove(&id);
        }
        self.ended.retain(|session| session.distinct_id != distinct_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(id: &str, device_id: Option<&str>, at: i64) -> Session {
        Session {
            id: id.into(),
            distinct_id: "ada".into(),
            device_id: device_id.map(str::to_owned),
            started_at: Timestamp(at),
            last_activity: Timestamp(at),
            ended_at: None,
            event_count: 0,
            app_version: None,
            os: None,
            os_version: None,
        }
    }

    fn open_of<'a>(table: &'a Table, who: &str, device_id: Option<&str>) -> Option<&'a str> {
        table.open_of(who, device_id, Timestamp(1))
    }

    #[test]
    fn an_event_joins_the_session_of_its_device() {
        let mut table = Table::default();
        table.insert(session("phone", Some("p"), 1), true);
        table.insert(session("tablet", Some("t"), 2), true);
        assert_eq!(open_of(&table, "ada", Some("p")), Some("phone"));
        assert_eq!(open_of(&table, "ada", Some("watch")), None);
        assert_eq!(open_of(&table, "ada", None), Some("tablet"), "the latest, as none is named");
        assert_eq!(open_of(&table, "bob", Some("p")), None);
        table.insert(session("any", None, 3), true);
        assert_eq!(open_of(&table, "ada", Some("watch")), Some("any"));
        table.end(session("any", None, 3));
        table.remove("tablet");
        assert_eq!(open_of(&table, "ada", None), Some("phone"));
        assert_eq!(table.open_of("ada", Some("p"), Timestamp(2)), None, "it is over");
        table.forget("ada");
        assert!(table.find("phone").is_none() && table.find("any").is_none());
        assert!(table.of_person.is_empty());
    }

    #[test]
    fn events_from_before_are_counted_once() {
        let mut table = Table::default();
        let began = Timestamp(10);
        table.insert(session("s", None, 1), false);
        table.insert(session("silent", None, 8), false);
        table.touch("s", Timestamp(10), true, false);
        table.touch("s", Timestamp(12), true, true);
        table.touch("s", Timestamp(11), false, true);
        let before = Activity { count: 5, last: Some(Timestamp(9)) };
        table.count("s", before, began);
        table.count("s", before, began);
        table.touch("s", Timestamp(10), true, false);
        let found = table.find("s").unwrap();
        assert_eq!((found.event_count, found.last_activity), (7, Timestamp(12)));
        table.count("silent", Activity { count: 1, last: Some(Timestamp(3)) }, began);
        assert_eq!(table.find("silent").unwrap().last_activity, Timestamp(3));
    }

    #[test]
    fn what_was_ended_is_kept_for_a_while() {
        let mut table = Table::default();
        for number in 0..=ENDED_MAX {
            table.end(session(&number.to_string(), None, 1));
        }
        assert!(table.find("0").is_none());
        assert!(table.find("1").is_some());
        assert_eq!(table.ended.len(), ENDED_MAX);
    }
}
