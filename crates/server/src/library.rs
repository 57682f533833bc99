//! What people keep, over HTTP: saved questions, dashboards, cohorts, annotations, goals.
//!
//! What all of them share is in `noun.rs`: lists, rights, versions. The file of a noun says what
//! its fields are. Who has a link of somebody else's comes in through `shared.rs`, and gets to
//! nothing but what that link shows.

mod annotations;
mod cohorts;
mod dashboards;
mod goals;
pub(crate) mod members;
pub(crate) mod noun;
mod open;
mod questions;
mod rights;
pub(crate) mod share;
pub(crate) mod shared;

pub(crate) use annotations::Annotations;
pub(crate) use cohorts::Cohorts;
pub(crate) use dashboards::Dashboards;
pub(crate) use goals::Goals;
pub(crate) use questions::Questions;
