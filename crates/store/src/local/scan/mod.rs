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
mod engine;
mod events;
mod fetch;
mod file;
mod load;
mod parallel;
mod persons;
mod select;
mod trend;
mod unit;
mod whole;

use std::sync::atomic::{AtomicU64, Ordering};

use disk::{DataDir, PartFile, SharedFs};
use insight::{Answer, Meta, Question, kernel};

pub(crate) use batch::{Batch, Needs};
pub(crate) use control::Gate;
pub(crate) use engine::Rosters;
pub(crate) use unit::Unit;

use super::{
    LocalStore,
    columns::ColumnCache,
    part::{Footers, PartReader},
    secret::Secret,
    snapshot::{Part, Snapshot},
};
use crate::{AskError, Asking};
use engine::LocalSource;

/// Answers one question.
pub(crate) struct Scanner<'a> {
    fs: &'a SharedFs,
    dir: &'a DataDir,
    footers: &'a Footers,
    asking: &'a Asking,
    columns: &'a ColumnCache,
    rosters: &'a Rosters,
    secret: &'a Secret,
    person_key_bits: u32,
    threads: usize,
    question_bytes_max: u64,
    whole_events_max: u64,
    rows_read: AtomicU64,
    bytes_read: AtomicU64,
}

impl<'a> Scanner<'a> {
    /// For one question of one tenant.
    pub(crate) fn new(store: &'a LocalStore, asking: &'a Asking) -> Self {
        let config = &store.config;
        Self {
            fs: &store.fs,
            dir: &store.dir,
            footers: &store.footers,
            asking,
            columns: &store.columns,
            rosters: &store.rosters,
            secret: &store.secret,
            person_key_bits: config.person_key_bits,
            threads: config.query_threads.max(1),
            question_bytes_max: config.question_bytes_max,
            whole_events_max: config.whole_events_max,
            rows_read: AtomicU64::new(0),
            bytes_read: AtomicU64::new(0),
        }
    }

    /// The answer.
    pub(crate) fn answer(
        &self,
        question: &Question,
        snapshot: &Snapshot,
    ) -> Result<Answer, AskError> {
        control::check(self.asking)?;
        if kernel::has_kernel(question) {
            let source = LocalSource::new(self, snapshot);
            if let Some(answer) = kernel::answer(question, &source)? {
                return Ok(answer);
            }
        }
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

    fn person_key(&self, distinct_id: &str) -> u64 {
        let tenant = self.asking.tenant.as_str();
        self.secret.persons(tenant, self.person_key_bits).key(distinct_id)
    }

    fn open(&self, part: &Part) -> Result<PartReader, AskError> {
        let file = PartFile { number: part.file };
        PartReader::open(self.fs, self.dir.part(file), file, self.footers)
    }
}
