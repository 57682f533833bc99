//! The thread that writes one lane.
//!
//! It takes the oldest group, writes it with one call, makes it durable with one fsync, lets the
//! readers see it, and only then decides the commit. When nothing comes for a while it writes a
//! mark, which proves that the last batch was durable and so protects it like all others.

use std::{
    io,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Instant,
};

use crate::{
    AppendError, Kind, Position, Tally,
    batch::FRAME_BYTES,
    file::{
        active::{Active, WriteFailure},
        header::SEGMENT_HEADER_BYTES,
        lane::LaneState,
        queue::{Group, Work},
        record::{ALIGN, BATCH_HEADER_BYTES, BatchHeader},
    },
};

/// The most bytes of a batch that fits into a new segment, with a mark behind it.
pub(crate) fn batch_bytes_max(segment_bytes: u64) -> usize {
    let room = segment_bytes.min(u64::from(u32::MAX)) as usize;
    room.saturating_sub(SEGMENT_HEADER_BYTES + BATCH_HEADER_BYTES) / ALIGN * ALIGN
}

#[derive(Debug)]
struct Writer {
    lane: Arc<LaneState>,
    active: Option<Active>,
    /// The position of the next record.
    end: Position,
    /// Set while the last batch has no mark behind it.
    mark_due: Option<Instant>,
    /// Set while there is no space.
    probe_due: Option<Instant>,
}

/// Starts the writer of a lane; `active` is the last segment on disk.
pub(crate) fn start(lane: Arc<LaneState>, active: Option<Active>) -> io::Result<JoinHandle<()>> {
    let end = lane.durable_end();
    // After a crash the last batch has no mark yet.
    let mark_due = active.as_ref().filter(|active| !active.marked);
    let mark_due = mark_due.map(|_| Instant::now() + lane.config.idle_mark);
    let writer = Writer { lane, active, end, mark_due, probe_due: None };
    let name = format!("journal-{}", writer.lane.lane);
    thread::Builder::new().name(name).spawn(move || writer.run())
}

/// Poisons the journal when the writer ends by a panic, and lets nobody wait for it.
struct Guard(Arc<LaneState>);

impl Drop for Guard {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.config.poison.set(format!("the writer of {} panicked", self.0.lane));
        }
        self.0.queue.abandon();
    }
}

impl Writer {
    fn run(mut self) {
        let guard = Guard(self.lane.clone());
        loop {
            let deadline = self.mark_due.into_iter().chain(self.probe_due).min();
            match guard.0.queue.next(deadline) {
                Work::Commit(group, notes) => self.commit(group, &notes),
                Work::Seal(reply) => {
                    let _ = reply.send(self.seal());
                }
                Work::Idle => self.tick(),
                Work::Stop => break,
            }
        }
        self.mark();
        if let Some(active) = self.active.take() {
            active.trim_space();
        }
    }

    fn poisoned(&self) -> Option<AppendError> {
        self.lane.config.poison.reason().map(|reason| AppendError::Poisoned(reason.into()))
    }

    fn commit(&mut self, mut group: Group, notes: &Tally) {
        let result = match self.poisoned() {
            Some(error) => Err(error),
            None => self.write(&mut group, notes).map_err(|failure| self.failed(failure)),
        };
        match &result {
            Ok(()) => {
                if self.probe_due.take().is_some() {
                    self.lane.set_blocked(None);
                }
            }
            Err(AppendError::Poisoned(_)) => {}
            Err(_) => self.lane.queue.restore(notes, Instant::now() + self.lane.config.note_delay),
        }
        self.lane.queue.settle(&mut group);
        group.commit.decide(result);
    }

