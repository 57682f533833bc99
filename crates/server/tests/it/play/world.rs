//! What was sent, ready to be counted: by plain loops, or by the oracle.

use std::collections::{BTreeMap, BTreeSet};

use event::{Event, Field, Timestamp};
use insight::{
    Answer, Context, Identity, SILENT,
    oracle::{self, Fact, Facts, FirstSeen},
    read,
};
use jiff::{Zoned, tz::TimeZone};
use serde_json::Value;

use super::script::{DAY_MS, Play};

pub struct World {
    pub now: Timestamp,
    pub zone: TimeZone,
    /// Those that are kept, by time and id.
    pub events: Vec<Event>,
    /// How many are not.
    pub removed: u64,
    facts: Facts,
    identity: Identity,
}

impl World {
    pub fn new(play: &Play<'_>, now: Timestamp, days_kept: i64) -> Self {
        let horizon = Timestamp((now.0.div_euclid(DAY_MS) - days_kept) * DAY_MS);
        let sent = &play.sent.events;
        let fact = |(position, event): (u64, &Event)| Fact { event: event.clone(), position };
        let facts = Facts::of((0..).zip(sent).map(fact).collect(), now);
        let identity = Identity::fold(facts.links.iter().map(|(at, link)| (*at, link)));
        let (kept, gone): (Vec<Event>, Vec<Event>) =
            sent.iter().cloned().partition(|event| event.timestamp >= horizon);
        let mut first_seen: BTreeMap<(String, String), Timestamp> = BTreeMap::new();
        for event in &gone {
            let Some(id) = event.fields.get(Field::DistinctId) else { continue };
            let first = first_seen.entry((id.to_owned(), event.event_type.to_string()));
            let first = first.or_insert(event.timestamp);
            *first = event.timestamp.min(*first);
        }
        let first = |((distinct_id, event_type), at)| FirstSeen { distinct_id, event_type, at };
        let first_seen = first_seen.into_iter().map(first).collect();
        let facts = Facts { first_seen, horizon: Some(horizon), ..facts };
        let mut events = kept;
        events.sort_by_key(|event| (event.timestamp, event.id));
        let (zone, removed) = (play.zone.clone(), gone.len() as u64);
        Self { now, zone, events, removed, facts, identity }
    }

    /// What the oracle says to a question.
    pub fn oracle(&self, json: &Value) -> Answer {
        let context = Context::new(self.now, self.zone.clone());
        let question = read::question(json, &context).expect("a question");
        oracle::answer(&question, &self.facts).expect("an answer").0
    }

    /// Events that somebody did, by time and id.
    pub fn loud(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.events.iter().filter(|event| !SILENT.contains(&&*event.event_type))
    }

    /// Those of a range of milliseconds.
    pub fn within(&self, (from, to): (Timestamp, Timestamp)) -> Vec<&Event> {
        self.loud().filter(|event| (from..to).contains(&event.timestamp)).collect()
    }

    pub fn person<'a>(&'a self, event: &'a Event) -> Option<&'a str> {
        event.fields.get(Field::DistinctId).map(|id| self.identity.person(id))
    }

    /// How many different people are behind events.
    pub fn people<'e>(&self, events: impl IntoIterator<Item = &'e Event>) -> u64 {
        let people: BTreeSet<_> =
            events.into_iter().filter_map(|event| self.person(event)).collect();
        people.len() as u64
    }

    pub fn local(&self, at: Timestamp) -> Zoned {
        jiff::Timestamp::from_millisecond(at.0).unwrap().to_zoned(self.zone.clone())
    }

    /// The first moment of the day so many days before today.
    pub fn midnight(&self, days_ago: i64) -> Timestamp {
        let today = self.local(self.now).date();
        let date = today.checked_sub(jiff::Span::new().days(days_ago)).unwrap();
        millis(&date.to_zoned(self.zone.clone()).unwrap())
    }

    /// The same time of the clock on the wall, days before.
    pub fn days_before(&self, at: Timestamp, days: i64) -> Timestamp {
        let wall = self.local(at).datetime();
        let wall = wall.checked_sub(jiff::Span::new().days(days)).unwrap();
        millis(&wall.to_zoned(self.zone.clone()).unwrap())
    }
}

pub fn millis(zoned: &Zoned) -> Timestamp {
    Timestamp(zoned.timestamp().as_millisecond())
}
