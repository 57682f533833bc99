//! Facts made ready: rows in order, each with its person.

use std::collections::{BTreeMap, BTreeSet};

use event::{Event, Field, Timestamp, Value};

use super::{Facts, cohort};
use crate::{
    AnswerError, Column, Definition, Filter, Identity, Matcher, PersonTraits, Range, Row, Selector,
};

/// A set of persons by id.
pub(super) type People<'a> = BTreeSet<&'a str>;

pub(super) struct World<'a> {
    /// All rows by (time, id).
    pub(super) rows: Vec<Seen<'a>>,
    /// The same of each person.
    pub(super) persons: BTreeMap<&'a str, Vec<Seen<'a>>>,
    traits: BTreeMap<String, String>,
    /// Person, event type and time of what happened before the horizon.
    first_seen: Vec<(String, &'a str, Timestamp)>,
    pub(super) identity: &'a Identity,
    pub(super) now: Timestamp,
}

/// One event and whose it is.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) event: &'a Event,
    pub(super) person: Option<&'a str>,
    /// Its place among all rows by (time, id).
    pub(super) index: usize,
}

impl Seen<'_> {
    pub(super) fn at(&self) -> Timestamp {
        self.event.timestamp
    }
}

/// A row as filters see it.
struct Known<'a, 'w> {
    seen: Seen<'a>,
    world: &'w World<'a>,
}

impl Row for Known<'_, '_> {
    fn column(&self, column: Column) -> Value<'_> {
        self.seen.event.column(column)
    }

    fn properties(&self) -> &str {
        &self.seen.event.properties
    }

    fn person_properties(&self) -> &str {
        self.world.properties(self.seen.person.unwrap_or_default())
    }

    fn in_cohort(&self, definition: &Definition) -> bool {
        let person = self.seen.person;
        // Whether a definition can be asked at all was found out when the matcher was made.
        person.is_some_and(|person| {
            cohort::holds(definition, person, self.world).is_ok_and(|held| held)
        })
    }
}

impl<'a> World<'a> {
    pub(super) fn with<T>(facts: &'a Facts, ask: impl FnOnce(&World<'_>) -> T) -> T {
        let identity = Identity::fold(facts.links.iter().map(|(at, link)| (*at, link)));
        ask(&World::new(facts, &identity))
    }

    fn new(facts: &'a Facts, identity: &'a Identity) -> Self {
        let mut events: Vec<&Event> = facts.events.iter().map(|fact| &fact.event).collect();
        events.sort_by_key(|event| (event.timestamp, event.id));
        let distinct = |event: &'a Event| event.fields.get(Field::DistinctId);
        let person = |event| distinct(event).filter(|id| !id.is_empty());
        // What is known of a person outlives its events.
        let mut traits: BTreeMap<String, PersonTraits> = BTreeMap::new();
        for event in &events {
            let Some(id) = person(event) else { continue };
            let Event { timestamp, id: event_id, event_type, properties, .. } = event;
            let traits = traits.entry(identity.person(id).to_owned()).or_default();
            traits.add(*timestamp, *event_id, event_type, properties);
        }
        events.retain(|event| facts.horizon.is_none_or(|horizon| event.timestamp >= horizon));
        let seen = |(index, event): (usize, &'a Event)| Seen {
            event,
            person: person(event).map(|id| identity.person(id)),
            index,
        };
        let rows: Vec<Seen<'a>> = events.into_iter().enumerate().map(seen).collect();
        let mut persons: BTreeMap<&str, Vec<Seen<'a>>> = BTreeMap::new();
        for row in &rows {
            let Some(person) = row.person else { continue };
            persons.entry(person).or_default().push(*row);
        }
        let traits = traits.into_iter().map(|(person, t)| (person, t.to_json())).collect();
        let first_seen = facts.first_seen.iter().map(|first| {
            let person = identity.person(&first.distinct_id).to_owned();
            (person, first.event_type.as_str(), first.at)
        });
        let first_seen = first_seen.collect();
        Self { rows, persons, traits, first_seen, identity, now: facts.now }
    }

    pub(super) fn properties(&self, person: &str) -> &str {
        self.traits.get(person).map_or("{}", String::as_str)
    }

    /// Asks something of a row as filters do.
    pub(super) fn ask<T>(&self, seen: Seen<'a>, ask: impl FnOnce(&dyn Row) -> T) -> T {
        ask(&Known { seen, world: self })
    }

    /// Of these rows the ones that match a selector.
    pub(super) fn select(
        &self,
        rows: &[Seen<'a>],
        selector: &Selector,
    ) -> Result<Vec<Seen<'a>>, AnswerError> {
        let matcher = self.matcher(&selector.filter)?;
        let matches = |seen: &&Seen<'a>| {
            selector.takes(&seen.event.event_type) && self.ask(**seen, |row| matcher.matches(row))
        };
        Ok(rows.iter().filter(matches).copied().collect())
    }

    /// The rows of a range that match a selector.
    pub(super) fn within(
        &self,
        range: &Range,
        selector: &Selector,
    ) -> Result<Vec<Seen<'a>>, AnswerError> {
        let inside = |seen: &&Seen<'a>| range.contains(seen.at());
        let rows: Vec<Seen<'a>> = self.rows.iter().filter(inside).copied().collect();
        self.select(&rows, selector)
    }

    pub(super) fn matcher(&self, filter: &Filter) -> Result<Matcher, AnswerError> {
        let matcher = Matcher::new(filter).map_err(AnswerError::Filter)?;
        for definition in matcher.cohorts() {
            cohort::members(definition, self)?;
        }
        Ok(matcher)
    }

    /// When a person first had a matching event, ever: before the horizon only a selector without
    /// filter can tell.
    pub(super) fn first_time(
        &self,
        person: &str,
        selector: &Selector,
    ) -> Result<Option<Timestamp>, AnswerError> {
        let rows = self.persons.get(person).map_or(&[][..], Vec::as_slice);
        let stored = self.select(rows, selector)?.first().map(Seen::at);
        let trivial = self.matcher(&selector.filter)?.is_trivial();
        let kept = self.first_seen.iter().filter(|(whose, event_type, _)| {
            trivial && whose == person && selector.takes(event_type)
        });
        Ok(kept.map(|(.., at)| *at).chain(stored).min())
    }
}

/// The distinct persons of rows.
pub(super) fn people<'a>(rows: &[Seen<'a>]) -> People<'a> {
    rows.iter().filter_map(|seen| seen.person).collect()
}
