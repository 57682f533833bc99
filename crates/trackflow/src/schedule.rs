//! What is done again and again: each [`Job`] by its timetable, once, whoever else runs on the same
//! catalog.
//!
//! Several processes may share a catalog, but each has a data folder of its own. What is done to the
//! catalog is done once, by whoever comes first; what is done to a folder ([`Job::of_folder`]) can
//! only be done by the process that has it, so it is a job of its own per folder.
//!
//! What is due stands in the catalog, not in memory: a job whose time passed while nobody ran is
//! due at the next start. A job is run under a lease that is moved on while it works, so a process
//! that dies holds nobody up for longer than [`LEASE_MS`]. A run that fails is told, and the job
//! runs again the next time. Each job has a task of its own, so that a long one delays no other.

mod job;
pub(crate) mod jobs;
#[cfg(test)]
mod tests;
mod timetable;

use std::{sync::Arc, time::Duration};

use catalog::{Catalog, CatalogError, Clock, Finished, JobKey, Lease};
use event::Timestamp;
use jiff::tz::TimeZone;
use server::{JobState, Jobs};
use store::Cancel;
use tokio::{sync::watch, task::JoinSet, time};

use job::{Job, Outcome, Run};

/// How long a process that says nothing keeps a job.
const LEASE_MS: i64 = 60_000;
/// How often it says something.
const BEAT: Duration = Duration::from_secs(15);
/// How often a job looks whether it is due.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long a job may go on when the server stops.
const GRACE: Duration = Duration::from_secs(10);
const STOPPED: &str = "stopped with the server";
/// Between the name of a job and the folder it is done to.
const OF_FOLDER: char = '@';
/// A folder whose jobs are overdue for so long is gone, and they are not listed any more.
const GONE_MS: i64 = 7 * 86_400_000;

/// Who runs jobs.
#[derive(Clone, Debug)]
pub(crate) struct Runner {
    /// Stands for this process.
    pub(crate) process: String,
    /// Stands for its data folder, whichever process has it.
    pub(crate) folder: String,
}

/// Runs jobs. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Scheduler(Arc<Shared>);

struct Shared {
    catalog: Arc<Catalog>,
    jobs: Vec<Job>,
    clock: Clock,
    runner: Runner,
    /// Changes when somebody wants a job to run.
    asked: watch::Sender<()>,
    stopping: watch::Sender<bool>,
}

impl Scheduler {
    pub(crate) fn new(catalog: Arc<Catalog>, jobs: Vec<Job>, clock: Clock, runner: Runner) -> Self {
        let (asked, stopping) = (watch::Sender::new(()), watch::Sender::new(false));
        Self(Arc::new(Shared { catalog, jobs, clock, runner, asked, stopping }))
    }

    /// Runs every job when it is due, until [`Self::stop`].
    pub(crate) fn start(&self) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        for at in 0..self.0.jobs.len() {
            let shared = self.0.clone();
            tasks.spawn(async move { shared.repeat(&shared.jobs[at]).await });
        }
        tasks
    }

    /// Ends what is running, early where it can, and waits for it.
    pub(crate) async fn stop(&self, tasks: JoinSet<()>) {
        self.0.stopping.send_replace(true);
        tasks.join_all().await;
    }
}

impl Shared {
    fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// What a job is called in the catalog.
    fn name(&self, job: &Job) -> String {
        if job.of_folder {
            format!("{}{OF_FOLDER}{}", job.name, self.runner.folder)
        } else {
            job.name.to_owned()
        }
    }

    /// A job of the catalog; None when there is none any more, be it that a folder is gone.
    fn state(&self, row: catalog::JobRow, now: Timestamp) -> Option<JobState> {
        let (name, folder) = match row.key.name.split_once(OF_FOLDER) {
            Some((name, folder)) => (name, Some(folder)),
            None => (row.key.name.as_str(), None),
        };
        let job = self.jobs.iter().find(|job| job.name == name)?;
        let is_ours = folder.is_none_or(|folder| folder == self.runner.folder);
        let is_gone = !is_ours && row.next_at.0.saturating_add(GONE_MS) < now.0;
        if job.of_folder != folder.is_some() || is_gone {
            return None;
        }
        let zone = row.key.tenant.as_ref().and_then(|id| self.catalog.tenant(id));
        let zone = zone.map(|tenant| format!(" in {}", tenant.time_zone)).unwrap_or_default();
        let timetable = format!("{}{zone}", job.timetable);
        let (name, folder) = (name.to_owned(), folder.map(str::to_owned));
        Some(JobState { name, folder, about: job.about, timetable, row })
    }

