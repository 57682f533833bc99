//! `GET /api/v1/audit`: who changed what, newest first.

use axum::{
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use catalog::AuditRow;
use serde_json::{Value, json};

use crate::{
    account::worked,
    auth,
    reply::{self, Answered},
    state::AppState,
};

const ROWS_MAX: u64 = 1_000;
const ROWS: u64 = 100;

/// A page of the audit trail.
pub(crate) async fn list(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = listed(&app, &parts).await;
    reply::answer(&parts, answered)
}

async fn listed(app: &AppState, parts: &Parts) -> Answered {
    let tenant = auth::admin(app, parts)?;
    let before = reply::whole(parts, "before", (1, i64::MAX as u64))?;
    let count = reply::whole(parts, "limit", (1, ROWS_MAX))?.unwrap_or(ROWS) as usize;
    let rows =
        worked(app, move |app| Ok(app.parts.catalog.audit_list(&tenant, before, count)?)).await?;
    let next = rows.last().filter(|_| rows.len() == count).map(|row| row.seq);
    let entries: Vec<Value> = rows.iter().map(shown).collect();
    Ok((StatusCode::OK, json!({"entries": entries, "next_before": next})))
}

fn shown(row: &AuditRow) -> Value {
    let detail: Value = serde_json::from_str(&row.detail).unwrap_or(Value::Null);
    json!({
        "seq": row.seq,
        "at": row.at.to_string(),
        "actor": row.actor.to_string(),
        "action": row.action,
        "subject": row.subject,
        "detail": detail,
    })
}
