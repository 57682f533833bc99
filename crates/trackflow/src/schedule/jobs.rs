//! Every job there is.

use std::sync::Arc;

use catalog::Catalog;
use event::TenantId;
use ingest::Pipeline;

use super::{
    job::{Job, blocking},
    timetable::Timetable,
};

/// The jobs of a server.
pub(crate) fn all(pipeline: &Pipeline, catalog: &Arc<Catalog>) -> Vec<Job> {
    vec![
        close_sessions(pipeline.clone()),
        compact(pipeline.clone()),
        expire_events(pipeline.clone()),
        forget_salts(catalog.clone()),
        prune_logins(catalog.clone()),
    ]
}

fn close_sessions(pipeline: Pipeline) -> Job {
    let about = "Ends sessions of apps that nobody hears of any more";
    let job = Job::new(("close-sessions", about), Timetable::Every(10), move |run| {
        let pipeline = pipeline.clone();
        async move {
            let ended = pipeline.sessions().close_inactive(run.slot).await;
            Ok(format!("{ended} ended"))
        }
    });
    job.of_folder()
}

fn compact(pipeline: Pipeline) -> Job {
    let about = "Has few files made of many, in the background";
    let job = Job::new(("compact", about), Timetable::Hourly(5), move |_| {
        pipeline.compact();
        async { Ok("asked for".to_owned()) }
    });
    job.of_folder()
}

fn expire_events(pipeline: Pipeline) -> Job {
    let about = "Removes events past the retention of a tenant";
    let job = Job::new(("expire-events", about), Timetable::Daily(1), move |run| {
        let pipeline = pipeline.clone();
        blocking(move || {
            let tenant = run.tenant.unwrap_or_else(TenantId::default_tenant);
            match pipeline.expire(&tenant, run.slot, &run.cancel) {
                Ok(events) => Ok(format!("{events} removed")),
                Err(error) => Err(error.to_string()),
            }
        })
    });
    job.per_tenant().of_folder()
}

fn forget_salts(catalog: Arc<Catalog>) -> Job {
    let about = "Overwrites the salts of days that are over";
    Job::new(("forget-salts", about), Timetable::Hourly(5), move |_| {
        let catalog = catalog.clone();
        blocking(move || match catalog.forget_salts() {
            Ok(()) => Ok("none is left of days that are over".to_owned()),
            Err(error) => Err(error.to_string()),
        })
    })
}

fn prune_logins(catalog: Arc<Catalog>) -> Job {
    let about = "Removes log-in sessions and one-time links whose time is over";
    Job::new(("prune-logins", about), Timetable::Hourly(5), move |_| {
        let catalog = catalog.clone();
        blocking(move || match catalog.prune() {
            Ok((sessions, links)) => Ok(format!("{sessions} sessions and {links} links removed")),
            Err(error) => Err(error.to_string()),
        })
    })
}
