//! A segment as readers and keepers see it: its file, how far it may be read, and where batches
//! stand in it.

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc, Mutex, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use disk::File;

use crate::{
    Position,
    file::{
        header::SEGMENT_HEADER_BYTES,
        locked::{lock, read_lock, write_lock},
        record::{BATCH_HEADER_BYTES, BatchHeader},
        scan::Scan,
    },
};

/// One entry of the index is kept per this many bytes.
const INDEX_STRIDE_BYTES: u64 = 64 << 10;
/// How many places readers stopped at are remembered.
const HINTS: usize = 8;
/// Read at once while headers are walked.
const WALK_BYTES: usize = 64 << 10;

/// A batch starts with this position at this byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) position: Position,
    pub(crate) offset: u64,
}

/// A segment that readers may hold while the writer adds to it, or while it is replaced.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) first: Position,
    pub(crate) salt: u64,
    pub(crate) path: PathBuf,
    file: RwLock<Arc<dyn File>>,
    /// Bytes the file takes on disk.
    pub(crate) file_bytes: AtomicU64,
    view: Mutex<View>,
}

#[derive(Debug)]
struct View {
    /// The end of what is durable.
    end: Place,
    /// Ascending; the first is the start of the segment.
    index: Vec<Place>,
    hints: [Place; HINTS],
    next_hint: usize,
}

impl Segment {
    pub(crate) fn new(first: Position, salt: u64, path: PathBuf, file: Arc<dyn File>) -> Self {
        let start = Place { position: first, offset: SEGMENT_HEADER_BYTES as u64 };
        Self {
            first,
            salt,
            path,
            file: RwLock::new(file),
            file_bytes: AtomicU64::new(0),
            view: Mutex::new(View {
                end: start,
                index: vec![start],
                hints: [start; HINTS],
                next_hint: 0,
            }),
        }
    }

    /// Takes over what a scan found.
    pub(crate) fn adopt(&self, scan: &Scan, file_bytes: u64) {
        for batch in &scan.batches {
            self.publish(
                Place { position: batch.header.first, offset: batch.offset as u64 },
                Place {
                    position: batch.header.end(),
                    offset: (batch.offset + batch.header.whole_bytes()) as u64,
                },
            );
        }
        self.file_bytes.store(file_bytes, Ordering::Relaxed);
    }

    /// A batch from `start` to `end` is durable now.
    pub(crate) fn publish(&self, start: Place, end: Place) {
        let mut view = lock(&self.view);
        let last = view.index[view.index.len() - 1];
        if start.offset >= last.offset + INDEX_STRIDE_BYTES {
            view.index.push(start);
        }
        view.end = end;
    }

    /// The end of what is durable.
    pub(crate) fn end(&self) -> Place {
        lock(&self.view).end
    }

    /// The file as it is now; a redaction may put another in its place.
    pub(crate) fn file(&self) -> Arc<dyn File> {
        read_lock(&self.file).clone()
    }

    /// Puts a rewritten file with the same layout in place.
    pub(crate) fn replace(&self, file: Arc<dyn File>, file_bytes: u64) {
        *write_lock(&self.file) = file;
        self.file_bytes.store(file_bytes, Ordering::Relaxed);
    }

    /// The nearest known batch at or below `position`, and the durable end.
    pub(crate) fn near(&self, position: Position) -> (Place, Place) {
        let view = lock(&self.view);
        let above = view.index.partition_point(|place| place.position <= position);
        let indexed = view.index[above.saturating_sub(1)];
        let hinted = view.hints.iter().filter(|hint| hint.position <= position);
        let best = hinted.copied().chain([indexed]).max_by_key(|place| place.position);
        (best.unwrap_or(indexed), view.end)
    }

    /// Remembers where a reader will go on.
    pub(crate) fn hint(&self, place: Place) {
        let mut view = lock(&self.view);
        if !view.hints.contains(&place) {
            let slot = view.next_hint;
            view.hints[slot] = place;
            view.next_hint = (slot + 1) % HINTS;
        }
    }

    /// The batch that holds `position`, or the first one above it, with its place; None at the end.
    pub(crate) fn locate(&self, position: Position) -> io::Result<Option<(Place, BatchHeader)>> {
        let (mut place, end) = self.near(position);
        let file = self.file();
        let mut buffer = Vec::new();
        let mut buffer_at = place.offset;
        while place.offset < end.offset {
            let start = (place.offset - buffer_at) as usize;
            if start + BATCH_HEADER_BYTES > buffer.len() {
                buffer_at = place.offset;
                let length = WALK_BYTES.min((end.offset - place.offset) as usize);
                buffer.resize(length, 0);
                file.read_exact_at(&mut buffer, buffer_at)?;
                continue;
            }
            let header = BatchHeader::parse(&buffer[start..]).map_err(io::Error::other)?;
            if header.end() > position {
                return Ok(Some((place, header)));
            }
            place.position = header.end();
            place.offset += header.whole_bytes() as u64;
        }
        Ok(None)
    }
}
