//! How long events wait: from their receipt until they are in answers.
//!
//! Events of a chunk become visible at once, and they are in the order of their receipt: the one in
//! the middle stands for all of them. What is told is the median over the events of the last minute,
//! or how long the chunk that is being moved waits already, when that is more: a pump that is stuck
//! must not look fast.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use event::{Timestamp, codec::EventView};
use store::{Chunk, Incoming};

/// What is looked at.
const WINDOW_MS: i64 = 60_000;
/// Chunks that are remembered; of more the latest.
const CHUNKS_MAX: usize = 512;

/// The waits of the last minute.
#[derive(Debug, Default)]
pub(super) struct Latency(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    moved: VecDeque<Moved>,
    /// Receipt of the first event of the chunk that is being moved.
    waiting: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
struct Moved {
    at: Timestamp,
    wait_ms: u64,
    events: u64,
}

/// When the events of a chunk were received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Receipts {
    first: Timestamp,
    middle: Timestamp,
    events: u64,
}

impl Receipts {
    /// None of a chunk without events.
    pub(super) fn of(chunk: &Chunk) -> Option<Self> {
        let received = |incoming: &Incoming| {
            let view = EventView::decode_trusted(&chunk.buffer[incoming.range.clone()]);
            view.ok().map(|view| view.received_at)
        };
        let first = chunk.events.first().and_then(received)?;
        let middle = chunk.events.get(chunk.events.len() / 2).and_then(received)?;
        Some(Self { first, middle, events: chunk.events.len() as u64 })
    }
}

fn since(now: Timestamp, then: Timestamp) -> u64 {
    now.0.saturating_sub(then.0).max(0).unsigned_abs()
}

impl Latency {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A chunk is being moved.
    pub(super) fn begin(&self, receipts: Receipts) {
        self.lock().waiting = Some(receipts.first);
    }

    /// It is in answers.
    pub(super) fn end(&self, receipts: Receipts, now: Timestamp) {
        let mut state = self.lock();
        state.waiting = None;
        if state.moved.len() >= CHUNKS_MAX {
            state.moved.pop_front();
        }
        let (wait_ms, events) = (since(now, receipts.middle), receipts.events);
        state.moved.push_back(Moved { at: now, wait_ms, events });
    }

    /// Milliseconds; 0 while nothing comes.
    pub(super) fn median_ms(&self, now: Timestamp) -> u64 {
        let state = self.lock();
        let recent = state.moved.iter().filter(|moved| now.0 - moved.at.0 <= WINDOW_MS);
        let mut recent: Vec<Moved> = recent.copied().collect();
        recent.sort_unstable_by_key(|moved| moved.wait_ms);
        let half = recent.iter().map(|moved| moved.events).sum::<u64>().div_ceil(2);
        let mut seen = 0;
        let middle = recent.iter().find(|moved| {
            seen += moved.events;
            seen >= half
        });
        let waiting = state.waiting.map_or(0, |first| since(now, first));
        middle.map_or(0, |moved| moved.wait_ms).max(waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipts(first: i64, middle: i64, events: u64) -> Receipts {
        Receipts { first: Timestamp(first), middle: Timestamp(middle), events }
    }

    #[test]
    fn the_median_is_over_the_events_of_the_last_minute() {
        let latency = Latency::default();
        assert_eq!(latency.median_ms(Timestamp(0)), 0);
        for (wait, events) in [(10, 1), (1_000, 1), (20, 5), (500, 2)] {
            let of = receipts(0, 1_000 - wait, events);
            latency.begin(of);
            latency.end(of, Timestamp(1_000));
        }
        assert_eq!(latency.median_ms(Timestamp(1_000)), 20);
        latency.end(receipts(0, 60_900, 100), Timestamp(61_000));
        assert_eq!(latency.median_ms(Timestamp(61_000)), 100);
        assert_eq!(latency.median_ms(Timestamp(61_001)), 100, "the others are too old");
        assert_eq!(latency.median_ms(Timestamp(121_001)), 0);
    }

    #[test]
    fn what_is_stuck_waits_longer_and_longer() {
        let latency = Latency::default();
        latency.end(receipts(0, 0, 100), Timestamp(5));
        latency.begin(receipts(10, 11, 3));
        assert_eq!(latency.median_ms(Timestamp(12)), 5);
        assert_eq!(latency.median_ms(Timestamp(90_010)), 90_000);
        latency.end(receipts(10, 11, 3), Timestamp(90_011));
        assert_eq!(latency.median_ms(Timestamp(90_011)), 90_000);
    }

    #[test]
    fn many_chunks_take_no_more_room() {
        let latency = Latency::default();
        (0..2_000).for_each(|_| latency.end(receipts(0, 0, 1), Timestamp(1)));
        assert_eq!(latency.lock().moved.len(), CHUNKS_MAX);
    }
}
