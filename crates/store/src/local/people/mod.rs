//! Whose an id is and what is known of a person, folded from the events as they come.
//!
//! What an event tells of ids ([`insight::Told`]) is a link; what it sets is a trait. Both are
//! folded in the order of the lane the events come in ([`Folding`]), by the head, when a chunk is
//! taken. A flush stores what was told up to its positions in the manifest, in the transaction
//! that moves the positions, so a link is on disk exactly when its event is. The manifest keeps
//! the links themselves; groups are made of them again at the start.
//!
//! What a question sees, [`AllPeople`], is immutable and shares all but the pieces that changed
//! with the one before ([`cow`]). Most events tell nothing new, and that is found out by two
//! look-ups for an event with a user id and by a search for `"$set` for all others.
//!
//! Persons are told apart by 64-bit keys here; within a key ids are compared by their text.

mod cow;
mod fold;
mod groups;
mod rebuild;

use std::{collections::BTreeMap, sync::Arc};

use cow::ByKey;
use groups::Groups;
use insight::{Link, PersonTraits};

pub(crate) use fold::{Folding, PeopleChange, may_tell};
pub(crate) use rebuild::rebuild;

/// The persons of a tenant at one moment. Keys are those of distinct ids; the key of a person is
/// that of the id that stands for it.
#[derive(Clone, Debug, Default)]
pub struct People {
    groups: Groups,
    /// Stored traits by the key of the id that the events carried.
    traits: ByKey<Arc<[u8]>>,
    traits_bytes: u64,
}

impl People {
    /// The key of the person an id belongs to; its own when it is not linked.
    pub fn canonical(&self, key: u64) -> u64 {
        self.groups.canonical(key)
    }

    /// Changes whenever any id came to another person. Starts anew with the process.
    pub fn links_generation(&self) -> u64 {
        self.groups.generation()
    }

    /// Whether no id is linked.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Ids that belong to a person of another id.
    pub fn linked(&self) -> u64 {
        self.groups.moved_count()
    }

    /// Every key whose person has another key, with that one; in no order.
    pub fn moved(&self) -> impl Iterator<Item = (u64, u64)> {
        self.groups.moved()
    }

    /// The text of a linked id.
    pub fn id_of(&self, key: u64) -> Option<&str> {
        self.groups.id_of(key)
    }

    /// All linked ids of a person with their keys, in no order; none for an id without links.
    pub fn members(&self, canonical: u64) -> impl Iterator<Item = (u64, &str)> {
        self.groups.members(canonical)
    }

    /// All ids of the person of an id, itself included; sorted.
    pub(crate) fn ids_of(&self, key: u64, id: &str) -> Vec<String> {
        let mut ids: Vec<String> = self.groups.ids_of(key, id).map(str::to_owned).collect();
        if ids.is_empty() {
            ids.push(id.to_owned());
        }
        ids.sort_unstable();
        ids
    }

    /// What was set of a person, under all of its ids; None when nothing was.
    pub fn traits(&self, canonical: u64) -> Option<PersonTraits> {
        let mut all: Option<PersonTraits> = None;
        let members = self.members(canonical).map(|(key, _)| key).filter(|key| *key != canonical);
        for key in std::iter::once(canonical).chain(members) {
            let Some(traits) = self.traits_of(key) else { continue };
            match &mut all {
                Some(all) => all.merge(&traits),
                None => all = Some(traits),
            }
        }
        all
    }

    /// The properties of a person as a JSON object; None when nothing was ever set.
    pub fn properties(&self, canonical: u64) -> Option<String> {
        self.traits(canonical).map(|traits| traits.to_json())
    }

    /// Keys of the ids whose events set properties; in no order. Their persons may be others.
    pub fn with_properties(&self) -> impl Iterator<Item = u64> {
        self.traits.iter().map(|(key, _)| key)
    }

    /// Links that come to the same persons as all that were ever told, ascending by position.
    pub fn links(&self) -> Vec<(u64, Link)> {
        let mut links = Vec::new();
        for (position, id, identified, leader) in self.groups.told() {
            links.push((position, Link::Force(id.to_owned(), leader.to_owned())));
            if identified {
                links.push((position, Link::User(id.to_owned())));
            }
        }
        links
    }

    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        let index = self.traits.len() * 2 * size_of::<(u64, Arc<[u8]>)>();
        self.groups.bytes() + self.traits_bytes + index as u64
    }

    fn traits_of(&self, key: u64) -> Option<PersonTraits> {
        let bytes = self.traits.get(key)?;
        let traits = PersonTraits::from_bytes(bytes);
        if traits.is_none() {
            tracing::error!(person = key, "stored person properties cannot be read");
        }
        traits
    }

    /// Replaces what was set under an id; false when it was the same.
    fn set_traits(&mut self, key: u64, bytes: Arc<[u8]>) -> bool {
        if self.traits.get(key).is_some_and(|known| *known == bytes) {
            return false;
        }
        self.traits_bytes += bytes.len() as u64;
        let before = self.traits.insert(key, bytes);
        self.traits_bytes -= before.map_or(0, |bytes| bytes.len() as u64);
        true
    }
}

/// The persons of all tenants at one moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllPeople {
    tenants: BTreeMap<Arc<str>, Arc<People>>,
}

impl AllPeople {
    /// Those of a tenant; None when none of its events ever told anything.
    pub(crate) fn tenant(&self, tenant: &str) -> Option<&Arc<People>> {
        self.tenants.get(tenant)
    }

    /// Ids that belong to a person of another id.
    pub(crate) fn linked(&self) -> u64 {
        self.tenants.values().map(|people| people.linked()).sum()
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> u64 {
        self.tenants.values().map(|people| people.bytes()).sum()
    }

    fn tenant_mut(&mut self, tenant: &Arc<str>) -> &mut People {
        Arc::make_mut(self.tenants.entry(tenant.clone()).or_default())
    }
}
