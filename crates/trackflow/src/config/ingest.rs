//! Duplicates and the way to the store.

use std::{path::PathBuf, time::Duration};

use ingest::TrpcRules;
use store::rejected::RejectedConfig;

use super::{Settings, trpc};

/// Ingestion.
#[derive(Clone, Debug)]
pub struct IngestConfig {
    /// How long the same id is the same event.
    pub dedup_window: Duration,
    /// How events over tRPC are moved on and told apart.
    pub trpc: TrpcRules,
    /// Bytes in memory that ask for a flush.
    pub flush_bytes: u64,
    /// How many refused events are kept.
    pub rejected: RejectedConfig,
    /// Age of the oldest event in memory that asks for a flush.
    pub flush_age: Duration,
    /// A file in MaxMind's format that tells where addresses are.
    pub geoip_file: Option<PathBuf>,
}

impl IngestConfig {
    pub(super) fn of(settings: &Settings) -> Self {
        let geoip_file = settings.text("capture.geoip_file");
        Self {
            geoip_file: (!geoip_file.is_empty()).then(|| geoip_file.into()),
            dedup_window: Duration::from_secs(settings.whole("ingest.dedup_window_seconds")),
            trpc: trpc::rules(settings),
            flush_bytes: settings.whole("ingest.flush_bytes"),
            rejected: RejectedConfig {
                entries_max: settings.whole("ingest.rejected_events_max"),
                bytes_max: settings.whole("ingest.rejected_bytes_max"),
                ..RejectedConfig::default()
            },
            flush_age: Duration::from_secs(settings.whole("ingest.flush_seconds")),
        }
    }
}
