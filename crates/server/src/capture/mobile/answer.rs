//! Outcomes, sessions and refusals in S1's shape.

use std::io::Write;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use event::{EventId, Outcome};
use ingest::Session;
use serde_json::json;

use crate::{Problem, error::to_json};

/// Bytes of one result in a batch.
const RESULT_BYTES: usize = 96;

/// The answer to one event.
pub(super) fn single(outcome: &Outcome) -> Response {
    match outcome {
        Outcome::Stored { id } | Outcome::Duplicate { id } => {
            let mut body = Vec::with_capacity(96);
            body.extend_from_slice(br#"{"status":"ok""#);
            push_id(&mut body, *id, matches!(outcome, Outcome::Duplicate { .. }));
            answer(StatusCode::CREATED, body)
        }
        Outcome::Rejected(reason) => refuse(&Problem::from(reason)),
    }
}

/// The answer to a batch: 201 when all were taken, 207 when some were, 400 when none was.
pub(super) fn batch(outcomes: &[Outcome]) -> Response {
    let rejected = outcomes.iter().filter(|o| matches!(o, Outcome::Rejected(_))).count();
    let (status, word) = match rejected {
        0 => (StatusCode::CREATED, "ok"),
        all if all == outcomes.len() => (StatusCode::BAD_REQUEST, "error"),
        _ => (StatusCode::MULTI_STATUS, "partial"),
    };
    let accepted = outcomes.len() - rejected;
    let mut body = Vec::with_capacity(80 + outcomes.len() * RESULT_BYTES);
    // Writing to a Vec does not fail, here and below.
    let _ = write!(
        body,
        r#"{{"status":"{word}","accepted":{accepted},"rejected":{rejected},"results":["#
    );
    for (index, outcome) in outcomes.iter().enumerate() {
        if index > 0 {
            body.push(b',');
        }
        match outcome {
            Outcome::Stored { id } | Outcome::Duplicate { id } => {
                let _ = write!(body, r#"{{"index":{index},"status":"ok""#);
                push_id(&mut body, *id, matches!(outcome, Outcome::Duplicate { .. }));
            }
            Outcome::Rejected(reason) => {
                let result = json!({
                    "index": index,
                    "status": "error",
                    "code": reason.code().as_str(),
                    "message": reason.to_string(),
                    "field": reason.field(),
                });
                body.extend_from_slice(&to_json(&result, false));
            }
        }
    }
    body.extend_from_slice(b"]}");
    answer(status, body)
}

/// A session.
pub(super) fn session(status: StatusCode, session: &Session) -> Response {
    let body = json!({
        "session_id": session.id,
        "distinct_id": session.distinct_id,
        "device_id": session.device_id,
        "started_at": session.started_at.to_string(),
        "ended_at": session.ended_at.map(|at| at.to_string()),
        "duration_seconds": session.duration_seconds(),
        "event_count": session.event_count,
        "is_active": session.ended_at.is_none(),
        "app_version": session.app_version,
        "os_name": session.os,
        "os_version": session.os_version,
    });
    answer(status, to_json(&body, false))
}

/// A refusal of the whole request.
pub(crate) fn refuse(problem: &Problem) -> Response {
    let mut errors = serde_json::Map::new();
    for error in &problem.errors {
        let of_field = errors.entry(error.field.clone()).or_insert_with(|| json!([]));
        if let Some(messages) = of_field.as_array_mut() {
            messages.push(json!(error.message));
        }
    }
    if let Some(field) = problem.field.as_ref().filter(|_| errors.is_empty()) {
        errors.insert(field.clone(), json!([problem.detail]));
    }
    let body = json!({
        "detail": problem.detail,
        "code": problem.code.as_str(),
        "errors": errors,
    });
    problem.response("application/json", to_json(&body, false))
}

/// Ends an object with its id.
fn push_id(body: &mut Vec<u8>, id: EventId, duplicate: bool) {
    let _ = write!(body, r#","event_id":"{id}""#);
    if duplicate {
        body.extend_from_slice(br#","duplicate":true"#);
    }
    body.push(b'}');
}

fn answer(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
