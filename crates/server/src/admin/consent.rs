//! What a person said to being measured.

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use catalog::Scope;
use event::{Code, TenantId};
use serde_json::{Map, json};

use crate::{
    Problem,
    account::worked,
    auth,
    form::Form,
    reply::{self, Answered},
    state::AppState,
};

/// `GET /api/v1/consent/{distinct_id}`.
pub(crate) async fn show(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = match auth::reader(&app, &parts) {
        Err(problem) => Err(problem),
        Ok(tenant) => worked(&app, move |app| shown(app, &tenant, &id)).await,
    };
    reply::answer(&parts, answered)
}

fn shown(app: &AppState, tenant: &TenantId, id: &str) -> Answered {
    let purposes: Map<_, _> = app
        .parts
        .catalog
        .consents_of(tenant, id)?
        .into_iter()
        .map(|said| (said.purpose, json!({"granted": said.granted, "at": said.at.to_string()})))
        .collect();
    Ok((StatusCode::OK, json!({"distinct_id": id, "purposes": purposes})))
}

/// `PUT /api/v1/consent/{distinct_id}`.
pub(crate) async fn put(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let answered = said(&app, &parts, id, body).await;
    reply::answer(&parts, answered)
}

async fn said(app: &AppState, parts: &Parts, id: String, body: Body) -> Answered {
    let caller = auth::caller_who_may(app, parts, Scope::Admin)?;
    let json = reply::body(app, parts, body).await?;
    let form = Form::of(&json, &["purpose", "granted", "at"])?;
    let purpose = form.text("purpose")?.unwrap_or(catalog::ANALYTICS).to_owned();
    let missing = || Problem::new(Code::MissingField, "granted is required").about("granted");
    let granted = form.flag("granted")?.ok_or_else(missing)?;
    let at = form.time("at")?.unwrap_or_else(|| app.now());
    worked(app, move |app| {
        let (tenant, actor) = (&caller.tenant, &caller.actor);
        app.parts.catalog.set_consent(tenant, &id, &purpose, granted, at, actor)?;
        shown(app, tenant, &id)
    })
    .await
}
