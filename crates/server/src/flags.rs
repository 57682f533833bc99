//! Feature flags over HTTP: who asks (`asked.rs`), the answers of S1 (`public.rs`), and looking
//! after flags (`admin.rs`). PostHog's shapes are with its dialect.
//!
//! Flags are asked in memory. The one thing that is read from disk is the id a person was first
//! bucketed by, and only where a flag of the tenant wants it.

pub(crate) mod admin;
mod asked;
mod body;
pub(crate) mod public;

pub(crate) use asked::Asked;
