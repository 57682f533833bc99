//! Experiments on flags over HTTP: looking after them (`admin.rs`), how one is written
//! (`body.rs`), how many people one needs (`sample.rs`), and what became of one (`results.rs`,
//! `report.rs`).
//!
//! Nothing is counted here: who was exposed and what they did is a question of the kind
//! `experiment`, and what may be concluded from the counts is `flag::experiment`'s.

mod admin;
mod body;
mod report;
mod results;
mod sample;

pub(crate) use admin::{change, list, make, one, remove, start, stop};
pub(crate) use results::results;
pub(crate) use sample::sample_size;
