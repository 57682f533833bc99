//! Lists of the things a customer has, against which events that name one are checked.

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use catalog::Scope;
use event::{Code, TenantId};
use serde_json::{Map, Value, json};

use crate::{
    Problem,
    account::worked,
    auth, extract,
    form::Form,
    reply::{self, Answered},
    state::AppState,
};

/// `GET /api/v1/admin/entities`: the lists and how long they are.
pub(crate) async fn list(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = auth::admin(&app, &parts).map(|tenant| shown(&app, &tenant));
    reply::answer(&parts, answered)
}

fn shown(app: &AppState, tenant: &TenantId) -> (StatusCode, Value) {
    let lists = app.parts.catalog.entities(tenant);
    let lists: Map<_, _> = lists.into_iter().map(|(kind, count)| (kind, json!(count))).collect();
    (StatusCode::OK, json!({"entities": lists}))
}

/// `PUT /api/v1/admin/entities/{type}`: `{"ids":[..]}` in place of the list, or `add` to it.
pub(crate) async fn put(
    State(app): State<AppState>,
    Path(kind): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let answered = listed(&app, &parts, kind, body).await;
    reply::answer(&parts, answered)
}

async fn listed(app: &AppState, parts: &Parts, kind: String, body: Body) -> Answered {
    let caller = auth::caller_who_may(app, parts, Scope::Admin)?;
    // Lists are long: as large as any body may be.
    let bytes_max = app.parts.pipeline.limits().body_bytes;
    let body = extract::body(app, &parts.headers, body, bytes_max).await?;
    worked(app, move |app| {
        let json: Value = serde_json::from_str(body.text()?).map_err(|error| {
            Problem::new(Code::MalformedJson, format!("body is not json: {error}"))
        })?;
        let form = Form::of(&json, &["ids", "add"])?;
        let missing = || Problem::new(Code::MissingField, "ids is required").about("ids");
        let ids = form.texts("ids")?.ok_or_else(missing)?;
        let replace = !form.flag("add")?.unwrap_or(false);
        let (tenant, actor) = (&caller.tenant, &caller.actor);
        app.parts.catalog.put_entities(tenant, &kind, ids.into_iter(), replace, actor)?;
        Ok(shown(app, tenant))
    })
    .await
}

/// `DELETE /api/v1/admin/entities/{type}`: events of that type are not checked any more.
pub(crate) async fn remove(
    State(app): State<AppState>,
    Path(kind): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = match auth::caller_who_may(&app, &parts, Scope::Admin) {
        Err(problem) => Err(problem),
        Ok(caller) => {
            worked(&app, move |app| {
                if !app.parts.catalog.remove_entities(&caller.tenant, &kind, &caller.actor)? {
                    return Err(Problem::new(Code::NotFound, "there is no list of this type"));
                }
                Ok((StatusCode::NO_CONTENT, Value::Null))
            })
            .await
        }
    };
    reply::answer(&parts, answered)
}
