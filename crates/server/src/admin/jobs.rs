//! What is done again and again: how it is doing, and running it now.
//!
//! A job for all tenants is seen and run by whoever manages the default tenant; one that is done
//! per tenant by that tenant, for itself. One that is done per data folder runs in all of them.

use axum::{
    extract::{Path, Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use catalog::{JobRow, Scope};
use event::{Code, TenantId, Timestamp};
use serde_json::{Value, json};

use crate::{
    JobState, Problem,
    account::worked,
    auth,
    reply::{self, Answered},
    state::AppState,
};

const UNREADABLE: &str = "the jobs cannot be read";

/// `GET /api/v1/admin/jobs`.
pub(crate) async fn list(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = listed(&app, &parts).await;
    reply::answer(&parts, answered)
}

async fn listed(app: &AppState, parts: &Parts) -> Answered {
    let tenant = auth::admin(app, parts)?;
    let now = (app.parts.clock)();
    let states = reply::blocking(app, UNREADABLE, |app| app.parts.jobs.list()).await?;
    let mine = states.iter().filter(|state| is_for(&tenant, &state.row));
    let jobs: Vec<Value> = mine.map(|state| shown(state, now)).collect();
    Ok((StatusCode::OK, json!({"jobs": jobs})))
}

/// `POST /api/v1/admin/jobs/{name}/run`.
pub(crate) async fn run(
    State(app): State<AppState>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = asked(&app, &parts, name).await;
    reply::answer(&parts, answered)
}

async fn asked(app: &AppState, parts: &Parts, name: String) -> Answered {
    let caller = auth::caller_who_may(app, parts, Scope::Admin)?;
    worked(app, move |app| {
        let states = app.parts.jobs.list()?.into_iter();
        let is_meant = |state: &JobState| state.name == name && is_for(&caller.tenant, &state.row);
        let rows: Vec<JobRow> = states.filter(is_meant).map(|state| state.row).collect();
        let unknown = || Problem::new(Code::NotFound, format!("there is no job {name:?}"));
        let first = rows.first().ok_or_else(unknown)?;
        let mut is_due = false;
        for row in &rows {
            is_due |= app.parts.jobs.run(&row.key)?;
        }
        if !is_due {
            let detail = format!("{name} is running already, since {}", time(first.started_at));
            return Err(Problem::new(Code::Conflict, detail));
        }
        app.parts.catalog.audit(&caller.actor, &caller.tenant, "job.run", &name, "{}")?;
        Ok((StatusCode::ACCEPTED, json!({"name": name, "status": "due"})))
    })
    .await
}

fn is_for(tenant: &TenantId, row: &JobRow) -> bool {
    match &row.key.tenant {
        Some(of) => of == tenant,
        None => *tenant == TenantId::default_tenant(),
    }
}

fn shown(state: &JobState, now: Timestamp) -> Value {
    let JobState { name, folder, about, timetable, row } = state;
    let running = row.is_running(now);
    // While it runs, the end is that of the run before.
    let took = row.started_at.zip(row.finished_at).filter(|_| !running);
    let took = took.map(|(start, end)| end.0.saturating_sub(start.0)).filter(|ms| *ms >= 0);
    json!({
        "name": name,
        "folder": folder,
        "about": about,
        "timetable": timetable,
        "tenant": row.key.tenant.as_ref().map(TenantId::as_str),
        "running": running,
        "last_started_at": row.started_at.map(|at| at.to_string()),
        "last_finished_at": row.finished_at.map(|at| at.to_string()),
        "last_duration_ms": took,
        "last_result": Some(&row.result).filter(|text| !text.is_empty()),
        "last_error": row.error,
        "next_at": row.next_at.to_string(),
    })
}

fn time(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "a moment".to_owned(), |at| at.to_string())
}
