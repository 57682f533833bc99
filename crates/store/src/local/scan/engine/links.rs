//! Which ids belong to which persons, and what is known of these.

use std::{collections::HashMap, sync::Arc};

use crate::local::people::People;

/// The persons of one tenant, at one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Links(Option<Arc<People>>);

/// Who belongs to whom, by key.
pub(super) trait Linked {
    /// Changes whenever any link does.
    fn generation(&self) -> u64;
    /// The key of the person of a key.
    fn canonical(&self, key: u64) -> u64;
    /// Keys that have another person's, with that.
    fn moved(&self) -> Vec<(u64, u64)>;
}

impl Linked for Links {
    fn generation(&self) -> u64 {
        self.0.as_ref().map_or(0, |people| people.links_generation())
    }

    fn canonical(&self, key: u64) -> u64 {
        self.0.as_ref().map_or(key, |people| people.canonical(key))
    }

    fn moved(&self) -> Vec<(u64, u64)> {
        self.0.iter().flat_map(|people| people.moved()).collect()
    }
}

impl Links {
    pub(super) fn new(people: Option<Arc<People>>) -> Self {
        Self(people)
    }

    /// The text of a linked id.
    pub(super) fn id_of(&self, key: u64) -> Option<&str> {
        self.0.as_ref().and_then(|people| people.id_of(key))
    }

    /// The linked ids of a person with their keys; none for an id without links.
    pub(super) fn members(&self, person: u64) -> Vec<(u64, &str)> {
        self.0.iter().flat_map(|people| people.members(person)).collect()
    }

    /// The properties of a person.
    pub(super) fn properties_of(&self, person: u64) -> Option<String> {
        self.0.as_ref().and_then(|people| people.properties(person))
    }

    /// Persons that have properties, by key, with these as a JSON object.
    pub(super) fn properties(&self) -> HashMap<u64, String> {
        let mut all = HashMap::new();
        let Some(people) = &self.0 else { return all };
        for key in people.with_properties() {
            let person = people.canonical(key);
            if !all.contains_key(&person) {
                all.extend(people.properties(person).map(|object| (person, object)));
            }
        }
        all
    }
}
