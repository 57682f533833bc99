//! The event store.

use ::ingest::RetentionConfig;

use super::{Problems, Settings};

/// The store.
#[derive(Clone, Copy, Debug)]
pub struct StoreConfig {
    /// Bytes of events in memory.
    pub head_bytes_max: u64,
    /// Compression on disk.
    pub zstd_level: i32,
    /// How long events are kept.
    pub retention: RetentionConfig,
    /// Bytes of columns in memory.
    pub column_bytes_max: usize,
}

impl StoreConfig {
    pub(super) fn of(settings: &Settings, problems: &mut Problems) -> Self {
        let days = settings.whole("store.retention_days") as u32;
        let config = Self {
            head_bytes_max: settings.whole("store.head_bytes_max"),
            zstd_level: settings.whole("store.zstd_level") as i32,
            retention: RetentionConfig { days: (days > 0).then_some(days) },
            column_bytes_max: settings.whole("store.column_bytes_max") as usize,
        };
        let flush_bytes = settings.whole("ingest.flush_bytes");
        if flush_bytes > config.head_bytes_max {
            problems.add(
                &settings.get("ingest.flush_bytes").1,
                format!(
                    "ingest.flush_bytes is {flush_bytes}, more than store.head_bytes_max ({})",
                    config.head_bytes_max
                ),
            );
        }
        config
    }
}
