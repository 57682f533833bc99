//! Whether we live, and whether we can take events.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use ingest::Health;
use serde_json::{Value, json};

use crate::{error::to_json, state::AppState};

/// `GET /healthz`: 200 while the process answers at all.
pub(crate) async fn healthz() -> Response {
    answer(StatusCode::OK, &json!({"status": "ok"}))
}

/// `GET /readyz`: 200 when events can be accepted, else 503 with the reasons. What waits (a pump
/// that tries again) is told and does not make us unready: events are safe in the journal.
pub(crate) async fn readyz(State(app): State<AppState>) -> Response {
    let status = app.parts.pipeline.status();
    let mut reasons = Vec::new();
    if app.is_stopping() {
        reasons.push("the server is stopping".to_owned());
    }
    match &status.health {
        Health::Good => {}
        Health::Blocked(why) | Health::Poisoned(why) => reasons.push(format!("journal: {why}")),
    }
    let mut body = json!({
        "status": if reasons.is_empty() { "ok" } else { "unavailable" },
        "reasons": reasons,
    });
    if let Some(trouble) = status.pump.trouble {
        body["warnings"] = json!([format!("pump: {trouble}")]);
    }
    let ready = reasons.is_empty();
    answer(if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, &body)
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let mut text = to_json(body, false);
    text.push(b'\n');
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status != StatusCode::OK {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}
