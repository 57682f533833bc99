//! The small transactional facts: tenants, keys, users, what was consented to, who changed what.
//!
//! Whoever asks on a hot path is answered from memory ([`Catalog::resolve`], [`Catalog::settings`],
//! [`Catalog::consent`], [`Catalog::entity_known`], [`Catalog::flags`], [`Catalog::session`],
//! [`Catalog::salt`]); the
//! database is only read at the start, when a fact is changed, when another process changed one
//! ([`Catalog::refresh`]), and the first time a session or a salt is asked for. Every change and
//! its row of the audit trail are one transaction. Where the facts are kept is behind a small
//! trait per noun (`facts.rs`) made for short transactions over rows, so that PostgreSQL fits
//! beside SQLite. This crate knows nothing of HTTP or of events.

mod access;
mod audit;
mod catalog;
mod check;
mod consent;
#[cfg(test)]
mod contract;
mod entities;
mod error;
mod facts;
mod flags;
mod jobs;
mod keys;
mod links;
mod overrides;
mod password;
mod salts;
mod secret;
mod sessions;
mod settings;
mod sqlite;
mod tenants;
mod users;

pub use access::{Access, KeyKind, Scope, Scopes};
pub use audit::{Actor, AuditCheck, AuditRow};
pub use catalog::{Catalog, Clock, FirstStart};
pub use consent::{ANALYTICS, Consent, ConsentChange};
pub use error::{CatalogError, LoginError};
pub use flags::{FlagChange, Flags, KeptFlag};
pub use jobs::{Finished, JobKey, JobRow, Lease};
pub use keys::{Key, NewKey};
pub use links::{Link, NewLink, Purpose};
pub use secret::{KeyHash, KeyId};
pub use sessions::SessionAccess;
pub use settings::{
    BotPolicy, CapturePolicy, FirstDay, FlagPolicy, IpPolicy, PrivacyPolicy, RetentionPolicy,
    Settings, TrpcPolicy,
};
pub use tenants::Tenant;
pub use users::{Role, User, UserChange, UserId};
