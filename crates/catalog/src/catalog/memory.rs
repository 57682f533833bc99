//! What is answered without the database.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use event::TenantId;

use crate::{
    Access, CatalogError, Key, KeyHash, Settings, Tenant, User, UserId,
    consent::{LoadedConsent, Said},
    entities::{self, Lists},
    facts::{Facts, Noun, Versions},
    flags::{self, Compiled},
};

/// A key, and what it opens while it is live.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) key: Key,
    pub(crate) access: Access,
}

impl From<Key> for Held {
    fn from(key: Key) -> Self {
        let access = Access {
            key: key.id(),
            name: key.name.as_str().into(),
            tenant: key.tenant.clone(),
            kind: key.kind,
            scopes: key.scopes,
            origins: key.origins.as_slice().into(),
        };
        Self { key, access }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) settings: HashMap<TenantId, Arc<Settings>>,
    pub(crate) defaults: Arc<Settings>,
    pub(crate) keys: HashMap<KeyHash, Held>,
    pub(crate) users: BTreeMap<UserId, Arc<User>>,
    pub(crate) consents: HashMap<TenantId, HashMap<u128, Said>>,
    pub(crate) entities: Lists,
    pub(crate) flags: Compiled,
    pub(crate) generation: u64,
    /// None before anything was loaded.
    versions: Option<Versions>,
}

/// What the database has and memory does not.
pub(super) struct News {
    generation: u64,
    versions: Versions,
    tenants: Option<Vec<(Tenant, Settings)>>,
    keys: Option<Vec<Key>>,
    users: Option<Vec<User>>,
    consents: Vec<LoadedConsent>,
    entities: Option<Lists>,
    flags: Option<Compiled>,
    pub(super) sessions_ended: bool,
}

impl News {
    /// Reads what was changed since. Generation and versions are read first: what changes in
    /// between is read again by the next look.
    pub(super) fn read(facts: &mut dyn Facts, memory: &Memory) -> Result<Self, CatalogError> {
        let generation = facts.generation()?;
        let versions = facts.versions()?;
        let known = memory.versions;
        let is_new = |noun| known.is_none_or(|known| known.of(noun) != versions.of(noun));
        let mut consents = Vec::new();
        if is_new(Noun::Consents) {
            let since = known.map_or(0, |known| known.of(Noun::Consents));
            facts.consents_since(since, &mut |consent| consents.push(consent))?;
        }
        let tenants = is_new(Noun::Tenants).then(|| facts.tenants()).transpose()?;
        // Settings name the kinds of groups that flags are compiled with.
        let flags = if tenants.is_some() || is_new(Noun::Flags) {
            let settings = |of: &TenantId| match &tenants {
                Some(all) => all.iter().find(|(one, _)| one.id == *of).map(|(_, all)| all),
                None => memory.settings.get(of).map(|all| &**all),
            };
            Some(flags::load(facts, &memory.flags, settings)?)
        } else {
            None
        };
        Ok(Self {
            generation,
            versions,
            tenants,
            flags,
            keys: is_new(Noun::Keys).then(|| facts.keys()).transpose()?,
            users: is_new(Noun::Users).then(|| facts.users()).transpose()?,
            consents,
            entities: is_new(Noun::Entities)
                .then(|| entities::load(facts, &memory.entities))
                .transpose()?,
            sessions_ended: is_new(Noun::Sessions),
        })
    }
}

impl Memory {
    pub(super) fn take(&mut self, news: News) {
        if let Some(tenants) = news.tenants {
            (self.tenants, self.settings) = (Vec::new(), HashMap::new());
            for (tenant, settings) in tenants {
                self.settings.insert(tenant.id.clone(), Arc::new(settings));
                self.tenants.push(tenant);
            }
        }
        if let Some(keys) = news.keys {
            self.keys = keys.into_iter().map(|key| (key.hash, Held::from(key))).collect();
        }
        if let Some(users) = news.users {
            self.users = users.into_iter().map(|user| (user.id, Arc::new(user))).collect();
        }
        if let Some(entities) = news.entities {
            self.entities = entities;
        }
        if let Some(flags) = news.flags {
            self.flags = flags;
        }
        for consent in news.consents {
            let persons = self.consents.entry(consent.tenant).or_default();
            let said = persons.entry(consent.person).or_default();
            // Another purpose says nothing about this one.
            if consent.said != Said::Nothing {
                *said = consent.said;
            }
        }
        self.generation = news.generation;
        self.versions = Some(news.versions);
    }
}
