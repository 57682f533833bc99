//! Configuration: one table of options ([`table`]), read in layers ([`layers`]), given to each
//! part as its own small struct.
//!
//! An option exists once, as a line of the table; its default, its parsing, its environment
//! variable, `trackflow config` and `docs/config.md` all follow from that line. All problems are
//! reported together, before anything is opened.

mod auth;
mod capture;
mod data;
mod http;
mod ingest;
mod journal;
mod layers;
mod limits;
mod listen;
mod log;
mod problems;
mod query;
mod render;
mod service;
mod setting;
mod store;
mod table;
mod trpc;

pub use self::{
    data::DataConfig,
    http::HttpConfig,
    ingest::IngestConfig,
    journal::JournalConfig,
    layers::{Settings, Sources},
    listen::{Listen, url_of},
    log::{LogConfig, LogFormat},
    problems::Problems,
    query::QueryConfig,
    render::{reference, resolved},
    store::StoreConfig,
};

/// What every part is told, one small struct each.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where everything is kept.
    pub data: DataConfig,
    /// Listening and answering.
    pub http: HttpConfig,
    /// Bounds of events and requests.
    pub limits: event::Limits,
    /// Who may send events.
    pub capture: server::CaptureConfig,
    /// Events over tRPC.
    pub trpc: server::TrpcConfig,
    /// Events of the analytics service.
    pub service: server::ServiceConfig,
    /// Tokens of another log-in.
    pub tokens: server::Tokens,
    /// Duplicates and the way to the store.
    pub ingest: IngestConfig,
    /// The log of events.
    pub journal: JournalConfig,
    /// The event store.
    pub store: StoreConfig,
    /// Answering questions.
    pub query: QueryConfig,
    /// What is told to the operator.
    pub log: LogConfig,
}

impl Config {
    /// Reads all layers and checks what depends on more than one option.
    pub fn load(sources: &Sources) -> Result<Self, Problems> {
        Self::of(&Settings::load(sources)?)
    }

    /// From settings that were read before.
    pub fn of(settings: &Settings) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let config = Self {
            data: DataConfig::of(settings, &mut problems),
            http: HttpConfig::of(settings),
            limits: limits::limits(settings, &mut problems),
            capture: capture::capture(settings, &mut problems),
            trpc: trpc::trpc(settings),
            service: service::service(settings, &mut problems),
            tokens: auth::tokens(settings, &mut problems),
            ingest: IngestConfig::of(settings),
            journal: JournalConfig::of(settings, &mut problems),
            store: StoreConfig::of(settings, &mut problems),
            query: QueryConfig::of(settings),
            log: LogConfig::of(settings, &mut problems),
        };
        problems.none().map(|()| config)
    }
}

#[cfg(test)]
mod tests;
