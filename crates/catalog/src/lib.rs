//! The small transactional facts: tenants and their keys.
//!
//! Whoever asks on a hot path is answered from memory ([`Catalog::resolve`]); the database is only
//! read at the start, when a fact is changed, and when another process changed one
//! ([`Catalog::refresh`]). Where the facts are kept is behind a small trait (`facts.rs`) made for
//! short transactions over rows, so that PostgreSQL fits beside SQLite. This crate knows nothing
//! of HTTP or of events.

mod access;
mod catalog;
mod error;
mod facts;
mod secret;
mod settings;
mod sqlite;

pub use access::{Access, KeyKind, Scope, Scopes};
pub use catalog::{Catalog, Clock, FirstStart};
pub use error::CatalogError;
pub use facts::{Key, Tenant};
pub use secret::KeyHash;
pub use settings::{
    BotPolicy, CapturePolicy, FirstDay, IpPolicy, PrivacyPolicy, RetentionPolicy, Settings,
};
