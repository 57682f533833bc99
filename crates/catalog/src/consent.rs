//! What persons said to being measured.
//!
//! Asked for at every event, so the answer stands in memory; there and in the database the person
//! is a keyed hash. What was said last counts, by the time it was said.

use std::collections::{HashMap, HashSet};

use event::{TenantId, Timestamp};
use serde_json::json;

use crate::{Actor, Catalog, CatalogError, audit::Note, check};

/// The purpose that decides whether events are taken.
pub const ANALYTICS: &str = "analytics";

/// Purposes of one person.
pub(crate) const PURPOSES_MAX: usize = 16;
/// Changes made at once.
const CHANGES_MAX: usize = 10_000;

/// What a person said to one purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// To what.
    pub purpose: String,
    /// Yes or no.
    pub granted: bool,
    /// When.
    pub at: Timestamp,
}

/// What a person says now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentChange {
    /// Who.
    pub distinct_id: String,
    /// To what; 1 to 64 characters.
    pub purpose: String,
    /// Yes or no.
    pub granted: bool,
    /// When; what lies ahead of the clock counts as now.
    pub at: Timestamp,
}

/// A change as the database takes it. The note is written when it changes the answer.
#[derive(Debug)]
pub(crate) struct ConsentRow {
    pub(crate) person: u128,
    pub(crate) said: Consent,
    pub(crate) note: Note,
}

/// What memory keeps of a person: what was said to [`ANALYTICS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Said {
    /// Only of other purposes is something known.
    #[default]
    Nothing,
    No,
    Yes,
}

/// A consent that is loaded.
#[derive(Debug)]
pub(crate) struct LoadedConsent {
    pub(crate) tenant: TenantId,
    pub(crate) person: u128,
    pub(crate) said: Said,
}

/// What a database does with consents.
pub(crate) trait ConsentFacts {
    /// Takes over what is not older than what is there; how many answers changed.
    fn put_consents(&mut self, rows: &[ConsentRow]) -> Result<usize, CatalogError>;
    /// Everything a person said.
    fn consents_of(&mut self, person: u128) -> Result<Vec<Consent>, CatalogError>;
    /// Gives what was written after a version of consents to `each`.
    fn consents_since(
        &mut self,
        version: u64,
        each: &mut dyn FnMut(LoadedConsent),
    ) -> Result<(), CatalogError>;
}

impl Catalog {
    /// What a person said to being measured; None when nothing is known. Memory only.
    pub fn consent(&self, tenant: &TenantId, distinct_id: &str) -> Option<bool> {
        let memory = self.memory();
        let persons = memory.consents.get(tenant)?;
        match persons.get(&self.keyed_hash(tenant, "", distinct_id))? {
            Said::Nothing => None,
            Said::No => Some(false),
            Said::Yes => Some(true),
        }
    }

    /// Everything a person said, by purpose. May block.
    pub fn consents_of(
        &self,
        tenant: &TenantId,
        distinct_id: &str,
    ) -> Result<Vec<Consent>, CatalogError> {
        self.facts().consents_of(self.keyed_hash(tenant, "", distinct_id))
    }

    /// Takes down what a person says; false when that is what was known, or older. May block.
    pub fn set_consent(
        &self,
        tenant: &TenantId,
        distinct_id: &str,
        purpose: &str,
        granted: bool,
        at: Timestamp,
        actor: &Actor,
    ) -> Result<bool, CatalogError> {
        let (distinct_id, purpose) = (distinct_id.to_owned(), purpose.to_owned());
        let change = ConsentChange { distinct_id, purpose, granted, at };
        Ok(self.set_consents(tenant, &[change], actor)? > 0)
    }

    /// Takes down what persons say, all or nothing; how many answers changed. At most 10,000 at
    /// once, 5,000,000 persons of a tenant, and 16 purposes of a person. May block.
    pub fn set_consents(
        &self,
        tenant: &TenantId,
        changes: &[ConsentChange],
        actor: &Actor,
    ) -> Result<usize, CatalogError> {
        if self.tenant(tenant).is_none() {
            return Err(CatalogError::NoTenant(tenant.to_string()));
        }
        let (count, limit) = (changes.len(), CHANGES_MAX);
        if count > limit {
            return Err(CatalogError::TooMany { what: "consents at once", count, limit });
        }
        let now = self.now();
        let mut rows = Vec::with_capacity(changes.len());
        for change in changes {
            check::word("a purpose", &change.purpose)?;
            check::bounded("a distinct id", &change.distinct_id)?;
            let subject = self.person_subject(tenant, &change.distinct_id);
            let detail = json!({"purpose": change.purpose, "granted": change.granted});
            rows.push(ConsentRow {
                person: self.keyed_hash(tenant, "", &change.distinct_id),
                said: Consent {
                    purpose: change.purpose.clone(),
                    granted: change.granted,
                    at: change.at.min(now),
                },
                note: self.note(actor, tenant, "consent.set", &subject, &detail),
            });
        }
        self.change(|facts| {
            self.has_room_for(tenant, &rows)?;
            facts.put_consents(&rows)
        })
    }

    fn has_room_for(&self, tenant: &TenantId, rows: &[ConsentRow]) -> Result<(), CatalogError> {
        let memory = self.memory();
        let none = HashMap::new();
        let persons = memory.consents.get(tenant).unwrap_or(&none);
        let limit = self.bounds.persons;
        if persons.len() + rows.len() <= limit {
            return Ok(());
        }
        let said = rows.iter().map(|row| row.person);
        let new: HashSet<u128> = said.filter(|person| !persons.contains_key(person)).collect();
        let count = persons.len() + new.len();
        if !new.is_empty() && count > limit {
            return Err(CatalogError::TooMany { what: "persons with consents", count, limit });
        }
        Ok(())
    }
}
