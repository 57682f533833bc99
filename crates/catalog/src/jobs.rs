//! What is done again and again: when each job ran, what came of it, when it is to run next, and
//! who runs it.
//!
//! Of several processes over one catalog one runs a job: it takes a *lease* in the transaction that
//! finds the job due, moves the end of the lease while it works, and gives it back with the result.
//! A process that died says nothing more, and when its lease is over another one takes the job.
//! What somebody says who lost the lease meanwhile is not kept.

use event::{TenantId, Timestamp};

use crate::{Catalog, CatalogError};

/// Bytes kept of a result or an error.
const TEXT_BYTES_MAX: usize = 1_000;

/// One job; where it is done per tenant, of one of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobKey {
    /// The job.
    pub name: String,
    /// The tenant; None where the job is for all.
    pub tenant: Option<TenantId>,
}

/// What is known of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRow {
    /// Which one.
    pub key: JobKey,
    /// When it is to run next; it is due from then on.
    pub next_at: Timestamp,
    /// The first time it should have run and did not; None when nothing is owed.
    pub owed_from: Option<Timestamp>,
    /// When it began last.
    pub started_at: Option<Timestamp>,
    /// When it ended last, well or not.
    pub finished_at: Option<Timestamp>,
    /// What came of the last run that went well; empty before.
    pub result: String,
    /// Why the last run failed; None when it went well.
    pub error: Option<String>,
    /// Who runs it, or ran it when it died.
    pub runner: Option<String>,
    /// Until when that holds without another word.
    pub lease_until: Option<Timestamp>,
}

impl JobRow {
    /// Whether somebody is at it.
    pub fn is_running(&self, now: Timestamp) -> bool {
        self.lease_until.is_some_and(|until| until > now)
    }
}

/// The right to run a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Which one.
    pub key: JobKey,
    /// Who has it.
    pub runner: String,
    /// Since when.
    pub started_at: Timestamp,
    /// The first time the job should have run.
    pub owed_from: Timestamp,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// When.
    pub at: Timestamp,
    /// When it is to run next.
    pub next_at: Timestamp,
    /// The first time that is still owed.
    pub owed_from: Option<Timestamp>,
    /// What came of it, or why it failed.
    pub result: Result<String, String>,
}

/// What a database does with jobs.
pub(crate) trait JobFacts {
    /// All jobs, by name and tenant.
    fn jobs(&mut self) -> Result<Vec<JobRow>, CatalogError>;
    /// Adds a job that is not there.
    fn plan_job(&mut self, key: &JobKey, next_at: Timestamp) -> Result<(), CatalogError>;
    /// Takes a job that is due and that nobody runs; since when it is owed.
    fn take_job(
        &mut self,
        key: &JobKey,
        runner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Timestamp>, CatalogError>;
    /// Moves the end of a lease; false when it was lost.
    fn extend_job(&mut self, lease: &Lease, until: Timestamp) -> Result<bool, CatalogError>;
    /// Gives a lease back; false, and nothing written, when it was lost.
    fn finish_job(&mut self, lease: &Lease, how: &Finished) -> Result<bool, CatalogError>;
    /// Makes a job due now; false when somebody runs it.
    fn hasten_job(&mut self, key: &JobKey, now: Timestamp) -> Result<bool, CatalogError>;
}

impl Catalog {
    /// All jobs, by name and tenant. May block.
    pub fn jobs(&self) -> Result<Vec<JobRow>, CatalogError> {
        self.facts().jobs()
    }

    /// Adds a job that is not there yet. May block.
    pub fn plan_job(&self, key: &JobKey, next_at: Timestamp) -> Result<(), CatalogError> {
        self.facts().plan_job(key, next_at)
    }

    /// Takes a job that is due and that nobody runs, until `until`; None when it is not to be
    /// had. May block.
    pub fn take_job(
        &self,
        key: &JobKey,
        runner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, CatalogError> {
        let owed = self.facts().take_job(key, runner, now, until)?;
        Ok(owed.map(|owed_from| Lease {
            key: key.clone(),
            runner: runner.to_owned(),
            started_at: now,
            owed_from,
        }))
    }

    /// Moves the end of a lease; false when it was lost. May block.
    pub fn extend_job(&self, lease: &Lease, until: Timestamp) -> Result<bool, CatalogError> {
        self.facts().extend_job(lease, until)
    }

    /// Gives a lease back; false, and nothing is kept, when it was lost. May block.
    pub fn finish_job(&self, lease: &Lease, how: &Finished) -> Result<bool, CatalogError> {
        let cut = |text: &String| text[..text.floor_char_boundary(TEXT_BYTES_MAX)].to_owned();
        let result = how.result.as_ref().map(cut).map_err(cut);
        self.facts().finish_job(lease, &Finished { result, ..how.clone() })
    }

    /// Makes a job due now; false when somebody runs it already. May block.
    pub fn hasten_job(&self, key: &JobKey, now: Timestamp) -> Result<bool, CatalogError> {
        self.facts().hasten_job(key, now)
    }
}