    /// Writes a group as one batch.
    fn write(&mut self, group: &mut Group, notes: &Tally) -> Result<(), WriteFailure> {
        group.tally.merge(notes);
        let mut records = group.records;
        if !group.tally.is_empty() {
            push_books(&mut group.buffer, &group.tally);
            records += 1;
        }
        if records == 0 {
            return Ok(());
        }
        let whole = group.buffer.len().next_multiple_of(ALIGN);
        self.make_room(whole)?;
        let (first, written_ms) = (self.end, (self.lane.config.clock_ms)());
        let Some(active) = &mut self.active else { return Ok(()) };
        let header = BatchHeader {
            body_bytes: (group.buffer.len() - BATCH_HEADER_BYTES) as u32,
            records,
            first,
            durable_upto: first,
            written_ms,
            salt: active.segment.salt,
        };
        header.seal(&mut group.buffer);
        active.write(&group.buffer)?;
        active.publish(group.buffer.len(), first, header.end());
        self.end = header.end();
        self.lane.advance_to(self.end);
        self.mark_due = Some(Instant::now() + self.lane.config.idle_mark);
        Ok(())
    }

    /// Sees to it that the active segment has room for a batch of `bytes`.
    fn make_room(&mut self, bytes: usize) -> Result<(), WriteFailure> {
        if let Some(full) = self.active.take_if(|active| !active.has_room(bytes)) {
            full.trim_space();
        }
        match &mut self.active {
            Some(active) => active.reserve(),
            none => {
                *none = Some(Active::create(&self.lane, self.end)?);
                // The header of the new segment proves all before it.
                self.mark_due = None;
                Ok(())
            }
        }
    }

    /// Names a failure for those who wait; poisons or blocks the journal accordingly.
    fn failed(&mut self, WriteFailure { error, sync }: WriteFailure) -> AppendError {
        let lane = &self.lane;
        if sync {
            lane.config.poison.set(format!("{}: {error}", lane.lane));
            let reason = lane.config.poison.reason().unwrap_or_default().to_owned();
            tracing::error!(lane = %lane.lane, %error, "an fsync of the journal failed");
            return AppendError::Poisoned(reason);
        }
        if self.probe_due.is_none() {
            tracing::warn!(lane = %lane.lane, %error, "the journal cannot write for now");
        }
        lane.set_blocked(Some(format!("{}: {error}", lane.lane)));
        self.probe_due = Some(Instant::now() + lane.config.probe_delay);
        let full = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded];
        if full.contains(&error.kind()) {
            AppendError::DiskFull(Arc::new(error))
        } else {
            AppendError::Io(Arc::new(error))
        }
    }

    /// Nothing came for a while.
    fn tick(&mut self) {
        let now = Instant::now();
        if self.mark_due.is_some_and(|due| due <= now) {
            self.mark();
        }
        if self.probe_due.is_some_and(|due| due <= now) {
            self.probe_due = None;
            if self.poisoned().is_some() {
                return;
            }
            match self.make_room(BATCH_HEADER_BYTES) {
                Ok(()) => self.lane.set_blocked(None),
                Err(failure) => {
                    self.failed(failure);
                }
            }
        }
    }

    /// Writes a mark. Its failure fails nobody: it is tried again after the next batch.
    fn mark(&mut self) {
        if self.mark_due.take().is_none() || self.poisoned().is_some() {
            return;
        }
        let Some(active) = &mut self.active else { return };
        let mark = BatchHeader {
            body_bytes: 0,
            records: 0,
            first: self.end,
            durable_upto: self.end,
            written_ms: (self.lane.config.clock_ms)(),
            salt: active.segment.salt,
        };
        let bytes = mark.seal_empty();
        match active.reserve().and_then(|()| active.write(&bytes)) {
            Ok(()) => active.publish(bytes.len(), self.end, self.end),
            Err(failure) => {
                self.failed(failure);
            }
        }
    }

    /// Ends the active segment; the next batch begins another.
    fn seal(&mut self) -> io::Result<()> {
        if let Some(error) = self.poisoned() {
            return Err(io::Error::other(error));
        }
        if self.active.as_ref().is_some_and(|active| !active.is_empty()) {
            self.mark();
            if let Some(active) = self.active.take() {
                active.trim_space();
            }
        }
        Ok(())
    }
}

fn push_books(buffer: &mut Vec<u8>, tally: &Tally) {
    let start = buffer.len();
    buffer.extend_from_slice(&[0, 0, 0, 0, Kind::Books as u8]);
    tally.encode(buffer);
    let length = (buffer.len() - start - FRAME_BYTES) as u32;
    buffer[start..start + 4].copy_from_slice(&length.to_le_bytes());
}
