//! Answers that list events, names and persons.

use event::{Event, Timestamp};

use crate::{Cursor, PersonCursor};

/// Single events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventsAnswer {
    /// In the order asked for.
    pub events: Vec<Event>,
    /// Present when there may be more.
    pub next: Option<Cursor>,
}

/// Events and persons, in all and per type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountsAnswer {
    /// All events.
    pub total: u64,
    /// Distinct persons over all types.
    pub unique_persons: u64,
    /// Largest first, ties by name.
    pub events: Vec<EventCount>,
}

/// One event type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventCount {
    /// Its name.
    pub event_type: String,
    /// Its events.
    pub count: u64,
    /// Distinct persons that have it.
    pub unique_persons: u64,
}

/// Persons, latest seen first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PersonsAnswer {
    /// All that match.
    pub total: u64,
    /// This page.
    pub persons: Vec<PersonLine>,
    /// Present when there are more.
    pub next: Option<PersonCursor>,
}

/// One person.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonLine {
    /// Its id.
    pub person: String,
    /// Time of its first matching event in the range.
    pub first_seen: Timestamp,
    /// Time of its last one.
    pub last_seen: Timestamp,
    /// Matching events in the range.
    pub events: u64,
    /// Its properties, a JSON object.
    pub properties: String,
}

/// One person, or nobody.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PersonAnswer {
    /// None when no event names the id.
    pub profile: Option<Profile>,
    /// Events of the range, newest first, those included that no selector of any event matches.
    pub events: Vec<Event>,
    /// Present when there are more.
    pub next: Option<Cursor>,
}

/// What is known of a person, over all stored events.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Its id.
    pub person: String,
    /// The distinct ids of its events, in byte order.
    pub distinct_ids: Vec<String>,
    /// Its properties, a JSON object.
    pub properties: String,
    /// Time of its first event.
    pub first_seen: Timestamp,
    /// Time of its last.
    pub last_seen: Timestamp,
    /// Its events.
    pub events: u64,
}

/// The persons behind a number, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleAnswer {
    /// All of them.
    pub total: u64,
    /// This page.
    pub persons: Vec<String>,
    /// The last id of this page, present when there are more.
    pub next: Option<String>,
}

/// Names that were ever seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaxonomyAnswer {
    /// Event types, most frequent first, ties by name.
    pub events: Vec<NameCount>,
    /// Top-level keys of properties, likewise.
    pub properties: Vec<PropertySeen>,
}

/// An event type and how often it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameCount {
    /// The name.
    pub name: String,
    /// Events.
    pub count: u64,
    /// Time of the first.
    pub first_seen: Timestamp,
    /// Time of the last.
    pub last_seen: Timestamp,
}

/// A property and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertySeen {
    /// The key.
    pub name: String,
    /// Events that have it.
    pub count: u64,
    /// Kinds of its values and how often each, by name.
    pub types: Vec<(&'static str, u64)>,
    /// The three smallest of its distinct values as JSON of at most 100 bytes, in byte order.
    pub examples: Vec<String>,
}
