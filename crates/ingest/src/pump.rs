//! The pump: moves records from the journal to the store.
//!
//! One thread reads on and applies; a second one flushes, so that events stay visible within
//! milliseconds while a file is being written; a third makes few files of many and removes what is
//! past retention, so that neither waits for that. Whatever fails is tried again; nothing is skipped.
//! A full head makes the pump wait for a flush: events then queue in the journal, on disk, and
//! `pending` in the books grows.

mod batches;
mod compactor;
mod expiry;
mod flusher;
mod latency;
mod step;

use std::{
    sync::{
        Arc, Mutex, OnceLock, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use journal::{Journal, LagBound, Lane};
use store::{ApplyError, Store, rejected::RejectedLog};
use tokio::sync::Notify;

use crate::{
    Clock, Policies, RetentionConfig, StartError, TrpcRules, chunk, dedup::Dedup, entities,
    eraser::Eraser, sessions::Sessions,
};
use compactor::Compactor;
use flusher::Flusher;
use latency::Latency;
use step::Moved;

/// The name under which the pump reads the journal.
pub const READER: &str = "store";

/// How the pump paces itself.
#[derive(Clone, Debug)]
pub struct PumpConfig {
    /// Bytes read from the journal at once.
    pub chunk_bytes: usize,
    /// After a small chunk, wait so long for more before the next one.
    pub gather: Duration,
    /// Flush when the head holds so many bytes.
    pub flush_bytes: u64,
    /// Flush when the oldest event of the head was received so long ago.
    pub flush_age: Duration,
}

impl Default for PumpConfig {
    fn default() -> Self {
        Self {
            chunk_bytes: 4 << 20,
            gather: Duration::from_millis(10),
            flush_bytes: 64 << 20,
            flush_age: Duration::from_secs(60),
        }
    }
}

/// How the pump is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PumpStatus {
    /// Positions in the journal that the store does not have yet.
    pub lag: u64,
    /// Events moved since the start.
    pub moved: u64,
    /// Of them: named an entity that its tenant's list does not have.
    pub unknown_entities: u64,
    /// Flushes since the start.
    pub flushes: u64,
    /// Milliseconds from the receipt of an event until it is in answers: the median of the last
    /// minute, more when the pump is stuck, 0 while nothing comes.
    pub latency_ms: u64,
    /// What failed last and is being tried again; None while all goes well.
    pub trouble: Option<String>,
}

/// The threads. Dropping it stops them without flushing; [`Pump::stop`] drains first.
#[derive(Debug)]
pub struct Pump {
    shared: Arc<Shared>,
    compactor: Compactor,
    eraser: Eraser,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) store: Arc<dyn Store>,
    dedup: Arc<Dedup>,
    pub(crate) beside: Beside,
    config: PumpConfig,
    retention: RetentionConfig,
    trpc: TrpcRules,
    pub(crate) clock: Clock,
    /// Drain, then end.
    stopping: AtomicBool,
    /// End at once.
    dropped: AtomicBool,
    wake: Notify,
    moved: AtomicU64,
    unknown: AtomicU64,
    flushes: AtomicU64,
    latency: Latency,
    trouble: Mutex<[Option<String>; 2]>,
    compactor: Compactor,
}

/// What the threads need beside journal and store.
#[derive(Clone, Debug)]
pub(crate) struct Beside {
    pub(crate) rejected: Arc<RejectedLog>,
    pub(crate) policies: Arc<dyn Policies>,
    /// Open sessions of persons; set when they are known.
    pub(crate) sessions: Arc<OnceLock<Weak<Sessions>>>,
}

/// Whose trouble it is.
#[derive(Clone, Copy)]
enum Part {
    Applying,
    Flushing,
}

/// How long to wait before something that failed is tried again.
const RETRY: Duration = Duration::from_millis(500);
/// Nobody waits for a flush, so on a busy machine those who wait go first. It still gets about a
/// tenth of a core of its own, and all of what is left over.
const FLUSH_NICE: i32 = 10;
/// The pump looks at the age of the head at least so often.
const TICK: Duration = Duration::from_millis(500);
/// A chunk below this is followed by a short wait, so that a trickle does not make tiny runs.
const SMALL_BYTES: usize = 256 << 10;

