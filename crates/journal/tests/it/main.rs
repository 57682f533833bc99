//! The embedded journal, from outside: one file per story.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests fail by panics, and say their seeds"
)]

mod appending;
mod damage;
mod doctor;
mod faults;
mod format;
mod model;
mod power_loss;
mod readers;
mod setup;
mod torn_tail;
