//! How questions are answered.

use std::time::Duration;

use super::Settings;

/// Questions.
#[derive(Clone, Copy, Debug)]
pub struct QueryConfig {
    /// Threads that answer; None for one per core.
    pub threads: Option<usize>,
    /// Questions at the same time.
    pub concurrent_max: usize,
    /// Bytes of columns one question may look at at once.
    pub bytes_max: u64,
    /// For one answer.
    pub timeout: Duration,
}

impl QueryConfig {
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            threads: Some(settings.size("query.threads")).filter(|threads| *threads > 0),
            concurrent_max: settings.size("query.concurrent_max"),
            bytes_max: settings.whole("query.bytes_max"),
            timeout: Duration::from_millis(settings.whole("query.timeout_ms")),
        }
    }
}
