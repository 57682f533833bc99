//! What the embedded journal is told when it is opened.

use std::{fmt, sync::Arc, time::Duration};

use disk::Poison;

use crate::{Lane, Position};

/// Gives the wall clock, milliseconds UTC.
pub type ClockMs = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The settings of a [`FileJournal`](super::FileJournal).
#[derive(Clone)]
pub struct FileJournalConfig {
    /// Bytes of a data segment, reserved when it is made. Also bounds one batch.
    pub segment_bytes: u64,
    /// Bytes of a control segment.
    pub control_segment_bytes: u64,
    /// Bytes that may wait for their commit, per lane; beyond it batches are refused.
    pub queue_bytes: u64,
    /// A group commit takes no further batch beyond these bytes.
    pub group_bytes: usize,
    /// After this long without a batch the last one is protected by a mark.
    pub idle_mark: Duration,
    /// Counters without records are written after this long.
    pub note_delay: Duration,
    /// How often a journal that waits for disk space looks for it.
    pub probe_delay: Duration,
    /// What readers outside know to have been durable: a lane that ends below is damaged.
    pub known_durable: Vec<(Lane, Position)>,
    /// Set when an fsync fails; may be shared with the rest of the process.
    pub poison: Poison,
    /// The wall clock; batches carry it, and readers are let go by it.
    pub clock_ms: ClockMs,
}

impl FileJournalConfig {
    /// The defaults, with a clock.
    pub fn new(clock_ms: ClockMs) -> Self {
        Self {
            segment_bytes: 64 << 20,
            control_segment_bytes: 4 << 20,
            queue_bytes: 64 << 20,
            group_bytes: 1 << 20,
            idle_mark: Duration::from_millis(50),
            note_delay: Duration::from_millis(500),
            probe_delay: Duration::from_millis(500),
            known_durable: Vec::new(),
            poison: Poison::new(),
            clock_ms,
        }
    }

    pub(crate) fn segment_bytes_of(&self, lane: Lane) -> u64 {
        if lane == Lane::CONTROL { self.control_segment_bytes } else { self.segment_bytes }
    }

    pub(crate) fn known_durable_of(&self, lane: Lane) -> Position {
        let known = self.known_durable.iter().filter(|(known, _)| *known == lane);
        known.map(|(_, position)| *position).max().unwrap_or(0)
    }
}

impl fmt::Debug for FileJournalConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileJournalConfig")
            .field("segment_bytes", &self.segment_bytes)
            .field("control_segment_bytes", &self.control_segment_bytes)
            .field("queue_bytes", &self.queue_bytes)
            .field("known_durable", &self.known_durable)
            .finish_non_exhaustive()
    }
}
