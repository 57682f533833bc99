//! Refused events: reading them, and sending them again after a fix.
//!
//! Sent again they go the way of any other event of their dialect, as if they came now; only the
//! time of an event that does not tell its own is still that of its first receipt. What is taken
//! then is noted as replayed and not sent a second time by "all".

use axum::{
    body::Body,
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use event::{Code, Outcome, TenantId};
use serde_json::{Value, json};
use store::rejected::{Entry, Listing};

use crate::{
    Problem, auth, capture,
    reply::{self, Answered},
    state::AppState,
};

/// Entries of one page, and at most as many are sent again at once.
const ENTRIES_MAX: u64 = 1_000;
const ENTRIES_DEFAULT: u64 = 100;
const UNREADABLE: &str = "the rejected-events log cannot be read";

/// `GET /api/v1/admin/rejected`: the newest entries.
pub(crate) async fn list(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = listed(&app, &parts).await;
    reply::answer(&parts, answered)
}

async fn listed(app: &AppState, parts: &Parts) -> Answered {
    let tenant = auth::admin(app, parts)?;
    let count = reply::whole(parts, "limit", (1, ENTRIES_MAX))?.unwrap_or(ENTRIES_DEFAULT);
    let listing = Listing {
        before: reply::whole(parts, "before", (1, i64::MAX as u64))?,
        code: known_code(reply::parameter(parts, "code"))?,
        unplayed: false,
        count: count as usize,
    };
    let entries = move |app: &AppState| app.parts.pipeline.rejected().list(&tenant, &listing);
    let entries = reply::blocking(app, UNREADABLE, entries).await?;
    let full = entries.len() as u64 == count;
    let next = entries.last().filter(|_| full).map(|entry| entry.number);
    let entries: Vec<Value> = entries.iter().map(shown).collect();
    Ok((StatusCode::OK, json!({"entries": entries, "next_before": next})))
}

fn known_code(code: Option<String>) -> Result<Option<String>, Problem> {
    let Some(code) = code.filter(|code| !code.is_empty()) else { return Ok(None) };
    let wrong = || Problem::new(Code::InvalidValue, "code is not one of the table").about("code");
    let known = Code::ALL.iter().any(|known| known.as_str() == code);
    if known { Ok(Some(code)) } else { Err(wrong()) }
}

fn shown(entry: &Entry) -> Value {
    let note = &entry.note;
    json!({
        "id": entry.number,
        "at": note.received_at.to_string(),
        "dialect": note.dialect.as_str(),
        "code": note.code,
        "field": note.field,
        "message": note.message,
        "payload": note.payload,
        "actor": note.actor.as_deref().and_then(|actor| serde_json::from_str::<Value>(actor).ok()),
        "is_cut": note.is_cut,
        "replayed_at": entry.replayed_at.map(|at| at.to_string()),
    })
}

/// `POST /api/v1/admin/rejected/replay`: sends entries again.
pub(crate) async fn replay(State(app): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let answered = replayed(&app, &parts, body).await;
    reply::answer(&parts, answered)
}

async fn replayed(app: &AppState, parts: &Parts, body: Body) -> Answered {
    let tenant = auth::admin(app, parts)?;
    let which = Which::read(&reply::body(app, parts, body).await?)?;
    let whose = tenant.clone();
    let entries = reply::blocking(app, UNREADABLE, move |app| which.entries(app, &whose)).await?;
    let (mut counts, mut results) = ([0u64; 3], Vec::with_capacity(entries.len()));
    for entry in entries {
        let outcome = again(app, &tenant, &entry).await?;
        let (place, name) = match &outcome {
            Outcome::Stored { .. } => (0, "stored"),
            Outcome::Duplicate { .. } => (1, "duplicate"),
            Outcome::Rejected(_) => (2, "rejected"),
        };
        counts[place] += 1;
        let mut result = json!({"id": entry.number, "outcome": name});
        match outcome {
            Outcome::Stored { id } | Outcome::Duplicate { id } => {
                result["event_id"] = json!(id.to_string());
            }
            Outcome::Rejected(reason) => {
                result["code"] = json!(reason.code().as_str());
                result["message"] = json!(reason.to_string());
            }
        }
        results.push(result);
    }
    let [stored, duplicate, rejected] = counts;
    let body = json!({
        "stored": stored, "duplicate": duplicate, "rejected": rejected, "results": results,
    });
    Ok((StatusCode::OK, body))
}

/// Sends one entry again, and notes it when it is taken.
async fn again(app: &AppState, tenant: &TenantId, entry: &Entry) -> Result<Outcome, Problem> {
    let outcome = capture::replay(app, tenant, entry).await?;
    if !matches!(outcome, Outcome::Rejected(_)) {
        let (whose, number, now) = (tenant.clone(), entry.number, app.now());
        let note =
            move |app: &AppState| app.parts.pipeline.rejected().replayed(&whose, number, now);
        reply::blocking(app, "a replay cannot be noted", note).await?;
    }
    Ok(outcome)
}

/// Which entries are sent again.
enum Which {
    Numbers(Vec<u64>),
    /// The newest that were not yet, of a code or of any.
    All(Option<String>),
}

impl Which {
    fn read(json: &Value) -> Result<Self, Problem> {
        let wrong = |field: &'static str, detail: &'static str| {
            Problem::new(Code::InvalidValue, detail).about(field)
        };
        match (json.get("ids"), json.get("all"), json.get("code")) {
            (Some(ids), None, None) => {
                let numbers = ids.as_array().map(|ids| ids.iter().map(Value::as_u64).collect());
                let numbers: Option<Vec<u64>> = numbers.flatten();
                let few = |n: &Vec<u64>| (1..=ENTRIES_MAX as usize).contains(&n.len());
                let detail = "ids must be a list of 1 to 1000 numbers";
                numbers.filter(few).map(Self::Numbers).ok_or_else(|| wrong("ids", detail))
            }
            (None, Some(Value::Bool(true)), None) => Ok(Self::All(None)),
            (None, None, Some(Value::String(code))) => {
                Ok(Self::All(known_code(Some(code.clone()))?))
            }
            _ => Err(wrong("ids", "one of ids, code, or all (true) is required")),
        }
    }

    fn entries(&self, app: &AppState, tenant: &TenantId) -> Result<Vec<Entry>, store::OpenError> {
        let log = app.parts.pipeline.rejected();
        match self {
            Self::Numbers(numbers) => {
                let each = numbers.iter().map(|number| log.entry(tenant, *number));
                each.filter_map(Result::transpose).collect()
            }
            Self::All(code) => {
                let count = ENTRIES_MAX as usize;
                let code = code.clone();
                let mut entries =
                    log.list(tenant, &Listing { before: None, code, unplayed: true, count })?;
                // In the order they came.
                entries.reverse();
                Ok(entries)
            }
        }
    }
}
