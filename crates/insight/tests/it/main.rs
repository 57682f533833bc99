//! Everything about questions that needs more than one part of the crate.
#![expect(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

mod cases;
mod facts_source;
mod generated;
mod kernel_flow;
mod kernel_persons;
mod kernel_site;
mod kernel_trend;
mod kernels;
