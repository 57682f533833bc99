//! HTTP: every wire shape of TrackFlow, and nothing else.
//!
//! [`router`] is the one map of all routes. A request passes through [`App::handle`] (request id,
//! CORS, panics, metrics, access log) to the handler of its route: `capture/<dialect>` parses a
//! body into drafts and writes the outcomes in the dialect's own shape, `query` reads a question
//! and writes its answer, `library` looks after what people keep, `live` tells of events as they come, `privacy` erases
//! persons, the rest tells how we are. Handlers decide
//! nothing about events: that is `ingest`. Nothing here knows which journal and which backend run.
//!
//! A refusal is a [`Problem`] with a code of the one table in `error`; each dialect wraps it. What
//! comes in is bounded before it is held: connections, header time, body time, body bytes before
//! and after decompression, and the bytes of all large bodies together.

mod account;
mod admin;
mod app;
mod auth;
mod capture;
mod connection;
mod cors;
mod decode;
mod error;
mod experiments;
mod extract;
mod flags;
mod form;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod health;
mod jobs;
mod library;
mod live;
mod metrics;
mod openapi;
mod page;
mod privacy;
mod proxies;
mod query;
mod reply;
mod report;
pub mod router;
mod run;
mod state;
mod throttle;
mod tracker;
mod web;

pub use app::App;
pub use auth::token::Tokens;
pub use error::{CODES, CodeInfo, Problem};
pub use jobs::{JobState, Jobs};
pub use metrics::{METRICS, MetricInfo, Metrics};
pub use openapi::{document, operations};
pub use proxies::Network;
pub use run::run;
pub use state::{
    CaptureConfig, Keyless, LimitsConfig, Parts, QueryConfig, ServerConfig, ServiceConfig,
    TrpcConfig,
};
pub use web::has_dashboard;
