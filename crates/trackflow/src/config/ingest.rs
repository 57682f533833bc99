//! Duplicates and the way to the store.

use std::time::Duration;

use super::Settings;

/// Ingestion.
#[derive(Clone, Copy, Debug)]
pub struct IngestConfig {
    /// How long the same id is the same event.
    pub dedup_window: Duration,
    /// Bytes in memory that ask for a flush.
    pub flush_bytes: u64,
    /// Age of the oldest event in memory that asks for a flush.
    pub flush_age: Duration,
}

impl IngestConfig {
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            dedup_window: Duration::from_secs(settings.whole("ingest.dedup_window_seconds")),
            flush_bytes: settings.whole("ingest.flush_bytes"),
            flush_age: Duration::from_secs(settings.whole("ingest.flush_seconds")),
        }
    }
}
