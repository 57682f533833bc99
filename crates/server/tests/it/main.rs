//! The real router over a real pipeline (file journal, local store) in a folder of its own.

#![allow(clippy::unwrap_used)] // a test that cannot go on should panic

mod abuse;
mod account;
mod admin;
mod analytics;
mod bodies;
mod capture;
mod connections;
mod cors;
mod described;
mod experiments;
mod flags;
mod hostile;
mod house;
mod jobs;
mod keys;
mod library;
mod live;
mod mobile;
mod mobile_admin;
mod play;
mod posthog;
mod posthog_v1;
mod privacy;
mod query;
mod rates;
mod reports;
mod segment;
mod service;
mod stored;
mod trackflow;
mod trpc;
mod trpc_actor;
mod trpc_schema;
mod wired;