impl Pump {
    /// Moves everything the journal has to the store, learning its ids, before anything new.
    /// Then starts the threads.
    pub(crate) fn start(
        journal: Arc<dyn Journal>,
        store: Arc<dyn Store>,
        dedup: Arc<Dedup>,
        beside: Beside,
        (config, retention, trpc): (PumpConfig, RetentionConfig, TrpcRules),
        clock: Clock,
    ) -> Result<Self, StartError> {
        let compactor = Compactor::default();
        let shared = Arc::new(Shared {
            compactor: compactor.clone(),
            journal,
            store,
            dedup,
            beside,
            config,
            retention,
            trpc,
            clock,
            stopping: AtomicBool::new(false),
            dropped: AtomicBool::new(false),
            wake: Notify::new(),
            moved: AtomicU64::new(0),
            unknown: AtomicU64::new(0),
            flushes: AtomicU64::new(0),
            latency: Latency::default(),
            trouble: Mutex::default(),
        });
        for lane in shared.data_lanes() {
            shared.catch_up(lane)?;
        }
        let flusher = Flusher::default();
        let spawn = |name: &str, run: Box<dyn FnOnce() + Send>| {
            let thread = std::thread::Builder::new().name(name.into());
            thread.spawn(run).map_err(|e| StartError::System(e.to_string()))
        };
        let (s, f) = (shared.clone(), flusher.clone());
        let flushing = spawn("flush", Box::new(move || f.run(&s)))?;
        let (s, c) = (shared.clone(), compactor.clone());
        let compacting = spawn("compact", Box::new(move || c.run(&s)))?;
        let (s, e) = (shared.clone(), Eraser::default());
        let eraser = e.clone();
        let erasing = spawn("erase", Box::new(move || e.run(&s)))?;
        let s = shared.clone();
        let pumping = spawn("pump", Box::new(move || s.run(&flusher)))?;
        let threads = vec![erasing, pumping, flushing, compacting];
        Ok(Self { shared, compactor, eraser, threads })
    }

    /// How it is doing.
    pub fn status(&self) -> PumpStatus {
        let shared = &self.shared;
        let lag = shared.data_lanes().into_iter().map(|lane| shared.lag(lane)).sum();
        let trouble = shared.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        PumpStatus {
            lag,
            moved: shared.moved.load(Ordering::Relaxed),
            unknown_entities: shared.unknown.load(Ordering::Relaxed),
            flushes: shared.flushes.load(Ordering::Relaxed),
            latency_ms: shared.latency.median_ms((shared.clock)()),
            trouble: trouble.iter().flatten().next().cloned(),
        }
    }

    /// A person is to be erased; the store has a note of it.
    pub(crate) fn erase(&self) {
        self.eraser.bell.request();
    }

    /// Makes few files of many now, in the background.
    pub(crate) fn compact(&self) {
        self.compactor.bell.request();
    }

    /// Moves what the journal has durable, flushes, and ends the threads. What cannot be moved
    /// stays in the journal and is moved at the next start.
    pub fn stop(mut self) {
        self.compactor.bell.end();
        self.eraser.bell.end();
        self.shared.stopping.store(true, Ordering::Release);
        self.shared.wake.notify_one();
        self.join();
    }

    fn join(&mut self) {
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread of the pump panicked");
            }
        }
    }
}

impl Drop for Pump {
    fn drop(&mut self) {
        self.compactor.bell.end();
        self.eraser.bell.end();
        self.shared.dropped.store(true, Ordering::Release);
        self.shared.stopping.store(true, Ordering::Release);
        self.shared.wake.notify_one();
        self.join();
    }
}

/// Lowers the priority of the calling thread; without the right to, all stays as it is.
fn give_way(nice: i32) {
    // On Linux a thread has a priority of its own, under its thread id.
    let thread = rustix::thread::gettid();
    if let Err(error) = rustix::process::setpriority_process(Some(thread), nice) {
        tracing::debug!(%error, "cannot lower the priority of a thread");
    }
}

impl Shared {
    pub(crate) fn data_lanes(&self) -> Vec<Lane> {
        self.journal.lanes().into_iter().filter(|lane| *lane != Lane::CONTROL).collect()
    }

    fn lag(&self, lane: Lane) -> u64 {
        self.journal.durable_end(lane).saturating_sub(self.store.next_position(lane.0))
    }

