//! What happens to an event between its wire shape and the store.
//!
//! A dialect parses its wire shape into [`Draft`]s. [`Pipeline::admit`] runs a literal, ordered
//! list of named [`steps`] over each, each of which keeps the draft or gives a reason; decides
//! what is a duplicate ([`dedup`]); appends what is left to the journal as one batch; and returns
//! one [`event::Outcome`] per draft, in order, after the batch is durable. The [`pump`] moves
//! records on from the journal to the store; the [`eraser`] takes persons out of both. This crate knows nothing of HTTP or wire shapes.

mod admit;
mod bell;
mod books;
mod chunk;
pub mod dedup;
mod draft;
mod eraser;
mod error;
mod ids;
mod pipeline;
pub mod pump;
mod rejected;
mod retention;
pub mod steps;

pub use books::{Books, Ledger};
pub use draft::{Connection, Draft, Names, RawTime, Request, Rules, Withheld};
pub use error::{AdmitError, EraseError, StartError};
pub use journal::Health;
pub use pipeline::{Clock, ClockFn, Pipeline, PipelineConfig, PipelineStatus};
pub use pump::{Pump, PumpConfig, PumpStatus};
pub use retention::RetentionConfig;
