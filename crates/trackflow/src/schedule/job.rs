//! What a job is.

use std::{fmt, pin::Pin};

use event::{TenantId, Timestamp};
use store::Cancel;

use super::timetable::Timetable;

/// What came of a run, or why it failed.
pub(super) type Outcome = Result<String, String>;
type Working = Pin<Box<dyn Future<Output = Outcome> + Send>>;
type Work = Box<dyn Fn(Run) -> Working + Send + Sync>;

/// Something to be done again and again. Doing it twice must change nothing.
pub(crate) struct Job {
    /// What it is called.
    pub(super) name: &'static str,
    /// What it does, in a sentence.
    pub(super) about: &'static str,
    /// When.
    pub(super) timetable: Timetable,
    /// Whether it is done for each tenant, by the clock of the tenant.
    pub(super) per_tenant: bool,
    /// Whether it is done to what is in a data folder, so by each process for its own.
    pub(super) of_folder: bool,
    /// Whether every run that was missed is made up for; else one stands for all of them.
    pub(super) each_slot: bool,
    work: Work,
}

/// One run.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// For whom; None where it is for all.
    pub(super) tenant: Option<TenantId>,
    /// The time that this run stands for: now, but where runs that were missed are made up for.
    pub(super) slot: Timestamp,
    /// Whether it is to end early.
    pub(super) cancel: Cancel,
}

impl Job {
    /// A job for all tenants.
    pub(super) fn new<W>(
        (name, about): (&'static str, &'static str),
        timetable: Timetable,
        work: impl Fn(Run) -> W + Send + Sync + 'static,
    ) -> Self
    where
        W: Future<Output = Outcome> + Send + 'static,
    {
        let work: Work = Box::new(move |run| Box::pin(work(run)));
        let (per_tenant, of_folder, each_slot) = (false, false, false);
        Self { name, about, timetable, per_tenant, of_folder, each_slot, work }
    }

    /// The same for each data folder.
    pub(super) fn of_folder(self) -> Self {
        Self { of_folder: true, ..self }
    }

    /// The same for each tenant.
    pub(super) fn per_tenant(self) -> Self {
        Self { per_tenant: true, ..self }
    }

    pub(super) fn work(&self, run: Run) -> Working {
        (self.work)(run)
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Does something that blocks on a thread that may.
pub(super) async fn blocking(work: impl FnOnce() -> Outcome + Send + 'static) -> Outcome {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => Err(error.to_string()),
    }
}