    /// At start: everything durable in the journal is applied before the first new event.
    fn catch_up(&self, lane: Lane) -> Result<(), StartError> {
        let end = self.journal.durable_end(lane);
        let taken = self.store.durable_position(lane.0);
        if end < taken {
            return Err(StartError::JournalBehind { lane, end, taken });
        }
        self.journal.register(READER, lane, taken, LagBound::NONE);
        while self.store.next_position(lane.0) < end {
            let from = self.store.next_position(lane.0);
            let records = self.journal.read(lane, from, self.config.chunk_bytes)?;
            if records.next <= from {
                break;
            }
            let mut chunk = chunk::chunk(lane, from, records);
            entities::check(&mut chunk, &*self.beside.policies);
            chunk::learn(&chunk, &*self.store, &self.dedup);
            match self.store.apply(chunk.clone()) {
                Ok(()) => {}
                Err(ApplyError::HeadFull { .. }) => {
                    self.flush()?;
                    self.store.apply(chunk)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn run(&self, flusher: &Flusher) {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_time().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                self.troubled(Part::Applying, Some(error.to_string()));
                return;
            }
        };
        let lanes = self.data_lanes();
        while !self.dropped.load(Ordering::Acquire) {
            let mut moved = Moved::default();
            lanes.iter().for_each(|lane| moved.add(self.step(*lane, flusher)));
            let behind = lanes.iter().any(|lane| self.lag(*lane) > 0);
            if self.stopping.load(Ordering::Acquire) && (!behind || moved.bytes == 0) {
                break;
            }
            self.flush_when_due(flusher);
            let gather = self.config.gather;
            match moved.bytes {
                0 => runtime.block_on(self.idle(&lanes)),
                1..SMALL_BYTES => {
                    runtime
                        .block_on(self.pause(moved.wait.map_or(gather, |wait| wait.min(gather))));
                }
                _ => {}
            }
        }
        if !self.dropped.load(Ordering::Acquire) && self.store.head().rows > 0 {
            flusher.request_and_wait();
        }
        flusher.end();
    }

    fn flush_when_due(&self, flusher: &Flusher) {
        let head = self.store.head();
        let age = |at: event::Timestamp| (self.clock)().0.saturating_sub(at.0);
        let old = head.oldest.is_some_and(|at| age(at) >= self.config.flush_age.as_millis() as i64);
        if head.bytes >= self.config.flush_bytes || old {
            flusher.request();
        }
    }

    /// A flush that nobody waits for gives way to requests. One that is needed to keep up does
    /// not: taking events faster than they can be stored would only move the queue.
    fn flush_politely(&self) -> Result<(), store::FlushError> {
        if self.store.head().bytes >= 2 * self.config.flush_bytes {
            return self.flush();
        }
        // A thread of its own each time: a priority once given up cannot be had back.
        std::thread::scope(|scope| {
            let polite = std::thread::Builder::new().name("flush-nice".into());
            let flush = || {
                give_way(FLUSH_NICE);
                self.flush()
            };
            match polite.spawn_scoped(scope, flush) {
                Ok(thread) => {
                    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                }
                Err(_) => self.flush(),
            }
        })
    }

    /// Makes the head durable, lets the journal go and the ids be forgotten here.
    fn flush(&self) -> Result<(), store::FlushError> {
        let flushed = self.store.flush()?;
        self.flushed(&flushed);
        Ok(())
    }

    /// What is durable in the store is needed nowhere else.
    pub(crate) fn flushed(&self, flushed: &store::Flushed) {
        self.flushes.fetch_add(1, Ordering::Relaxed);
        self.compactor.bell.request();
        self.dedup.settle(&flushed.ids);
        for (lane, position) in &flushed.positions {
            let lane = Lane(*lane);
            self.journal.advance(READER, lane, *position);
            if let Err(error) = self.journal.trim(lane) {
                // The records stay a little longer; the next flush trims again.
                tracing::warn!(%error, "cannot trim the journal");
            }
        }
    }

    async fn idle(&self, lanes: &[Lane]) {
        let beyond = |lane: &Lane| self.store.next_position(lane.0);
        match lanes {
            [lane] => tokio::select! {
                () = self.journal.wait(*lane, beyond(lane)) => {
                    // A failed read must not spin: what is there is tried again after a while.
                    if self.in_trouble() { self.pause(RETRY).await; }
                }
                () = self.pause(TICK) => {}
            },
            _ => self.pause(self.config.gather).await,
        }
    }

    async fn pause(&self, time: Duration) {
        if !self.stopping.load(Ordering::Acquire) {
            let _ = tokio::time::timeout(time, self.wake.notified()).await;
        }
    }

    fn in_trouble(&self) -> bool {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)[0].is_some()
    }

    fn troubled(&self, part: Part, trouble: Option<String>) {
        let mut all = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let known = &mut all[part as usize];
        if let Some(trouble) = trouble.as_ref().filter(|new| known.as_ref() != Some(new)) {
            tracing::error!("the pump is stuck and tries again: {trouble}");
        }
        *known = trouble;
    }
}
