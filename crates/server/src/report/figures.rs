//! How fast events come and how many are refused, over the last minute.
//!
//! What is counted is cumulative; a few samples of it, a few seconds apart, tell the rate.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use ingest::{Books, Pipeline};

/// The time a rate is about.
const WINDOW: Duration = Duration::from_secs(60);
/// Samples are at least so far apart.
const STEP: Duration = Duration::from_secs(5);

#[derive(Clone, Copy)]
struct Sample {
    at: Instant,
    received: u64,
    rejected: u64,
}

/// The samples, oldest first.
#[derive(Default)]
pub(crate) struct Figures(Mutex<VecDeque<Sample>>);

/// What they come to.
pub(super) struct Rates {
    /// Events received in a second.
    pub(super) per_second: f64,
    /// Share of them that was refused, 0 of none.
    pub(super) refused: f64,
}

impl Figures {
    /// Takes a sample, if the last one is old enough.
    pub(crate) fn sample(&self, pipeline: &Pipeline, now: Instant) {
        self.rates(pipeline, now);
    }

    pub(super) fn rates(&self, pipeline: &Pipeline, now: Instant) -> Rates {
        let books = sum(pipeline.books().into_iter().map(|(_, books)| books));
        let current = Sample { at: now, received: books.received, rejected: books.rejected };
        let mut samples = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // One that is as old as the window or older is the base of the rate.
        while samples.get(1).is_some_and(|next| now.duration_since(next.at) >= WINDOW) {
            samples.pop_front();
        }
        let base = samples.front().copied().unwrap_or(current);
        if samples.back().is_none_or(|last| now.duration_since(last.at) >= STEP) {
            samples.push_back(current);
        }
        let seconds = now.duration_since(base.at).as_secs_f64();
        let received = current.received.saturating_sub(base.received);
        let rejected = current.rejected.saturating_sub(base.rejected);
        Rates {
            per_second: if seconds > 0.0 { received as f64 / seconds } else { 0.0 },
            refused: if received > 0 { rejected as f64 / received as f64 } else { 0.0 },
        }
    }
}

fn sum(books: impl Iterator<Item = Books>) -> Books {
    books.fold(Books::default(), |sum, one| Books {
        received: sum.received + one.received,
        rejected: sum.rejected + one.rejected,
        ..sum
    })
}
