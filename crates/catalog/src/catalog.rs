//! The catalog as the rest of the house sees it: changes go to the database first, then to memory.
//! What it can do with each noun stands in the noun's file.

mod memory;

use std::{
    fmt,
    hash::Hasher,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard},
};

use event::{TenantId, Timestamp};
use serde_json::json;
use siphasher::sip128::{Hasher128, SipHasher24};

use crate::{
    Actor, CatalogError, KeyKind, NewKey, NewLink, Purpose, Role, Scopes, Tenant,
    facts::Facts,
    salts::{self, Salts},
    secret, sessions,
    sqlite::Sqlite,
    tenants::Dowry,
};

pub(crate) use self::memory::Memory;

/// Gives the wall clock.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What is made at the first start; it is known only now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstStart {
    /// Sends events to the default tenant.
    pub write_key: String,
    /// Has every right over the default tenant.
    pub secret_key: String,
    /// The token of the link by which the first owner is set up; for 30 days.
    pub setup_token: String,
}

/// How much of what strangers can send is kept, per tenant; all of it is in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Persons whose word is kept.
    pub(crate) persons: usize,
    /// Known ids of all kinds.
    pub(crate) entities: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { persons: 5_000_000, entities: 5_000_000 }
    }
}

/// Tenants, keys, users, consents, lists of ids, salts, and the audit trail.
pub struct Catalog {
    /// Taken before any of the others.
    facts: Mutex<Box<dyn Facts>>,
    memory: RwLock<Memory>,
    pub(crate) sessions: Mutex<sessions::Cache>,
    pub(crate) salts: RwLock<Salts>,
    pub(crate) bounds: Bounds,
    clock: Clock,
    /// Keys the hashes of ids.
    secret: [u8; 16],
}

impl Catalog {
    /// Opens the catalog at `path`. A new one gets the default tenant (time zone UTC) with a write
    /// key, a secret key and a link for its owner, made in one transaction and returned once.
    pub fn open(path: &Path, clock: Clock) -> Result<(Self, Option<FirstStart>), CatalogError> {
        Self::over(Box::new(Sqlite::open(path)?), clock)
    }

    fn over(
        mut facts: Box<dyn Facts>,
        clock: Clock,
    ) -> Result<(Self, Option<FirstStart>), CatalogError> {
        let secret = facts.secret("ids", secret::random()?)?;
        let forgotten = facts.forget_salts(salts::day_of(clock()) - 1)?;
        // Some day whose time is over makes the next refresh try again.
        let salts = if forgotten { Salts::new() } else { vec![(i64::MIN, [0; 16])] };
        let empty = facts.tenants()?.is_empty();
        let catalog = Self {
            facts: Mutex::new(facts),
            memory: RwLock::default(),
            sessions: Mutex::default(),
            salts: RwLock::new(salts),
            bounds: Bounds::default(),
            clock,
            secret,
        };
        let first = if empty {
            match catalog.first_start() {
                // Another process was first: its keys are the ones that count.
                Err(CatalogError::Exists { .. }) => None,
                other => Some(other?),
            }
        } else {
            None
        };
        catalog.change(|_| Ok(()))?;
        Ok((catalog, first))
    }

    fn first_start(&self) -> Result<FirstStart, CatalogError> {
        let id = TenantId::default_tenant();
        let created_at = self.now();
        let tenant =
            Tenant { name: "Default".into(), time_zone: "UTC".into(), created_at, id: id.clone() };
        let write_key = secret::make(KeyKind::Write)?;
        let secret_key = secret::make(KeyKind::Secret)?;
        let setup_token = secret::make_token()?;
        let owner = NewLink {
            purpose: Purpose::Owner,
            tenant: id.clone(),
            email: String::new(),
            role: Role::Owner,
        };
        let with = Dowry {
            keys: vec![
                self.key(NewKey::write(&id, "first write key"), &write_key)?,
                self.key(NewKey::secret(&id, Scopes::all(), "first secret key"), &secret_key)?,
            ],
            link: Some(self.link_row(&setup_token, &owner)),
        };
        let keys: Vec<String> = with.keys.iter().map(|key| key.id().to_string()).collect();
        let detail = json!({"first": true, "keys": keys});
        let note = self.note(&Actor::System, &id, "tenant.new", id.as_str(), &detail);
        self.facts().add_tenant(&tenant, &with, &note)?;
        Ok(FirstStart { write_key, secret_key, setup_token })
    }

    /// Takes over what another process changed; whether there was anything. Cheap when not. Also
    /// forgets salts whose time is over: call it about once a second. May block.
    pub fn refresh(&self) -> Result<bool, CatalogError> {
        self.forget_salts()?;
        let mut facts = self.facts();
        if facts.generation()? == self.memory().generation {
            return Ok(false);
        }
        self.catch_up(facts.as_mut())?;
        Ok(true)
    }

    /// Changes facts, then memory. Under one lock, so that an older state never replaces a newer.
    pub(crate) fn change<T>(
        &self,
        work: impl FnOnce(&mut dyn Facts) -> Result<T, CatalogError>,
    ) -> Result<T, CatalogError> {
        let mut facts = self.facts();
        let done = work(facts.as_mut())?;
        self.catch_up(facts.as_mut())?;
        Ok(done)
    }

    fn catch_up(&self, facts: &mut dyn Facts) -> Result<(), CatalogError> {
        let news = memory::News::read(facts, &self.memory())?;
        if news.sessions_ended {
            self.sessions().clear();
        }
        self.memory.write().unwrap_or_else(PoisonError::into_inner).take(news);
        Ok(())
    }

    /// 128 bits that stand for an id and cannot be made without the secret of this catalog.
    pub(crate) fn keyed_hash(&self, tenant: &TenantId, kind: &str, id: &str) -> u128 {
        let mut hasher = SipHasher24::new_with_key(&self.secret);
        for part in [tenant.as_str(), kind] {
            hasher.write(part.as_bytes());
            // Is in no UTF-8, so parts cannot run into each other.
            hasher.write(&[0xff]);
        }
        hasher.write(id.as_bytes());
        hasher.finish128().as_u128()
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    pub(crate) fn memory(&self) -> RwLockReadGuard<'_, Memory> {
        self.memory.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn facts(&self) -> MutexGuard<'_, Box<dyn Facts>> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let memory = self.memory();
        f.debug_struct("Catalog")
            .field("tenants", &memory.tenants.len())
            .field("keys", &memory.keys.len())
            .field("users", &memory.users.len())
            .finish_non_exhaustive()
    }
}
