//! Feature flags: who gets what, why, and whether it helped.
//!
//! A [`Flag`] is plain data. JSON becomes one in one place ([`read::flag`]), which reports every
//! problem at once, and a flag becomes JSON in one place ([`write`]). A [`Set`] is the flags of
//! one tenant compiled once: regexes, versions and dates are parsed, and flags stand in an order
//! in which what a flag depends on comes before it. [`Set::evaluate_all`] then answers for one
//! [`Context`], each [`Answer`] with its [`Reason`].
//!
//! Hashing ([`bucket`]) is PostHog's to the bit, so that its client libraries, which evaluate on
//! their own, agree with the server. [`experiment`] says what the variants of a flag did.
//!
//! This crate knows nothing of where flags are kept, of HTTP or of clocks: time is passed in.

mod answer;
pub mod bucket;
mod change;
mod evaluate;
pub mod experiment;
mod flag;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod problem;
pub mod read;
pub mod rule;
mod set;
pub mod write;

pub use answer::{Answer, Reason, ReasonCode};
pub use change::{Change, changes};
pub use evaluate::{Cohorts, Context, Group};
pub use flag::{Aggregation, Bucketing, Condition, Flag, Holdout, Payload, Turn, Variant};
pub use problem::Problem;
pub use rule::{Operator, Rule, Subject};
pub use set::{Set, check};
