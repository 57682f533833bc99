//! One step of the pump: what the journal has goes to the store.

use std::{sync::atomic::Ordering, time::Duration};

use journal::{Lane, Records};
use store::ApplyError;

use super::{Part, Shared, batches::Batches, flusher::Flusher, latency::Receipts};
use crate::{chunk, entities};

/// What was moved.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moved {
    /// Bytes; 0 when there was nothing or it failed.
    pub(super) bytes: usize,
    /// How long more may be waited for, at most; None: as long as the pump does.
    pub(super) wait: Option<Duration>,
}

impl Moved {
    /// And what else was.
    pub(super) fn add(&mut self, more: Self) {
        self.bytes += more.bytes;
        self.wait = match (self.wait, more.wait) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

impl Shared {
    /// Moves what one read of the journal gives.
    pub(super) fn step(&self, lane: Lane, flusher: &Flusher) -> Moved {
        let mut from = self.store.next_position(lane.0);
        if self.journal.durable_end(lane) <= from {
            return Moved::default();
        }
        let records = match self.journal.read(lane, from, self.config.chunk_bytes) {
            Ok(records) => records,
            Err(error) => {
                self.troubled(Part::Applying, Some(error.to_string()));
                return Moved::default();
            }
        };
        let Batches { parts, timeout } = Batches::cut(records, self.trpc, &*self.beside.policies);
        let mut moved = Moved { bytes: 0, wait: timeout };
        for part in parts {
            let next = part.next;
            match self.move_on(lane, (from, part)) {
                Ok(bytes) => moved.bytes += bytes,
                Err(ApplyError::HeadFull { .. }) => {
                    // What is left is read again after the flush: simpler than keeping it, and rare.
                    if flusher.request_and_wait() {
                        moved.add(self.step(lane, flusher));
                        return moved;
                    }
                    let trouble = "the head is full and cannot be flushed".to_owned();
                    self.troubled(Part::Applying, Some(trouble));
                    return moved;
                }
                Err(error) => {
                    self.troubled(Part::Applying, Some(error.to_string()));
                    return moved;
                }
            }
            from = next;
        }
        moved
    }

    /// Applies one part; its bytes, 0 where there was nothing to move.
    fn move_on(&self, lane: Lane, (from, part): (u64, Records)) -> Result<usize, ApplyError> {
        let mut chunk = chunk::chunk(lane, from, part);
        let unknown = entities::check(&mut chunk, &*self.beside.policies);
        let (bytes, events) = (chunk.buffer.len().max(1), chunk.events.len() as u64);
        if chunk.to <= from {
            return Ok(0);
        }
        let receipts = Receipts::of(&chunk);
        receipts.iter().for_each(|receipts| self.latency.begin(*receipts));
        self.store.apply(chunk)?;
        receipts.iter().for_each(|of| self.latency.end(*of, (self.clock)()));
        self.moved.fetch_add(events, Ordering::Relaxed);
        self.unknown.fetch_add(unknown, Ordering::Relaxed);
        self.troubled(Part::Applying, None);
        Ok(bytes)
    }
}
