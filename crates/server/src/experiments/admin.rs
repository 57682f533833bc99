//! Looking after experiments.

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use catalog::{Actor, Catalog, CatalogError, Experiment, ExperimentStatus, Scope};
use event::{Code, TenantId};
use serde_json::{Value, json};

use super::body;
use crate::{
    Problem,
    account::worked,
    auth,
    query::Asker,
    reply::{self, Answered},
    state::AppState,
};

/// `GET /api/v1/experiments`: all, newest first.
pub(crate) async fn list(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = listed(&app, &parts).await;
    reply::answer(&parts, answered)
}

async fn listed(app: &AppState, parts: &Parts) -> Answered {
    let tenant = auth::reader(app, parts)?;
    let status = reply::parameter(parts, "status").filter(|text| !text.is_empty());
    let names: Vec<&str> = ExperimentStatus::ALL.iter().map(|status| status.as_str()).collect();
    if status.as_ref().is_some_and(|status| !names.contains(&status.as_str())) {
        let detail = format!("status must be one of {}", names.join(", "));
        return Err(Problem::new(Code::InvalidValue, detail).about("status"));
    }
    let flag = reply::parameter(parts, "flag").filter(|text| !text.is_empty());
    let all = worked(app, move |app| Ok(app.parts.catalog.experiments(&tenant)?)).await?;
    let wanted = |one: &&Experiment| {
        status.as_ref().is_none_or(|status| one.status().as_str() == status)
            && flag.as_ref().is_none_or(|flag| one.flag == *flag)
    };
    let shown: Vec<Value> = all.iter().rev().filter(wanted).map(body::shown).collect();
    Ok((StatusCode::OK, json!({"experiments": shown})))
}

/// `GET /api/v1/experiments/{id}`.
pub(crate) async fn one(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = match auth::reader(&app, &parts).and_then(|of| Ok((of, number(&id)?))) {
        Err(problem) => Err(problem),
        Ok((tenant, id)) => worked(&app, move |app| told(app, &tenant, id, StatusCode::OK)).await,
    };
    reply::answer(&parts, answered)
}

pub(super) fn number(id: &str) -> Result<u64, Problem> {
    let missing =
        || Problem::new(Code::NotFound, "there is no such experiment, experiments have numbers");
    id.parse().map_err(|_| missing())
}

fn told(app: &AppState, tenant: &TenantId, id: u64, status: StatusCode) -> Answered {
    Ok((status, body::shown(&app.parts.catalog.experiment(tenant, id)?)))
}

/// `POST /api/v1/experiments`: makes a draft.
pub(crate) async fn make(State(app): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let answered = made(&app, &parts, body).await;
    reply::answer(&parts, answered)
}

async fn made(app: &AppState, parts: &Parts, body: Body) -> Answered {
    let caller = auth::caller_who_may(app, parts, Scope::Admin)?;
    let json = reply::body(app, parts, body).await?;
    let context = Asker::new(app, parts, caller.tenant.clone()).context();
    worked(app, move |app| {
        let draft = body::edited(&Experiment::default(), &json, &context);
        let draft = draft.map_err(CatalogError::Experiment)?;
        let id = app.parts.catalog.new_experiment(&caller.tenant, draft, &caller.actor)?;
        told(app, &caller.tenant, id, StatusCode::CREATED)
    })
    .await
}

/// `PATCH /api/v1/experiments/{id}`: what is not in the body stays.
pub(crate) async fn change(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let answered = changed(&app, &parts, &id, body).await;
    reply::answer(&parts, answered)
}

async fn changed(app: &AppState, parts: &Parts, id: &str, body: Body) -> Answered {
    let caller = auth::caller_who_may(app, parts, Scope::Admin)?;
    let id = number(id)?;
    let json = reply::body(app, parts, body).await?;
    let context = Asker::new(app, parts, caller.tenant.clone()).context();
    worked(app, move |app| {
        let to = |before: &Experiment| body::edited(before, &json, &context);
        app.parts.catalog.change_experiment(&caller.tenant, id, &caller.actor, to)?;
        told(app, &caller.tenant, id, StatusCode::OK)
    })
    .await
}

/// `POST /api/v1/experiments/{id}/start`.
pub(crate) async fn start(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = turned(&app, &parts, &id, Catalog::start_experiment).await;
    reply::answer(&parts, answered)
}

/// `POST /api/v1/experiments/{id}/stop`.
pub(crate) async fn stop(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = turned(&app, &parts, &id, Catalog::stop_experiment).await;
    reply::answer(&parts, answered)
}

type Turn = fn(&Catalog, &TenantId, u64, &Actor) -> Result<(), CatalogError>;

async fn turned(app: &AppState, parts: &Parts, id: &str, turn: Turn) -> Answered {
    let caller = auth::caller_who_may(app, parts, Scope::Admin)?;
    let id = number(id)?;
    worked(app, move |app| {
        turn(&app.parts.catalog, &caller.tenant, id, &caller.actor)?;
        told(app, &caller.tenant, id, StatusCode::OK)
    })
    .await
}

/// `DELETE /api/v1/experiments/{id}`: its events stay.
pub(crate) async fn remove(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let may = auth::caller_who_may(&app, &parts, Scope::Admin);
    let answered = match may.and_then(|caller| Ok((caller, number(&id)?))) {
        Err(problem) => Err(problem),
        Ok((caller, id)) => {
            worked(&app, move |app| {
                app.parts.catalog.remove_experiment(&caller.tenant, id, &caller.actor)?;
                Ok((StatusCode::NO_CONTENT, Value::Null))
            })
            .await
        }
    };
    reply::answer(&parts, answered)
}
