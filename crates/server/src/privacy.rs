//! Erasing a person, and the receipts.
//!
//! An erasure is taken (202) when it is noted on disk; how far it is, is told by its receipt.
//! Receipts say nothing about the person, so they may be kept as evidence.

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{StatusCode, request},
    response::Response,
};
use event::{Code, TenantId};
use ingest::EraseError;
use serde_json::{Value, json};
use store::erasure::{How, Receipt};

use crate::{Problem, auth, reply, state::AppState};

/// Receipts that are listed at once.
const RECEIPTS_MAX: usize = 1_000;
/// Seconds after which to try again when too many are waiting.
const BUSY_RETRY_SECONDS: u32 = 30;

/// `POST /api/v1/privacy/erase`: 202 with the receipt.
pub(crate) async fn erase(State(app): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let answered = match try_erase(&app, &parts, body).await {
        Ok(receipt) => Ok((StatusCode::ACCEPTED, shown(&receipt))),
        Err(problem) => Err(problem),
    };
    reply::answer(&parts, answered)
}

/// `GET /api/v1/privacy/erasures`: the newest receipts.
pub(crate) async fn list(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let receipts = receipts(&app, &parts, None).await;
    let all = |receipts: Vec<Receipt>| json!({"erasures": receipts.iter().map(shown).collect::<Vec<_>>()});
    reply::answer(&parts, receipts.map(|receipts| (StatusCode::OK, all(receipts))))
}

/// `GET /api/v1/privacy/erasures/{id}`: one receipt.
pub(crate) async fn one(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let missing = || Problem::new(Code::NotFound, "there is no such erasure");
    let found = match id.parse() {
        Ok(number) => receipts(&app, &parts, Some(number)).await,
        // Who may not ask is told so first.
        Err(_) => auth::admin(&app, &parts).and_then(|_| Err(missing())),
    };
    let first = found.and_then(|receipts| receipts.first().map(shown).ok_or_else(missing));
    reply::answer(&parts, first.map(|receipt| (StatusCode::OK, receipt)))
}

async fn try_erase(app: &AppState, parts: &request::Parts, body: Body) -> Result<Receipt, Problem> {
    let tenant = auth::admin(app, parts)?;
    let json = reply::body(app, parts, body).await?;
    let (id, how) = read(&json, app.parts.pipeline.limits().id_chars)?;
    let now = app.now();
    blocking(app, move |app| app.parts.pipeline.erase(&tenant, &id, how, now)).await
}

/// Who, and how.
fn read(json: &Value, chars_max: usize) -> Result<(String, How), Problem> {
    let Some(object) = json.as_object() else {
        return Err(Problem::new(Code::InvalidType, "body must be an object"));
    };
    if let Some(key) = object.keys().find(|key| !["distinct_id", "mode"].contains(&key.as_str())) {
        let shown: String = key.chars().take(64).collect();
        return Err(Problem::new(Code::InvalidValue, format!("{shown} is not known")).about(shown));
    }
    let field = "distinct_id";
    let id = match object.get(field) {
        None | Some(Value::Null) => {
            return Err(Problem::new(Code::MissingField, "distinct_id is required").about(field));
        }
        Some(Value::String(id)) if id.is_empty() => {
            return Err(Problem::new(Code::MissingField, "distinct_id is empty").about(field));
        }
        Some(Value::String(id)) if id.chars().count() > chars_max => {
            let detail = format!("distinct_id has more than {chars_max} characters");
            return Err(Problem::new(Code::TooLong, detail).about(field));
        }
        Some(Value::String(id)) if !insight::is_linkable(id) => {
            let detail = "distinct_id stands for nobody: events of many people carry it";
            return Err(Problem::new(Code::InvalidValue, detail).about(field));
        }
        Some(Value::String(id)) => id.clone(),
        Some(_) => {
            return Err(Problem::new(Code::InvalidType, "distinct_id must be a text").about(field));
        }
    };
    let how = match object.get("mode") {
        None => Some(How::Delete),
        Some(mode) => mode.as_str().and_then(How::named),
    };
    let wrong = || Problem::new(Code::InvalidValue, "mode must be delete or anonymise");
    Ok((id, how.ok_or_else(|| wrong().about("mode"))?))
}

async fn receipts(
    app: &AppState,
    parts: &request::Parts,
    number: Option<u64>,
) -> Result<Vec<Receipt>, Problem> {
    let tenant: TenantId = auth::admin(app, parts)?;
    blocking(app, move |app| app.parts.pipeline.erasures(&tenant, number, RECEIPTS_MAX)).await
}

async fn blocking<T: Send + 'static>(
    app: &AppState,
    work: impl FnOnce(&AppState) -> Result<T, EraseError> + Send + 'static,
) -> Result<T, Problem> {
    let worker = app.clone();
    match tokio::task::spawn_blocking(move || work(&worker)).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(EraseError::Busy { waiting })) => {
            let detail = format!("{waiting} erasures are waiting already");
            Err(Problem::new(Code::Overloaded, detail).retry_after(BUSY_RETRY_SECONDS))
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "an erasure was not taken, or its receipt not read");
            Err(Problem::internal())
        }
        Err(_) => Err(Problem::internal()),
    }
}

fn shown(receipt: &Receipt) -> Value {
    let touched = &receipt.touched;
    json!({
        "id": receipt.number,
        "mode": receipt.how.as_str(),
        "state": receipt.state.as_str(),
        "requested_at": receipt.requested_at.to_string(),
        "finished_at": receipt.finished_at.map(|at| at.to_string()),
        "ids": touched.ids,
        "holders": {
            "parts": {
                "files": touched.files, "events": touched.events, "mentions": touched.mentions,
            },
            "journal": {"records": touched.journal},
            "people": {
                "links": touched.links, "properties": touched.properties,
                "first_seen": touched.first_seen,
            },
            "rejected": {"events": touched.rejected},
            "quarantine": {"files": touched.quarantine},
        },
    })
}
