//! The catalog as the rest of the house sees it: changes go to the database first, then to memory.

use std::{
    collections::HashMap,
    fmt,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use event::{TenantId, Timestamp};

use crate::{
    Access, CatalogError, Key, KeyHash, KeyKind, Scopes, Tenant, facts::Facts, secret,
    sqlite::Sqlite,
};

/// Gives the wall clock.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The keys made at the first start; their text is known only now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstStart {
    /// Sends events to the default tenant.
    pub write_key: String,
    /// Has every right over the default tenant.
    pub secret_key: String,
}

/// Tenants and keys.
pub struct Catalog {
    facts: Mutex<Box<dyn Facts>>,
    memory: RwLock<Memory>,
    clock: Clock,
}

/// What is answered from memory.
#[derive(Default)]
struct Memory {
    keys: HashMap<KeyHash, Arc<Key>>,
    tenants: Vec<Tenant>,
    generation: u64,
}

impl Catalog {
    /// Opens the catalog at `path`. A new one gets the default tenant (time zone UTC) with a write
    /// key and a secret key, made in one transaction and returned once.
    pub fn open(path: &Path, clock: Clock) -> Result<(Self, Option<FirstStart>), CatalogError> {
        Self::over(Box::new(Sqlite::open(path)?), clock)
    }

    fn over(
        facts: Box<dyn Facts>,
        clock: Clock,
    ) -> Result<(Self, Option<FirstStart>), CatalogError> {
        let catalog = Self { facts: Mutex::new(facts), memory: RwLock::default(), clock };
        let first = if catalog.facts().tenants()?.is_empty() {
            match catalog.first_start() {
                // Another process was first: its keys are the ones that count.
                Err(CatalogError::Exists { .. }) => None,
                other => Some(other?),
            }
        } else {
            None
        };
        catalog.load()?;
        Ok((catalog, first))
    }

    fn first_start(&self) -> Result<FirstStart, CatalogError> {
        let id = TenantId::default_tenant();
        let created_at = (self.clock)();
        let tenant =
            Tenant { name: "Default".into(), time_zone: "UTC".into(), created_at, id: id.clone() };
        let write_key = secret::make(KeyKind::Write)?;
        let secret_key = secret::make(KeyKind::Secret)?;
        let keys = [
            self.key(&id, KeyKind::Write, "first write key", &write_key),
            self.key(&id, KeyKind::Secret, "first secret key", &secret_key),
        ];
        self.facts().add_tenant(&tenant, &keys)?;
        Ok(FirstStart { write_key, secret_key })
    }

    /// What a key opens now; None for one that is not known, expired or revoked. Memory only.
    pub fn resolve(&self, key: &str) -> Option<Access> {
        let memory = self.memory.read().unwrap_or_else(PoisonError::into_inner);
        let key = memory.keys.get(&KeyHash::of(key))?;
        key.is_live((self.clock)()).then(|| Access {
            tenant: key.tenant.clone(),
            kind: key.kind,
            scopes: key.scopes,
        })
    }

    /// The tenant of that id. Memory only.
    pub fn tenant(&self, id: &TenantId) -> Option<Tenant> {
        let memory = self.memory.read().unwrap_or_else(PoisonError::into_inner);
        memory.tenants.iter().find(|tenant| tenant.id == *id).cloned()
    }

    /// All tenants, oldest first. Memory only.
    pub fn tenants(&self) -> Vec<Tenant> {
        self.memory.read().unwrap_or_else(PoisonError::into_inner).tenants.clone()
    }

    /// All keys, without their text. Reads the database.
    pub fn keys(&self) -> Result<Vec<Key>, CatalogError> {
        self.facts().keys()
    }

    /// Makes a tenant without keys.
    pub fn new_tenant(&self, id: &TenantId, name: &str, zone: &str) -> Result<(), CatalogError> {
        let tenant = Tenant {
            id: id.clone(),
            name: name.into(),
            time_zone: zone.into(),
            created_at: (self.clock)(),
        };
        self.facts().add_tenant(&tenant, &[])?;
        self.load()
    }

    /// A new secret key with every right over the default tenant: the way back in when the first
    /// one was never seen or is lost.
    pub fn new_secret_key(&self, name: &str) -> Result<String, CatalogError> {
        self.new_key(&TenantId::default_tenant(), KeyKind::Secret, Scopes::all(), name, None)
    }

    /// A new key of a tenant; a write key only ever has the right to write.
    pub fn new_key(
        &self,
        tenant: &TenantId,
        kind: KeyKind,
        scopes: Scopes,
        name: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<String, CatalogError> {
        let text = secret::make(kind)?;
        let mut key = self.key(tenant, kind, name, &text);
        if kind == KeyKind::Secret {
            key.scopes = scopes;
        }
        key.expires_at = expires_at;
        self.add(&key)?;
        Ok(text)
    }

    /// Registers a write key that clients use already.
    pub fn register_write_key(
        &self,
        tenant: &TenantId,
        text: &str,
        name: &str,
    ) -> Result<(), CatalogError> {
        secret::check_chosen(text)?;
        self.add(&self.key(tenant, KeyKind::Write, name, text))
    }

    /// Revokes a key at once; whether it was live before.
    pub fn revoke(&self, hash: KeyHash) -> Result<bool, CatalogError> {
        let revoked = self.facts().revoke_key(hash, (self.clock)())?;
        self.load()?;
        Ok(revoked)
    }

    /// Takes over what another process changed; whether there was anything. Cheap when not.
    pub fn refresh(&self) -> Result<bool, CatalogError> {
        let generation = self.facts().generation()?;
        let known = self.memory.read().unwrap_or_else(PoisonError::into_inner).generation;
        if generation == known {
            return Ok(false);
        }
        self.load()?;
        Ok(true)
    }

    fn add(&self, key: &Key) -> Result<(), CatalogError> {
        if self.tenant(&key.tenant).is_none() {
            return Err(CatalogError::NoTenant(key.tenant.to_string()));
        }
        self.facts().add_key(key)?;
        self.load()
    }

    fn key(&self, tenant: &TenantId, kind: KeyKind, name: &str, text: &str) -> Key {
        Key {
            hash: KeyHash::of(text),
            tenant: tenant.clone(),
            kind,
            name: name.into(),
            hint: secret::hint(text),
            scopes: if kind == KeyKind::Write { Scopes::WRITE } else { Scopes::all() },
            created_at: (self.clock)(),
            expires_at: None,
            revoked_at: None,
        }
    }

    /// Fills memory from the database. The generation is read first: a change in between is seen
    /// by the next [`Self::refresh`].
    fn load(&self) -> Result<(), CatalogError> {
        let mut facts = self.facts();
        let generation = facts.generation()?;
        let tenants = facts.tenants()?;
        let keys = facts.keys()?.into_iter().map(|key| (key.hash, Arc::new(key))).collect();
        let memory = Memory { keys, tenants, generation };
        // Filled under the lock of the facts, so that an older state never replaces a newer one.
        *self.memory.write().unwrap_or_else(PoisonError::into_inner) = memory;
        drop(facts);
        Ok(())
    }

    fn facts(&self) -> MutexGuard<'_, Box<dyn Facts>> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let memory = self.memory.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("Catalog")
            .field("tenants", &memory.tenants.len())
            .field("keys", &memory.keys.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
