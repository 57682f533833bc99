//! Keys: who may send and who may read.

use event::{TenantId, Timestamp};
use serde_json::json;

use crate::{
    Access, Actor, Catalog, CatalogError, KeyHash, KeyId, KeyKind, Scopes, audit::Note, check,
    secret,
};

/// A key, as it is kept: without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Hash of its text.
    pub hash: KeyHash,
    /// The only tenant it opens.
    pub tenant: TenantId,
    /// Public or secret.
    pub kind: KeyKind,
    /// A name for people.
    pub name: String,
    /// Its first characters.
    pub hint: String,
    /// Its rights.
    pub scopes: Scopes,
    /// The origins whose pages may use it, e.g. `https://shop.example.com`; empty: any.
    pub origins: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it opens nothing.
    pub expires_at: Option<Timestamp>,
    /// Since when it opens nothing.
    pub revoked_at: Option<Timestamp>,
}

impl Key {
    /// What it is called in lists and addresses.
    pub fn id(&self) -> KeyId {
        self.hash.id()
    }

    /// Whether it opens anything at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// A key to be made.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// The only tenant it opens.
    pub tenant: TenantId,
    /// Public or secret.
    pub kind: KeyKind,
    /// Its rights; a write key only ever has the right to write.
    pub scopes: Scopes,
    /// A name for people.
    pub name: String,
    /// From when on it opens nothing.
    pub expires_at: Option<Timestamp>,
    /// The origins whose pages may use it, of a write key; empty: any.
    pub origins: Vec<String>,
}

impl NewKey {
    /// A secret key that does not expire.
    pub fn secret(tenant: &TenantId, scopes: Scopes, name: &str) -> Self {
        Self {
            tenant: tenant.clone(),
            kind: KeyKind::Secret,
            scopes,
            name: name.to_owned(),
            expires_at: None,
            origins: Vec::new(),
        }
    }

    /// A write key for any origin that does not expire.
    pub fn write(tenant: &TenantId, name: &str) -> Self {
        Self { kind: KeyKind::Write, ..Self::secret(tenant, Scopes::WRITE, name) }
    }
}

/// What a database does with keys.
pub(crate) trait KeyFacts {
    /// All keys, oldest first.
    fn keys(&mut self) -> Result<Vec<Key>, CatalogError>;
    /// Adds a key.
    fn add_key(&mut self, key: &Key, note: &Note) -> Result<(), CatalogError>;
    /// Adds a key, and sets when the one it follows expires.
    fn replace_key(
        &mut self,
        old: KeyHash,
        expires_at: Timestamp,
        new: &Key,
        note: &Note,
    ) -> Result<(), CatalogError>;
    /// Revokes a key; false, and nothing written, when it was revoked before.
    fn revoke_key(
        &mut self,
        hash: KeyHash,
        at: Timestamp,
        note: &Note,
    ) -> Result<bool, CatalogError>;
}

impl Catalog {
    /// What a key opens now; None for one that is not known, expired or revoked. Memory only.
    pub fn resolve(&self, key: &str) -> Option<Access> {
        let memory = self.memory();
        let held = memory.keys.get(&KeyHash::of(key))?;
        held.key.is_live(self.now()).then(|| held.access.clone())
    }

    /// The keys of a tenant, without their text, oldest first; also those that open nothing any
    /// more. Memory only.
    pub fn keys_of(&self, tenant: &TenantId) -> Vec<Key> {
        let memory = self.memory();
        let of_tenant = memory.keys.values().filter(|held| held.key.tenant == *tenant);
        let mut keys: Vec<Key> = of_tenant.map(|held| held.key.clone()).collect();
        keys.sort_by_key(|key| (key.created_at, key.id()));
        keys
    }

    /// Makes a key; its text is known only now.
    pub fn new_key(&self, new: NewKey, actor: &Actor) -> Result<String, CatalogError> {
        let text = secret::make(new.kind)?;
        self.add_key(new, &text, "key.new", actor)?;
        Ok(text)
    }

