//! Looking after flags: S1's admin routes. Refusals tell everything that is wrong with a flag.

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use catalog::{CatalogError, Flags, Scope};
use event::{Code, TenantId};
use flag::Flag;
use serde_json::{Value, json};

use super::{body, public::answer};
use crate::{
    Problem,
    account::worked,
    auth, extract,
    reply::{self, Answered},
    state::AppState,
};

const BASE: &str = "/api/v1/analytics/admin/feature-flags/";
/// Bytes of a flag as it is sent.
const BODY_BYTES_MAX: usize = 1024 * 1024;
const PAGE_SIZE_MAX: u64 = 1_000;
const PAGE_SIZE: u64 = 100;

/// `GET /api/v1/analytics/admin/feature-flags/`: all flags, by number.
pub(crate) async fn list(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = auth::reader(&app, &parts).and_then(|tenant| {
        let flags = app.parts.catalog.flags(&tenant);
        let mut all: Vec<&Flag> = flags.set().flags().collect();
        all.sort_by_key(|flag| flag.id);
        paged(&parts, BASE, &all, |flag| shown(&app, &flags, flag))
    });
    answer(&parts, answered)
}

/// One page of a list.
fn paged<T>(parts: &Parts, base: &str, all: &[T], shown: impl Fn(&T) -> Value) -> Answered {
    let page = reply::whole(parts, "page", (1, u64::from(u32::MAX)))?.unwrap_or(1);
    let size = reply::whole(parts, "page_size", (1, PAGE_SIZE_MAX))?.unwrap_or(PAGE_SIZE);
    let skip = (page - 1) * size;
    let count = all.len() as u64;
    if page > 1 && skip >= count {
        return Err(Problem::new(Code::NotFound, format!("there is no page {page}")).about("page"));
    }
    let link = |page| format!("{base}?page={page}&page_size={size}");
    let items = all.iter().skip(skip as usize).take(size as usize);
    let body = json!({
        "count": count,
        "next": (skip + size < count).then(|| link(page + 1)),
        "previous": (page > 1).then(|| link(page - 1)),
        "results": items.map(shown).collect::<Vec<_>>(),
    });
    Ok((StatusCode::OK, body))
}

/// `GET /api/v1/analytics/admin/feature-flags/{id}/`: one flag.
pub(crate) async fn one(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let tenant = auth::reader(&app, &parts);
    let answered = tenant.and_then(|tenant| told(&app, &tenant, number(&id)?, StatusCode::OK));
    answer(&parts, answered)
}

fn told(app: &AppState, tenant: &TenantId, id: u64, status: StatusCode) -> Answered {
    let flags = app.parts.catalog.flags(tenant);
    let found = flags.by_id(id).map(|flag| shown(app, &flags, flag));
    found.map(|flag| (status, flag)).ok_or_else(|| CatalogError::NoFlag(id).into())
}

fn number(id: &str) -> Result<u64, Problem> {
    let missing = || Problem::new(Code::NotFound, "there is no such flag, flags have numbers");
    id.parse().map_err(|_| missing())
}

/// A flag as it is now, in both forms in which it may be written.
fn shown(app: &AppState, flags: &Flags, flag: &Flag) -> Value {
    let mut settled = flag.clone();
    settled.settle(app.now());
    let mut json = body::written(&settled);
    let (created_at, updated_at) = flags.times(flag.id);
    json["created_at"] = created_at.to_string().into();
    json["updated_at"] = updated_at.to_string().into();
    json
}

/// `POST /api/v1/analytics/admin/feature-flags/`: makes a flag.
pub(crate) async fn make(State(app): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let answered = made(&app, &parts, body).await;
    answer(&parts, answered)
}

async fn made(app: &AppState, parts: &Parts, body: Body) -> Answered {
    let caller = auth::caller_who_may(app, parts, Scope::Admin)?;
    let json = read(app, parts, body).await?;
    worked(app, move |app| {
        let flag = body::new(json).map_err(CatalogError::Flag)?;
        let id = app.parts.catalog.new_flag(&caller.tenant, flag, &caller.actor)?;
        told(app, &caller.tenant, id, StatusCode::CREATED)
    })
    .await
}

async fn read(app: &AppState, parts: &Parts, body: Body) -> Result<Value, Problem> {
    let body = extract::body(app, &parts.headers, body, BODY_BYTES_MAX).await?;
    let wrong = |error| Problem::new(Code::MalformedJson, format!("body is not json: {error}"));
    serde_json::from_str(body.text()?).map_err(wrong)
}

/// `PUT /api/v1/analytics/admin/feature-flags/{id}/`: what is not in the body has its default.
pub(crate) async fn replace(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let answered = changed(&app, &parts, &id, body, body::replaced).await;
    answer(&parts, answered)
}

/// `PATCH /api/v1/analytics/admin/feature-flags/{id}/`: what is not in the body stays.
pub(crate) async fn change(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let answered = changed(&app, &parts, &id, body, body::patched).await;
    answer(&parts, answered)
}

type Edit = fn(&Flag, Value) -> Result<Flag, Vec<flag::Problem>>;

async fn changed(app: &AppState, parts: &Parts, id: &str, body: Body, edit: Edit) -> Answered {
    let caller = auth::caller_who_may(app, parts, Scope::Admin)?;
    let id = number(id)?;
    let json = read(app, parts, body).await?;
    worked(app, move |app| {
        let to = |before: &Flag| edit(before, json);
        app.parts.catalog.change_flag(&caller.tenant, id, &caller.actor, to)?;
        told(app, &caller.tenant, id, StatusCode::OK)
    })
    .await
}

/// `DELETE /api/v1/analytics/admin/feature-flags/{id}/`: removes a flag.
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
                app.parts.catalog.remove_flag(&caller.tenant, id, &caller.actor)?;
                Ok((StatusCode::NO_CONTENT, Value::Null))
            })
            .await
        }
    };
    answer(&parts, answered)
}

/// `GET /api/v1/analytics/admin/feature-flags/{id}/history/`: who changed what, newest first.
pub(crate) async fn history(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = match auth::reader(&app, &parts).and_then(|of| Ok((of, number(&id)?))) {
        Err(problem) => Err(problem),
        Ok((tenant, id)) => {
            let lines = worked(&app, move |app| {
                let lines = app.parts.catalog.flag_history(&tenant, id)?;
                if lines.is_empty() { Err(CatalogError::NoFlag(id).into()) } else { Ok(lines) }
            });
            lines.await.and_then(|lines| {
                let base = format!("{BASE}{id}/history/");
                paged(&parts, &base, &lines, |line| {
                    json!({
                        "at": line.at.to_string(),
                        "actor": line.actor.to_string(),
                        "action": line.action,
                        "changes": line.changes,
                    })
                })
            })
        }
    };
    answer(&parts, answered)
}
