//! The parts, opened as the configuration says; what `serve`, `demo` and `doctor` share.

use std::sync::Arc;

use anyhow::{Context, Result};
use catalog::{Catalog, FirstStart};
use disk::{DataDir, DataLock, RealFs, SharedFs};
use event::{TenantId, Timestamp};
use ingest::{Pipeline, PipelineConfig, Policies, PumpConfig};
use journal::{
    Lane,
    file::{FileJournal, FileJournalConfig},
};
use store::{
    IdHash, IdKind, Store,
    local::{LocalConfig, LocalStore},
    rejected::RejectedLog,
};

use crate::config::Config;

/// The wall clock, read here and nowhere below.
pub(crate) fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}

/// The file system of the machine.
pub(crate) fn file_system() -> SharedFs {
    Arc::new(RealFs)
}

/// The data folder, ours alone until the lock is dropped.
pub(crate) fn lock(dir: &DataDir) -> Result<DataLock> {
    let lock = DataLock::take(dir)?;
    tracing::info!(data.dir = %dir.root().display(), "locked the data folder");
    Ok(lock)
}

/// Tenants and keys; the keys of a first start are known only now.
pub(crate) fn open_catalog(config: &Config) -> Result<(Catalog, Option<FirstStart>)> {
    let opened = Catalog::open(&config.data.dir.catalog(), Arc::new(now));
    let (catalog, first_start) = opened.context("cannot open the catalog")?;
    tracing::info!(tenants = catalog.tenants().len(), "opened the catalog");
    Ok((catalog, first_start))
}

/// The event store, and per lane how far it is durable.
pub(crate) fn open_store(config: &Config) -> Result<(LocalStore, Vec<(Lane, u64)>)> {
    let mut local = LocalConfig {
        head_bytes_max: config.store.head_bytes_max,
        zstd_level: config.store.zstd_level,
        column_bytes_max: config.store.column_bytes_max,
        question_bytes_max: config.query.bytes_max,
        dedup_window_ms: config.ingest.dedup_window.as_millis() as i64,
        questions_max: config.query.concurrent_max,
        ..LocalConfig::default()
    };
    if let Some(threads) = config.query.threads {
        local.query_threads = threads;
    }
    let opened = LocalStore::open(file_system(), config.data.dir.clone(), local);
    let (store, found) = opened.context("cannot open the event store")?;
    tracing::info!(events = found.rows, files = found.files, "opened the event store");
    for path in &found.quarantined {
        tracing::warn!(path = %path.display(), "moved a file nothing lists to quarantine");
    }
    Ok((store, found.positions.iter().map(|(lane, position)| (Lane(*lane), *position)).collect()))
}

/// Tells a data folder from others, whoever opens it: 8 digits made of the store's own key.
pub(crate) fn folder(store: &dyn Store) -> String {
    let IdHash(hash) = store.id_hash(&TenantId::default_tenant(), IdKind::Event, b"folder");
    format!("{:08x}", hash as u32)
}

/// The journal; it must reach at least to what the store has taken from it.
pub(crate) fn open_journal(config: &Config, taken: Vec<(Lane, u64)>) -> Result<FileJournal> {
    let settings = FileJournalConfig {
        segment_bytes: config.journal.segment_bytes,
        queue_bytes: config.journal.queue_bytes_max,
        known_durable: taken,
        ..FileJournalConfig::new(Arc::new(|| now().0.max(0) as u64))
    };
    let opened = FileJournal::open(file_system(), &config.data.dir, settings);
    let (journal, found) = opened.context("cannot open the journal")?;
    for lane in &found.lanes {
        tracing::info!(
            lane = %lane.lane, low = lane.low, end = lane.end, segments = lane.segments,
            "opened a lane of the journal"
        );
        if let Some(cut) = &lane.cut {
            tracing::info!(
                path = %cut.path.display(), offset = cut.offset, problem = cut.problem,
                "cut off a write that a crash had interrupted; none of it was acknowledged"
            );
        }
    }
    Ok(journal)
}

/// The pipeline over both, caught up; it asks `policies` how events are to be taken.
pub(crate) fn start_pipeline(
    config: &Config,
    policies: Arc<dyn Policies>,
    journal: FileJournal,
    store: LocalStore,
) -> Result<Pipeline> {
    let settings = PipelineConfig {
        limits: config.limits.clone(),
        journal_bytes_max: config.journal.bytes_max,
        dedup_window_ms: config.ingest.dedup_window.as_millis() as i64,
        trpc: config.ingest.trpc,
        retention: config.store.retention,
        geoip_file: config.ingest.geoip_file.clone(),
        pump: PumpConfig {
            flush_bytes: config.ingest.flush_bytes,
            flush_age: config.ingest.flush_age,
            ..PumpConfig::default()
        },
    };
    let rejected = RejectedLog::open(&config.data.dir.rejected(), config.ingest.rejected);
    let rejected = Arc::new(rejected.context("cannot open the rejected-events log")?);
    let (journal, store) = (Arc::new(journal), Arc::new(store));
    let started = Pipeline::start(journal, store, policies, rejected, settings, Arc::new(now));
    let pipeline = started.context("cannot start the pipeline")?;
    tracing::info!(events = pipeline.store().status().rows, "started the pipeline");
    Ok(pipeline)
}
