//! What handlers share, and how it is configured.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use catalog::{Catalog, Clock};
use event::{Code, Timestamp};
use ingest::Pipeline;
use metrics::Counter;
use tokio::sync::Semaphore;

use crate::{
    auth::{attempts::Attempts, token::Tokens},
    jobs::Jobs,
    live::{Streams, Visitors},
    metrics::Metrics,
    page::Pages,
    proxies::Network,
    report::Figures,
    throttle::Throttle,
};

/// The parts the server stands on.
#[derive(Clone)]
pub struct Parts {
    /// Takes events.
    pub pipeline: Pipeline,
    /// Knows keys.
    pub catalog: Arc<Catalog>,
    /// Runs what is done again and again.
    pub jobs: Arc<dyn Jobs>,
    /// Counts requests; shared with whoever else counts.
    pub metrics: Arc<Metrics>,
    /// The wall clock.
    pub clock: Clock,
    /// Random; makes request ids of this process differ from those of others.
    pub seed: u64,
    /// The name of the store's backend, told with every answer.
    pub backend: &'static str,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts").field("backend", &self.backend).finish_non_exhaustive()
    }
}

/// All settings of the server.
#[derive(Clone, Debug, Default)]
pub struct ServerConfig {
    /// How events are taken.
    pub capture: CaptureConfig,
    /// How events over tRPC are taken.
    pub trpc: TrpcConfig,
    /// How events of the analytics service are taken.
    pub service: ServiceConfig,
    /// How questions are answered.
    pub query: QueryConfig,
    /// Bounds of connections and bodies.
    pub limits: LimitsConfig,
    /// Which tokens of another log-in are believed.
    pub tokens: Tokens,
    /// Origins whose pages may read, e.g. `https://app.example.com`. Capture takes any origin.
    pub origins: Vec<String>,
    /// Proxies whose word is taken for the address of a client.
    pub trusted_proxies: Vec<Network>,
}

/// How events are taken.
#[derive(Clone, Debug, Default)]
pub struct CaptureConfig {
    /// What becomes of events that come without a key.
    pub keyless: Keyless,
    /// One more path at which the browser tracker's events are taken, one that lists of blockers do
    /// not know; see [`crate::router::is_taken`].
    pub tracker_path: Option<String>,
    /// One more path at which the tracker's script is.
    pub script_path: Option<String>,
}

/// How events of the analytics service are taken.
#[derive(Clone, Debug, Default)]
pub struct ServiceConfig {
    /// Since when its schema 1.1.0 is there; None where 1.0.0 is as good.
    pub schema_1_1_0_since: Option<Timestamp>,
    /// Whether everyone may read the default tenant by the service's reports.
    pub public_reads: bool,
}

/// How events over tRPC are taken; what becomes of them then is up to the pipeline.
#[derive(Clone, Debug, Default)]
pub struct TrpcConfig {
    /// Whether calls that do not tell by their input are answered as superjson packs.
    pub superjson: bool,
}

/// What becomes of events that come without a key, on routes that are public.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keyless {
    /// They go to the default tenant.
    #[default]
    Default,
    /// They are refused with 401.
    Refuse,
}

/// How questions are answered.
#[derive(Clone, Debug)]
pub struct QueryConfig {
    /// How long an answer may take.
    pub timeout: Duration,
    /// Questions answered at the same time; further ones get 503.
    pub concurrent: usize,
    /// Bytes of a question.
    pub body_bytes_max: usize,
}

impl Default for QueryConfig {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(30), concurrent: 8, body_bytes_max: 1024 * 1024 }
    }
}

/// Bounds of connections and bodies. How large a body may be is part of the pipeline's limits.
#[derive(Clone, Debug)]
pub struct LimitsConfig {
    /// Open connections; further ones wait in the system's queue.
    pub connections: usize,
    /// How long the headers of a request may take, and how long an idle connection is kept.
    pub header_timeout: Duration,
    /// How long the body of a request may take.
    pub body_timeout: Duration,
    /// Bytes of all bodies above 64 KB together; further ones get 503.
    pub bodies_bytes: usize,
    /// Live streams open at the same time; further ones get 503.
    pub live_streams: usize,
    /// How long requests in flight may take to finish when the server stops.
    pub grace: Duration,
    /// Requests with events of one key in a second, twice that at once; 0 for no bound.
    pub requests_per_second_per_key: u32,
    /// The same of one address.
    pub requests_per_second_per_address: u32,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            connections: 4_096,
            header_timeout: Duration::from_secs(60),
            body_timeout: Duration::from_secs(30),
            bodies_bytes: 256 * 1024 * 1024,
            live_streams: 1_000,
            grace: Duration::from_secs(20),
            requests_per_second_per_key: 0,
            requests_per_second_per_address: 0,
        }
    }
}

/// What handlers share; a clone is the same.
#[derive(Clone)]
pub(crate) struct AppState(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) parts: Parts,
    pub(crate) config: ServerConfig,
    /// Kilobytes of large bodies that may still be read.
    pub(crate) body_budget: Arc<Semaphore>,
    pub(crate) question_slots: Arc<Semaphore>,
    pub(crate) key_rate: Throttle,
    pub(crate) address_rate: Throttle,
    /// Requests of one link that shows something to others.
    pub(crate) share_rate: Throttle,
    pub(crate) started: Instant,
    /// How fast events come.
    pub(crate) figures: Figures,
    /// Attempts to log in.
    pub(crate) attempts: Attempts,
    pub(crate) streams: Streams,
    pub(crate) visitors: Visitors,
    stopping: AtomicBool,
    requests: AtomicU64,
    pub(crate) pages: Pages,
    /// Per code, in the order of the table.
    rejected: Vec<Counter>,
}

/// Questions that are answered or wait for it, per place; the store lets them in.
pub(crate) const QUESTIONS_OPEN_PER_PLACE: usize = 32;

/// Requests of one link in a second, twice that at once: a page of tiles, and some who look.
const SHARE_REQUESTS_PER_SECOND: u32 = 50;

impl AppState {
    pub(crate) fn new(parts: Parts, config: ServerConfig) -> Self {
        Self(Arc::new(Shared {
            body_budget: Arc::new(Semaphore::new(config.limits.bodies_bytes / 1024)),
            question_slots: Arc::new(Semaphore::new(
                config.query.concurrent * QUESTIONS_OPEN_PER_PLACE,
            )),
            key_rate: Throttle::new(config.limits.requests_per_second_per_key),
            address_rate: Throttle::new(config.limits.requests_per_second_per_address),
            share_rate: Throttle::new(SHARE_REQUESTS_PER_SECOND),
            started: Instant::now(),
            figures: Figures::default(),
            attempts: Attempts::default(),
            streams: Streams::new(config.limits.live_streams),
            visitors: Visitors::default(),
            stopping: AtomicBool::new(false),
            requests: AtomicU64::new(0),
            pages: Pages::new(),
            rejected: parts.metrics.rejections(),
            parts,
            config,
        }))
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.parts.clock)()
    }

    pub(crate) fn count_rejected(&self, code: Code) {
        if let Some(counter) = self.rejected.get(code as usize) {
            counter.increment(1);
        }
    }

    /// From now on we are not ready, and nobody is told of events any more.
    pub(crate) fn stop(&self) {
        self.streams.stop();
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// A number no request of this process had before, spread over all bits.
    pub(crate) fn next_request(&self) -> u64 {
        let count = self.requests.fetch_add(1, Ordering::Relaxed);
        let mut bits = self.parts.seed.wrapping_add(count.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }
}

impl std::ops::Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
