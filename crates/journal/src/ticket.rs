//! Waiting for a commit.
//!
//! All batches of one group commit share one [`Commit`]; a [`Ticket`] is a batch's hold on it. A
//! ticket can be cloned and kept: a duplicate that arrives while its original is being written
//! waits on the original's ticket.

use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;

use crate::AppendError;

/// The fate of one group commit, decided once.
#[derive(Debug, Default)]
pub struct Commit {
    result: OnceLock<Result<(), AppendError>>,
    decided: Notify,
}

impl Commit {
    /// Not decided yet.
    pub fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Decides it and wakes everyone; only the first decision counts.
    pub fn decide(&self, result: Result<(), AppendError>) {
        let _ = self.result.set(result);
        self.decided.notify_waiters();
    }

    /// The decision, when there is one.
    pub fn result(&self) -> Option<Result<(), AppendError>> {
        self.result.get().cloned()
    }
}

/// A hold on the commit that a batch is part of.
#[derive(Clone, Debug)]
pub struct Ticket(Arc<Commit>);

impl Ticket {
    /// A hold on `commit`.
    pub fn new(commit: Arc<Commit>) -> Self {
        Self(commit)
    }

    /// The decision, when there is one.
    pub fn result(&self) -> Option<Result<(), AppendError>> {
        self.0.result()
    }

    /// Waits until the records are durable, or lost to an error.
    pub async fn durable(&self) -> Result<(), AppendError> {
        loop {
            let decided = self.0.decided.notified();
            if let Some(result) = self.0.result() {
                return result;
            }
            decided.await;
        }
    }
}
