//! One lane: what its writer, its readers and its keepers share.

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc, Mutex, RwLock,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
};

use disk::{LaneDir, SharedFs};
use tokio::sync::Notify;

use crate::{
    Lane, Position,
    file::{
        config::FileJournalConfig,
        locked::{lock, read_lock, write_lock},
        queue::Queue,
        retention::Reader,
        segment::Segment,
    },
};

/// The state of one lane.
#[derive(Debug)]
pub(crate) struct LaneState {
    pub(crate) lane: Lane,
    pub(crate) dir: LaneDir,
    pub(crate) fs: SharedFs,
    pub(crate) config: FileJournalConfig,
    pub(crate) queue: Queue,
    /// Ascending and never empty once something was written. The last one may be written to.
    segments: RwLock<Vec<Arc<Segment>>>,
    durable_end: AtomicU64,
    advanced: Notify,
    blocked: Mutex<Option<String>>,
    pub(crate) readers: Mutex<HashMap<String, Reader>>,
    /// Held while segments are removed or rewritten.
    pub(crate) keeping: Mutex<()>,
}

impl LaneState {
    pub(crate) fn new(
        lane: Lane,
        dir: LaneDir,
        fs: SharedFs,
        config: FileJournalConfig,
        segments: Vec<Arc<Segment>>,
    ) -> Self {
        let end = segments.last().map_or(0, |segment| segment.end().position);
        let batch_bytes_max = super::writer::batch_bytes_max(config.segment_bytes_of(lane));
        Self {
            queue: Queue::new(config.queue_bytes, config.group_bytes, batch_bytes_max),
            lane,
            dir,
            fs,
            config,
            segments: RwLock::new(segments),
            durable_end: AtomicU64::new(end),
            advanced: Notify::new(),
            blocked: Mutex::new(None),
            readers: Mutex::new(HashMap::new()),
            keeping: Mutex::new(()),
        }
    }

    pub(crate) fn durable_end(&self) -> Position {
        self.durable_end.load(Ordering::Acquire)
    }

    /// Records below `end` may be read from now on.
    pub(crate) fn advance_to(&self, end: Position) {
        self.durable_end.store(end, Ordering::Release);
        self.advanced.notify_waiters();
    }

    /// Ends when `durable_end` is above `beyond`.
    pub(crate) async fn wait(&self, beyond: Position) {
        loop {
            let advanced = self.advanced.notified();
            if self.durable_end() > beyond {
                return;
            }
            advanced.await;
        }
    }

    pub(crate) fn low(&self) -> Position {
        read_lock(&self.segments).first().map_or(0, |segment| segment.first)
    }

    pub(crate) fn segments(&self) -> Vec<Arc<Segment>> {
        read_lock(&self.segments).clone()
    }

    /// The segment that holds `position`: the last one that starts at or below it.
    pub(crate) fn segment_of(&self, position: Position) -> Option<Arc<Segment>> {
        let segments = read_lock(&self.segments);
        let above = segments.partition_point(|segment| segment.first <= position);
        above.checked_sub(1).map(|at| segments[at].clone())
    }

    pub(crate) fn add_segment(&self, segment: Arc<Segment>) {
        let mut segments = write_lock(&self.segments);
        // A segment without a record is replaced by one of the same name, never kept beside it.
        segments.retain(|known| known.first != segment.first);
        segments.push(segment);
    }

    pub(crate) fn drop_oldest(&self) {
        let mut segments = write_lock(&self.segments);
        assert!(segments.len() > 1, "the last segment holds the end of the lane");
        segments.remove(0);
    }

    pub(crate) fn stored_bytes(&self) -> u64 {
        let segments = read_lock(&self.segments);
        segments.iter().map(|segment| segment.file_bytes.load(Ordering::Relaxed)).sum()
    }

    /// Says why writing does not go on now, or that it does.
    pub(crate) fn set_blocked(&self, reason: Option<String>) {
        *lock(&self.blocked) = reason;
    }

    pub(crate) fn blocked(&self) -> Option<String> {
        lock(&self.blocked).clone()
    }

    /// Has the writer seal the active segment, so that it can be rewritten.
    pub(crate) fn seal_active(&self) -> io::Result<()> {
        let (reply, sealed) = mpsc::sync_channel(1);
        self.queue.seal(reply);
        sealed.recv().unwrap_or_else(|_| Err(io::Error::other("the journal is closed")))
    }
}
