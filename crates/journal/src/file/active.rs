//! The segment that is written to.

use std::{
    io,
    sync::{Arc, atomic::Ordering},
};

use disk::{DataDir, File, SegmentFile};

use crate::{
    Position,
    file::{
        header::{SEGMENT_HEADER_BYTES, SegmentHeader},
        lane::LaneState,
        record::BATCH_HEADER_BYTES,
        segment::{Place, Segment},
    },
};

/// The end of the last segment: where the next batch goes.
#[derive(Debug)]
pub(crate) struct Active {
    pub(crate) segment: Arc<Segment>,
    file: Arc<dyn File>,
    /// Where the next batch goes.
    offset: u64,
    /// Whether the space up to `bytes_max` is reserved.
    allocated: bool,
    bytes_max: u64,
    /// Whether a mark stands behind its last record, when it was found on disk.
    pub(crate) marked: bool,
}

/// A step failed; `sync` says whether it was an fsync, after which nothing can be trusted.
#[derive(Debug)]
pub(crate) struct WriteFailure {
    pub(crate) error: io::Error,
    pub(crate) sync: bool,
}

fn plain(error: io::Error) -> WriteFailure {
    WriteFailure { error, sync: false }
}

fn unsynced(error: io::Error) -> WriteFailure {
    WriteFailure { error, sync: true }
}

impl Active {
    /// Goes on with the last segment found on disk.
    pub(crate) fn resume(segment: Arc<Segment>, segment_bytes: u64, marked: bool) -> Self {
        let file_bytes = segment.file_bytes.load(Ordering::Relaxed);
        let offset = segment.end().offset;
        let bytes_max = segment_bytes.max(offset);
        let allocated = file_bytes >= bytes_max;
        Self { file: segment.file(), segment, offset, allocated, bytes_max, marked }
    }

    /// Makes the next segment. It gets its name only when its header and its space are durable,
    /// so a segment that has a name has a header; and it is written to only when its name is
    /// durable.
    pub(crate) fn create(lane: &LaneState, first: Position) -> Result<Self, WriteFailure> {
        let config = &lane.config;
        let bytes_max = config.segment_bytes_of(lane.lane);
        let salt = random_salt().map_err(plain)?;
        let created_ms = (config.clock_ms)();
        let header = SegmentHeader { lane: lane.lane, first, salt, created_ms };
        let path = lane.dir.segment(SegmentFile { first });
        let unfinished = DataDir::unfinished(&path);
        let made = (|| {
            match lane.fs.remove(&unfinished) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(plain(e)),
                _ => {}
            }
            let file = lane.fs.create(&unfinished).map_err(plain)?;
            file.allocate(bytes_max).map_err(plain)?;
            file.write_all_at(&header.encode(), 0).map_err(plain)?;
            file.sync().map_err(unsynced)?;
            lane.fs.rename(&unfinished, &path).map_err(plain)?;
            Ok(file)
        })();
        let file: Arc<dyn File> = match made {
            Ok(file) => file.into(),
            Err(failure) => {
                let _ = lane.fs.remove(&unfinished);
                return Err(failure);
            }
        };
        lane.fs.sync_dir(lane.dir.path()).map_err(unsynced)?;
        let segment = Arc::new(Segment::new(first, salt, path, file.clone()));
        segment.file_bytes.store(bytes_max, Ordering::Relaxed);
        lane.add_segment(segment.clone());
        let offset = SEGMENT_HEADER_BYTES as u64;
        Ok(Self { segment, file, offset, allocated: true, bytes_max, marked: true })
    }

    /// Whether a batch of `bytes` fits, and a mark behind it.
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        self.offset + (bytes + BATCH_HEADER_BYTES) as u64 <= self.bytes_max
    }

    /// Whether it holds any record.
    pub(crate) fn is_empty(&self) -> bool {
        self.segment.end().position == self.segment.first
    }

    /// Reserves its space again, where that was given back.
    pub(crate) fn reserve(&mut self) -> Result<(), WriteFailure> {
        if !self.allocated {
            self.file.allocate(self.bytes_max).map_err(plain)?;
            self.segment.file_bytes.store(self.bytes_max, Ordering::Relaxed);
            self.allocated = true;
        }
        Ok(())
    }

    /// Writes a sealed batch and makes it durable. After an error that is not an fsync's nothing
    /// of it is left in the file.
    pub(crate) fn write(&mut self, batch: &[u8]) -> Result<(), WriteFailure> {
        if let Err(error) = self.file.write_all_at(batch, self.offset) {
            self.retract().map_err(unsynced)?;
            return Err(plain(error));
        }
        if let Err(error) = self.file.sync() {
            // Best effort: after kill -9 and restart the refused records should not come back.
            // After power loss they may; they were not acknowledged.
            let _ = self.retract();
            return Err(unsynced(error));
        }
        self.offset += batch.len() as u64;
        Ok(())
    }

    /// Cuts off everything behind the last durable batch. It must be gone for good before the
    /// failure is told: the sender may try again, and then both would be there after a restart.
    fn retract(&mut self) -> io::Result<()> {
        self.allocated = false;
        self.file.set_len(self.offset)?;
        self.segment.file_bytes.store(self.offset, Ordering::Relaxed);
        self.file.sync()
    }

    /// Lets readers see a batch that was written.
    pub(crate) fn publish(&self, batch_bytes: usize, first: Position, end: Position) {
        let start = Place { position: first, offset: self.offset - batch_bytes as u64 };
        self.segment.publish(start, Place { position: end, offset: self.offset });
    }

    /// Gives the unused space back; nothing is written to it any more. Not worth an fsync: after
    /// power loss the zeros are back, which means the same.
    pub(crate) fn trim_space(&self) {
        if self.file.set_len(self.offset).is_ok() {
            self.segment.file_bytes.store(self.offset, Ordering::Relaxed);
        }
    }
}

/// A salt that no other segment has.
pub(crate) fn random_salt() -> io::Result<u64> {
    getrandom::u64().map_err(|error| io::Error::other(error.to_string()))
}
