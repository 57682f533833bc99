//! The rows of the catalog, and what a database must do with them.

use std::fmt;

use event::{TenantId, Timestamp};

use crate::{CatalogError, KeyHash, KeyKind, Scopes};

/// Whose events they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// A name for people.
    pub name: String,
    /// IANA name of the zone its questions are asked in by default.
    pub time_zone: String,
    /// When it was made.
    pub created_at: Timestamp,
}

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
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it opens nothing.
    pub expires_at: Option<Timestamp>,
    /// Since when it opens nothing.
    pub revoked_at: Option<Timestamp>,
}

impl Key {
    /// Whether it opens anything at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// A database of facts. Every call is one transaction; all may block.
pub(crate) trait Facts: Send + fmt::Debug {
    /// All tenants, oldest first.
    fn tenants(&mut self) -> Result<Vec<Tenant>, CatalogError>;
    /// All keys, oldest first.
    fn keys(&mut self) -> Result<Vec<Key>, CatalogError>;
    /// Adds a tenant with its first keys, all or nothing.
    fn add_tenant(&mut self, tenant: &Tenant, keys: &[Key]) -> Result<(), CatalogError>;
    /// Adds a key.
    fn add_key(&mut self, key: &Key) -> Result<(), CatalogError>;
    /// Revokes a key; whether it was live before.
    fn revoke_key(&mut self, hash: KeyHash, at: Timestamp) -> Result<bool, CatalogError>;
    /// A number that is another one after another process changed something.
    fn generation(&mut self) -> Result<u64, CatalogError>;
}
