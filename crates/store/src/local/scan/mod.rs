//! Answering questions: which rows to look at, and how.
//!
//! A question is cut into *units* (the tenant's rows of one run of the head, or one row group of
//! a part); those that cannot hold anything asked for are skipped by what is known of them. A
//! unit gives [`Batch`]es of columns, whatever it is made of: a sidecar or a cache of decoded
//! columns is one more [`Unit`]. Inside a unit rows are sorted by person, so a kernel meets each
//! person once per unit. Units run in parallel; partial answers are merged.

mod batch;
mod control;
mod counts;
mod events;
mod fetch;
mod file;
mod persons;
mod select;
mod trend;
mod unit;
mod whole;

use std::sync::atomic::{AtomicU64, Ordering};

use disk::{DataDir, PartFile, SharedFs};
use insight::{Answer, Meta, Question};

pub(crate) use batch::{Batch, Needs};
pub(crate) use control::Gate;
pub(crate) use unit::Unit;

use super::{
    part::{Footers, PartReader},
    snapshot::{Part, Snapshot},
};
use crate::{AskError, Asking};

/// Answers one question.
pub(crate) struct Scanner<'a> {
    fs: &'a SharedFs,
    dir: &'a DataDir,
    footers: &'a Footers,
    asking: &'a Asking,
    whole_events_max: u64,
    rows_read: AtomicU64,
    bytes_read: AtomicU64,
}

impl<'a> Scanner<'a> {
    /// For one question of one tenant.
    pub(crate) fn new(
        fs: &'a SharedFs,
        dir: &'a DataDir,
        footers: &'a Footers,
        asking: &'a Asking,
        whole_events_max: u64,
    ) -> Self {
        let (rows_read, bytes_read) = Default::default();
        Self { fs, dir, footers, asking, whole_events_max, rows_read, bytes_read }
    }

    /// The answer.
    pub(crate) fn answer(
        &self,
        question: &Question,
        snapshot: &Snapshot,
    ) -> Result<Answer, AskError> {
        control::check(self.asking)?;
        if !whole::has_kernel(question) {
            return whole::answer(self, question, snapshot, self.whole_events_max);
        }
        match question {
            Question::Events(question) => events::answer(self, question, snapshot),
            Question::Counts(question) => counts::answer(self, question, snapshot),
            Question::Trend(question) => trend::answer(self, question, snapshot),
            _ => whole::answer(self, question, snapshot, self.whole_events_max),
        }
    }

    /// What was read so far.
    pub(crate) fn meta(&self) -> Meta {
        Meta {
            rows_read: self.rows_read.load(Ordering::Relaxed),
            bytes_read: self.bytes_read.load(Ordering::Relaxed),
            history_from: None,
        }
    }

    fn count_read(&self, rows: usize, bytes: u64) {
        self.rows_read.fetch_add(rows as u64, Ordering::Relaxed);
        self.bytes_read.fetch_add(bytes, Ordering::Relaxed);
    }

    fn open(&self, part: &Part) -> Result<PartReader, AskError> {
        let file = PartFile { number: part.file };
        PartReader::open(self.fs, self.dir.part(file), file, self.footers)
    }
}
