//! The log of events.

use super::{Problems, Settings};

/// The journal.
#[derive(Clone, Copy, Debug)]
pub struct JournalConfig {
    /// Bytes of a segment.
    pub segment_bytes: u64,
    /// Bytes that may wait to be written.
    pub queue_bytes_max: u64,
    /// Bytes on disk beyond which no event is taken.
    pub bytes_max: u64,
}

impl JournalConfig {
    pub(super) fn of(settings: &Settings, problems: &mut Problems) -> Self {
        let config = Self {
            segment_bytes: settings.whole("journal.segment_bytes"),
            queue_bytes_max: settings.whole("journal.queue_bytes_max"),
            bytes_max: settings.whole("journal.bytes_max"),
        };
        let body_bytes = settings.whole("limits.body_bytes_max");
        if config.bytes_max < 4 * config.segment_bytes {
            problems.add(
                &settings.get("journal.bytes_max").1,
                format!(
                    "journal.bytes_max is {}, less than four of journal.segment_bytes ({})",
                    config.bytes_max, config.segment_bytes
                ),
            );
        }
        // A stored event is never much larger than the text it came in.
        if config.segment_bytes < body_bytes {
            problems.add(
                &settings.get("journal.segment_bytes").1,
                format!(
                    "journal.segment_bytes is {}, less than limits.body_bytes_max ({body_bytes}): \
                     a large batch would never fit",
                    config.segment_bytes
                ),
            );
        }
        config
    }
}