    async fn repeat(self: &Arc<Self>, job: &Job) {
        let (mut asked, mut stopping) = (self.asked.subscribe(), self.stopping.subscribe());
        while !*self.stopping.borrow() {
            asked.mark_unchanged();
            self.round(job).await;
            tokio::select! {
                () = told(&mut stopping) => {}
                _ = asked.changed() => {}
                () = time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    /// Runs a job for everybody for whom it is due; how often it ran.
    async fn round(self: &Arc<Self>, job: &Job) -> usize {
        let (shared, name, per_tenant) = (self.clone(), self.name(job), job.per_tenant);
        let timetable = job.timetable;
        let due = self.catalog(move |catalog| {
            let keys = keys(catalog, &name, per_tenant);
            shared.due(catalog, keys, timetable)
        });
        let mut runs = 0;
        for (key, zone) in due.await.unwrap_or_default() {
            if *self.stopping.borrow() {
                break;
            }
            let (runner, now) = (self.runner.process.clone(), self.now());
            let until = Timestamp(now.0.saturating_add(LEASE_MS));
            let take = move |catalog: &Catalog| catalog.take_job(&key, &runner, now, until);
            if let Some(Some(lease)) = self.catalog(take).await {
                self.run(job, lease, &zone).await;
                runs += 1;
            }
        }
        runs
    }

    /// Those of the keys that are due; what is new is planned.
    fn due(
        &self,
        catalog: &Catalog,
        keys: Vec<(JobKey, TimeZone)>,
        timetable: timetable::Timetable,
    ) -> Result<Vec<(JobKey, TimeZone)>, CatalogError> {
        let now = self.now();
        let rows = catalog.jobs()?;
        let mut due = Vec::new();
        for (key, zone) in keys {
            match rows.binary_search_by(|row| row.key.cmp(&key)) {
                Ok(at) if rows[at].next_at <= now && !rows[at].is_running(now) => {
                    due.push((key, zone));
                }
                Ok(_) => {}
                Err(_) => catalog.plan_job(&key, timetable.next(now, &zone))?,
            }
        }
        Ok(due)
    }

    /// Runs a job that was taken, for every time it owes, and gives it back.
    async fn run(self: &Arc<Self>, job: &Job, lease: Lease, zone: &TimeZone) {
        let now = self.now();
        let slots =
            if job.each_slot { job.timetable.slots(lease.owed_from, now, zone) } else { vec![now] };
        let (mut result, mut owed_from) = (Ok(String::new()), None);
        for slot in slots {
            result = self.attempt(job, &lease, slot).await;
            if result.is_err() {
                owed_from = job.each_slot.then_some(slot);
                break;
            }
        }
        let tenant = lease.key.tenant.as_ref().map_or("", |tenant| tenant.as_str());
        match &result {
            Ok(done) => tracing::debug!(job = job.name, tenant, "a job ran: {done}"),
            Err(error) if error == STOPPED => {
                tracing::info!(job = job.name, tenant, "a job is cut short, the server stops");
            }
            Err(error) => tracing::warn!(job = job.name, tenant, %error, "a job failed"),
        }
        let at = self.now();
        // What was cut short is due at the next start.
        let cut = *self.stopping.borrow() && result.is_err();
        let next_at = if cut { at } else { job.timetable.next(at, zone) };
        let how = Finished { at, next_at, owed_from, result };
        let kept = self.catalog(move |catalog| catalog.finish_job(&lease, &how)).await;
        if kept == Some(false) {
            tracing::warn!(job = job.name, "a job took longer than its lease, another may run it");
        }
    }

    /// One run, keeping the lease meanwhile.
    async fn attempt(self: &Arc<Self>, job: &Job, lease: &Lease, slot: Timestamp) -> Outcome {
        let cancel = Cancel::new();
        let tenant = lease.key.tenant.clone();
        let run = Run { tenant, slot, cancel: cancel.clone() };
        let mut tasks = JoinSet::new();
        tasks.spawn(job.work(run));
        let mut beat = time::interval(BEAT);
        let mut stopping = self.stopping.subscribe();
        let mut until = None;
        loop {
            tokio::select! {
                done = tasks.join_next() => return match done {
                    // Whether it came to its end before it was cancelled is not told.
                    Some(Ok(Ok(_))) if until.is_some() => Err(STOPPED.to_owned()),
                    Some(Ok(outcome)) => outcome,
                    _ => Err("it panicked".to_owned()),
                },
                _ = beat.tick() => {
                    let lease = lease.clone();
                    let end = Timestamp(self.now().0.saturating_add(LEASE_MS));
                    if self.catalog(move |of| of.extend_job(&lease, end)).await == Some(false) {
                        cancel.cancel();
                    }
                }
                () = told(&mut stopping), if until.is_none() => {
                    cancel.cancel();
                    until = Some(time::Instant::now() + GRACE);
                }
                () = time::sleep_until(until.unwrap_or_else(time::Instant::now)),
                    if until.is_some() => return Err(STOPPED.to_owned()),
            }
        }
    }

    /// Asks the catalog on a thread that may block; None when it failed, which is told.
    async fn catalog<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Catalog) -> Result<T, CatalogError> + Send + 'static,
    ) -> Option<T> {
        let catalog = self.catalog.clone();
        match tokio::task::spawn_blocking(move || work(&catalog)).await {
            Ok(Ok(done)) => Some(done),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the schedule cannot be read or written");
                None
            }
            // It panicked; the message is on stderr already.
            Err(_) => None,
        }
    }
}

/// Waits until the schedule is to stop.
async fn told(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// For whom a job is done, and by which clock.
fn keys(catalog: &Catalog, name: &str, per_tenant: bool) -> Vec<(JobKey, TimeZone)> {
    let name = name.to_owned();
    if !per_tenant {
        return vec![(JobKey { name, tenant: None }, TimeZone::UTC)];
    }
    let of = |tenant: catalog::Tenant| {
        // Zones are checked before they are kept; another version may have known more of them.
        let zone = TimeZone::get(&tenant.time_zone).unwrap_or(TimeZone::UTC);
        (JobKey { name: name.clone(), tenant: Some(tenant.id) }, zone)
    };
    catalog.tenants().into_iter().map(of).collect()
}

impl Jobs for Scheduler {
    fn list(&self) -> Result<Vec<JobState>, CatalogError> {
        let now = self.0.now();
        let rows = self.0.catalog.jobs()?;
        Ok(rows.into_iter().filter_map(|row| self.0.state(row, now)).collect())
    }

    fn run(&self, key: &JobKey) -> Result<bool, CatalogError> {
        let hastened = self.0.catalog.hasten_job(key, self.0.now())?;
        self.0.asked.send_replace(());
        Ok(hastened)
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { jobs, runner, .. } = self;
        f.debug_struct("Scheduler").field("runner", runner).field("jobs", jobs).finish()
    }
}
