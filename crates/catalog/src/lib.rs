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
mod annotations;
mod audit;
mod catalog;
mod check;
mod cohorts;
mod consent;
#[cfg(test)]
mod contract;
mod dashboards;
mod entities;
mod error;
mod experiments;
mod facts;
mod flags;
mod goals;
mod jobs;
mod keys;
mod library;
mod links;
mod members;
mod overrides;
mod password;
mod questions;
mod salts;
mod secret;
mod sessions;
mod settings;
mod shares;
mod sqlite;
mod tenants;
mod users;

pub use access::{Access, KeyKind, Scope, Scopes};
pub use annotations::{Annotation, AnnotationScope};
pub use audit::{Actor, AuditCheck, AuditRow};
pub use catalog::{Catalog, Clock, FirstStart};
pub use cohorts::{SavedCohort, cohorts_named, number};
pub use consent::{ANALYTICS, Consent, ConsentChange};
pub use dashboards::{Dashboard, Tile};
pub use error::{CatalogError, LoginError};
pub use experiments::{Experiment, ExperimentStatus, Planned, PlannedArm};
pub use flags::{FlagChange, Flags, KeptFlag};
pub use goals::Goal;
pub use jobs::{Finished, JobKey, JobRow, Lease};
pub use keys::{Key, NewKey};
pub use library::{Item, Kept, Shelf, Sought};
pub use links::{Link, NewLink, Purpose};
pub use questions::SavedQuestion;
pub use secret::{KeyHash, KeyId};
pub use sessions::SessionAccess;
pub use settings::{
    BotPolicy, CapturePolicy, FirstDay, FlagPolicy, IpPolicy, PrivacyPolicy, RetentionPolicy,
    Settings, TrpcPolicy,
};
pub use shares::Share;
pub use tenants::Tenant;
pub use users::{Role, User, UserChange, UserId};
