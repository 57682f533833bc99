//! Keys over HTTP. The text of a key is told once, when it is made.

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use catalog::{Key, KeyKind, NewKey, Scope, Scopes};
use event::Code;
use serde_json::{Value, json};

use crate::{
    Problem,
    account::worked,
    auth,
    form::Form,
    reply::{self, Answered},
    state::AppState,
};

/// For how long an old key may go on, seconds: 30 days.
const OVERLAP_S_MAX: u64 = 30 * 86_400;
/// For how long it does when nothing is said: a day.
const OVERLAP_S: u64 = 86_400;

/// `GET /api/v1/keys`: all keys of the tenant, without their text.
pub(crate) async fn list(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let tenant = auth::admin(&app, &parts);
    let answered = tenant.map(|tenant| {
        let now = app.now();
        let keys = app.parts.catalog.keys_of(&tenant);
        let keys: Vec<Value> = keys.iter().map(|key| shown(key, key.is_live(now))).collect();
        (StatusCode::OK, json!({"keys": keys}))
    });
    reply::answer(&parts, answered)
}

fn shown(key: &Key, is_live: bool) -> Value {
    json!({
        "id": key.id().to_string(),
        "name": key.name,
        "kind": key.kind.as_str(),
        "hint": key.hint,
        "scopes": key.scopes.to_text().split(' ').collect::<Vec<_>>(),
        "origins": key.origins,
        "created_at": key.created_at.to_string(),
        "expires_at": key.expires_at.map(|at| at.to_string()),
        "revoked_at": key.revoked_at.map(|at| at.to_string()),
        "is_live": is_live,
    })
}

/// `POST /api/v1/keys`: makes a key, or registers a write key that clients use already.
pub(crate) async fn make(State(app): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let answered = made(&app, &parts, body).await;
    reply::answer(&parts, answered)
}

async fn made(app: &AppState, parts: &Parts, body: Body) -> Answered {
    let caller = auth::caller_who_may(app, parts, Scope::Admin)?;
    let json = reply::body(app, parts, body).await?;
    let known = ["name", "kind", "scopes", "expires_at", "origins", "text"];
    let form = Form::of(&json, &known)?;
    let name = form.required("name")?.to_owned();
    let new = NewKey {
        tenant: caller.tenant.clone(),
        kind: kind(&form)?,
        scopes: scopes(&form)?,
        name,
        expires_at: form.time("expires_at")?,
        origins: form.texts("origins")?.unwrap_or_default(),
    };
    let chosen = form.text("text")?.map(str::to_owned);
    if chosen.is_some() && (new.kind == KeyKind::Secret || new.expires_at.is_some()) {
        let detail = "only a write key that does not expire may have a text of your own";
        return Err(Problem::new(Code::InvalidValue, detail).about("text"));
    }
    worked(app, move |app| {
        let catalog = &app.parts.catalog;
        let text = match chosen {
            Some(text) => {
                catalog.register_write_key(&new.tenant, &text, &new.name, &caller.actor)?;
                text
            }
            None => catalog.new_key(new, &caller.actor)?,
        };
        told(app, &caller.tenant, text, StatusCode::CREATED)
    })
    .await
}

fn kind(form: &Form<'_>) -> Result<KeyKind, Problem> {
    let wrong = || Problem::new(Code::InvalidValue, "kind must be write or secret").about("kind");
    KeyKind::named(form.text("kind")?.unwrap_or("write")).ok_or_else(wrong)
}

fn scopes(form: &Form<'_>) -> Result<Scopes, Problem> {
    let Some(names) = form.texts("scopes")? else { return Ok(Scopes::of(&[Scope::Read])) };
    let wrong = || {
        let detail = "scopes must be a list of read, write, admin";
        Problem::new(Code::InvalidValue, detail).about("scopes")
    };
    Scopes::from_text(&names.join(" ")).filter(|set| *set != Scopes::default()).ok_or_else(wrong)
}

/// A key with its text, which is known only now.
fn told(app: &AppState, tenant: &event::TenantId, text: String, status: StatusCode) -> Answered {
    let id = app.parts.catalog.resolve(&text).map(|access| access.key);
    let keys = app.parts.catalog.keys_of(tenant);
    let key = keys.iter().find(|key| Some(key.id()) == id).map(|key| shown(key, true));
    Ok((status, json!({"key": key, "text": text})))
}

/// `POST /api/v1/keys/{id}/rotate`: a new key in place of one, which goes on for a while.
pub(crate) async fn rotate(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let answered = rotated(&app, &parts, id, body).await;
    reply::answer(&parts, answered)
}

async fn rotated(app: &AppState, parts: &Parts, id: String, body: Body) -> Answered {
    let caller = auth::caller_who_may(app, parts, Scope::Admin)?;
    let json = reply::body_or_empty(app, parts, body).await?;
    let form = Form::of(&json, &["overlap_seconds"])?;
    let overlap = form.whole("overlap_seconds", OVERLAP_S_MAX)?.unwrap_or(OVERLAP_S);
    worked(app, move |app| {
        let catalog = &app.parts.catalog;
        let text = catalog.rotate_key(&caller.tenant, &id, overlap * 1_000, &caller.actor)?;
        told(app, &caller.tenant, text, StatusCode::CREATED)
    })
    .await
}

/// `DELETE /api/v1/keys/{id}`: revokes a key at once.
pub(crate) async fn revoke(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = match auth::caller_who_may(&app, &parts, Scope::Admin) {
        Err(problem) => Err(problem),
        Ok(caller) => {
            worked(&app, move |app| {
                app.parts.catalog.revoke_key(&caller.tenant, &id, &caller.actor)?;
                Ok((StatusCode::NO_CONTENT, Value::Null))
            })
            .await
        }
    };
    reply::answer(&parts, answered)
}
