//! The pipeline over a journal whose commits the test decides, and over the real rooms.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod erase;
mod fakes;
mod fingerprint;
mod house;
mod once;
mod power_loss;
mod restart;
mod sessions;
mod tail;
