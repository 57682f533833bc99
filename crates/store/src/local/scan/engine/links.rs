//! Which ids belong to which persons, and what is known of these.

use std::collections::HashMap;

/// The links of one tenant, at one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    moved: HashMap<u64, u64>,
    generation: u64,
}

impl Links {
    #[cfg(test)]
    pub(super) fn of(moved: impl Iterator<Item = (u64, u64)>, generation: u64) -> Self {
        Self { moved: moved.collect(), generation }
    }

    /// Changes whenever any link does.
    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// The key of the person of a key.
    pub(super) fn canonical(&self, key: u64) -> u64 {
        self.moved.get(&key).copied().unwrap_or(key)
    }

    /// Keys that have another person's, with that.
    pub(super) fn moved(&self) -> impl Iterator<Item = (u64, u64)> {
        self.moved.iter().map(|(own, person)| (*own, *person))
    }

    /// The text of a linked id.
    pub(super) fn id_of(&self, _key: u64) -> Option<String> {
        None
    }

    /// Persons that have properties, by key, with these as a JSON object.
    pub(super) fn properties(&self) -> HashMap<u64, String> {
        HashMap::new()
    }
}
