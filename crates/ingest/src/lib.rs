//! What happens to an event between its wire shape and the store.
//!
//! A dialect parses its wire shape into [`Draft`]s. [`Pipeline::admit`] runs a literal, ordered
//! list of named steps (`steps.rs`) over each, each of which keeps the draft or gives a reason; decides
//! what is a duplicate ([`dedup`]); appends what is left to the journal as one batch; and returns
//! one [`event::Outcome`] per draft, in order, after the batch is durable. The [`pump`] moves
//! records on from the journal to the store; the [`eraser`] takes persons out of both. The
//! [`tail`] shows events to whoever looks on. [`sessions`] are started and ended by name. This crate
//! knows nothing of HTTP or wire shapes.

mod admit;
mod agent;
mod bell;
mod books;
mod chunk;
mod cookieless;
pub mod dedup;
mod derived;
mod draft;
mod entities;
mod eraser;
mod error;
mod fingerprint;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod ids;
mod pipeline;
mod places;
mod policies;
pub mod pump;
mod referrer;
mod rejected;
mod retention;
mod scene;
pub mod sessions;
mod steps;
pub mod tail;
mod tools;
mod trpc;
mod url;

pub use books::{Books, Ledger};
pub use cookieless::PREFIX as COOKIELESS_PREFIX;
pub use draft::{Connection, Draft, Names, Pages, RawTime, Request, Rules, Withheld};
pub use error::{AdmitError, EraseError, StartError};
pub use journal::Health;
pub use pipeline::{Clock, ClockFn, Pipeline, PipelineConfig, PipelineStatus};
pub use policies::{Policies, Undecided};
pub use pump::{Pump, PumpConfig, PumpStatus};
pub use retention::RetentionConfig;
pub use sessions::{Ended, Session, Sessions, Started};
pub use trpc::TrpcRules;