    /// Registers a write key that clients use already.
    pub fn register_write_key(
        &self,
        tenant: &TenantId,
        text: &str,
        name: &str,
        actor: &Actor,
    ) -> Result<(), CatalogError> {
        secret::check_chosen(text)?;
        self.add_key(NewKey::write(tenant, name), text, "key.register", actor)
    }

    /// A new key in place of one, with the same name, rights, origins and life span. The old one
    /// goes on for `overlap_ms`, unless it ends sooner. Returns the text of the new one.
    pub fn rotate_key(
        &self,
        tenant: &TenantId,
        id: &str,
        overlap_ms: u64,
        actor: &Actor,
    ) -> Result<String, CatalogError> {
        let now = self.now();
        let old = self.key_of(tenant, id)?;
        if !old.is_live(now) {
            return Err(CatalogError::NoKey(id.to_owned()));
        }
        let overlap = i64::try_from(overlap_ms).unwrap_or(i64::MAX);
        let end = Timestamp(now.0.saturating_add(overlap));
        let end = old.expires_at.map_or(end, |expires| expires.min(end));
        let span = old.expires_at.map(|expires| expires.0.saturating_sub(old.created_at.0));
        let text = secret::make(old.kind)?;
        let new = Key {
            hash: KeyHash::of(&text),
            hint: secret::hint(&text),
            created_at: now,
            expires_at: span.map(|span| Timestamp(now.0.saturating_add(span))),
            ..old.clone()
        };
        let detail = json!({"new": new.id().to_string(), "name": old.name, "old_until": end.0});
        let note = self.note(actor, tenant, "key.rotate", &old.id().to_string(), &detail);
        self.change(|facts| facts.replace_key(old.hash, end, &new, &note))?;
        Ok(text)
    }

    /// Revokes a key at once; false when it was revoked before.
    pub fn revoke_key(
        &self,
        tenant: &TenantId,
        id: &str,
        actor: &Actor,
    ) -> Result<bool, CatalogError> {
        let key = self.key_of(tenant, id)?;
        let detail = json!({"name": key.name});
        let note = self.note(actor, tenant, "key.revoke", &key.id().to_string(), &detail);
        self.change(|facts| facts.revoke_key(key.hash, note.at, &note))
    }

    fn key_of(&self, tenant: &TenantId, id: &str) -> Result<Key, CatalogError> {
        let missing = || CatalogError::NoKey(id.to_owned());
        let wanted = KeyId::parse(id).ok_or_else(missing)?;
        self.keys_of(tenant).into_iter().find(|key| key.id() == wanted).ok_or_else(missing)
    }

    fn add_key(
        &self,
        new: NewKey,
        text: &str,
        action: &str,
        actor: &Actor,
    ) -> Result<(), CatalogError> {
        if self.tenant(&new.tenant).is_none() {
            return Err(CatalogError::NoTenant(new.tenant.to_string()));
        }
        let key = self.key(new, text)?;
        let detail = json!({
            "name": key.name, "kind": key.kind.as_str(), "scopes": key.scopes.to_text(),
            "origins": key.origins, "expires_ms": key.expires_at.map(|at| at.0),
        });
        let note = self.note(actor, &key.tenant, action, &key.id().to_string(), &detail);
        self.change(|facts| facts.add_key(&key, &note))
    }

    /// The row of a key to be made.
    pub(crate) fn key(&self, new: NewKey, text: &str) -> Result<Key, CatalogError> {
        check::name(&new.name)?;
        if new.kind == KeyKind::Secret && !new.origins.is_empty() {
            return Err(CatalogError::SecretOrigins);
        }
        Ok(Key {
            hash: KeyHash::of(text),
            hint: secret::hint(text),
            scopes: if new.kind == KeyKind::Write { Scopes::WRITE } else { new.scopes },
            origins: check::origins(&new.origins)?,
            tenant: new.tenant,
            kind: new.kind,
            name: new.name,
            created_at: self.now(),
            expires_at: new.expires_at,
            revoked_at: None,
        })
    }
}
