//! Everything about questions that needs more than one part of the crate.

mod cases;
mod generated;
