//! Answering questions: which rows to look at, and how.
//!
//! The store is cut into *units* (the tenant's rows of one run of the head, or one row group of a
//! part); those that cannot hold anything asked for are skipped by what is known of them. Columns
//! of units are read once ([`load`]) and kept. The [`engine`] gives them to the kernels of
//! [`insight::kernel`], person by person, or lists single events.

mod control;
mod engine;
mod fetch;
mod load;
mod parallel;
mod unit;

use std::sync::atomic::{AtomicU64, Ordering};

use disk::{DataDir, PartFile, SharedFs};
use insight::{Answer, Meta, Question, kernel};

pub(crate) use control::Gate;
pub(crate) use engine::{Rosters, Summary};
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
use parallel::Threads;

/// Rows that are worth a thread of their own. On a busy machine a new thread waits for its turn
/// for milliseconds, in which the asking one has walked through as many rows by itself.
const THREAD_ROWS: u64 = 64 * 1024;

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
    threads: Threads,
    question_bytes_max: u64,
    rows_read: AtomicU64,
    bytes_read: AtomicU64,
}

impl<'a> Scanner<'a> {
    /// For one question of one tenant; whether others go first.
    pub(crate) fn new(store: &'a LocalStore, asking: &'a Asking, gives_way: bool) -> Self {
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
            threads: Threads { count: config.query_threads.max(1), gives_way },
            question_bytes_max: config.question_bytes_max,
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
        let source = LocalSource::new(self, snapshot);
        Ok(match question {
            Question::Events(q) => Answer::Events(source.list(q)?),
            Question::Person(q) => Answer::Person(source.timeline(q)?),
            Question::Taxonomy(q) => Answer::Taxonomy(source.taxonomy(q)?),
            other => match kernel::answer(other, &source)? {
                Some(answer) => answer,
                None => {
                    let problem = format!("{:?} in this form has too many parts", other.kind());
                    return Err(AskError::Invalid { field: "kind".into(), problem });
                }
            },
        })
    }

    /// What was read so far.
    pub(crate) fn meta(&self) -> Meta {
        Meta {
            rows_read: self.rows_read.load(Ordering::Relaxed),
            bytes_read: self.bytes_read.load(Ordering::Relaxed),
            history_from: None,
        }
    }

    /// The threads that so much work is worth.
    fn threads_for(&self, units: &[Unit]) -> Threads {
        let rows: u64 = units.iter().map(Unit::rows).sum();
        let worth = usize::try_from(rows / THREAD_ROWS).unwrap_or(usize::MAX).saturating_add(1);
        Threads { count: self.threads.count.min(worth), ..self.threads }
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
