//! Duplicates and the way to the store.

use std::time::Duration;

use store::rejected::RejectedConfig;

use super::Settings;

/// Ingestion.
#[derive(Clone, Copy, Debug)]
pub struct IngestConfig {
    /// How long the same id is the same event.
    pub dedup_window: Duration,
    /// Bytes in memory that ask for a flush.
    pub flush_bytes: u64,
    /// How many refused events are kept.
    pub rejected: RejectedConfig,
    /// Age of the oldest event in memory that asks for a flush.
    pub flush_age: Duration,
}

impl IngestConfig {
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            dedup_window: Duration::from_secs(settings.whole("ingest.dedup_window_seconds")),
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
