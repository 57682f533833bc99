//! Outcomes and refusals in S0's shape, written into one buffer.

use std::io::Write;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use event::{EventId, Outcome, Reason};

use crate::Problem;

/// Bytes of one result in a batch.
const RESULT_BYTES: usize = 64;

/// The answer to one event.
pub(super) fn single(outcome: &Outcome) -> Response {
    let mut body = Vec::with_capacity(128);
    match outcome {
        Outcome::Stored { id } | Outcome::Duplicate { id } => {
            body.extend_from_slice(br#"{"success":true,"message":"Event recorded""#);
            push_id(&mut body, *id, matches!(outcome, Outcome::Duplicate { .. }));
            json(StatusCode::CREATED, body)
        }
        Outcome::Rejected(reason) => refuse(&Problem::from(reason)),
    }
}

/// The answer to a batch: 201 when all were taken, 207 when some were, 400 when none was.
pub(super) fn batch(outcomes: &[Outcome]) -> Response {
    let rejected = outcomes.iter().filter(|o| matches!(o, Outcome::Rejected(_))).count();
    let mut body = Vec::with_capacity(32 + outcomes.len() * RESULT_BYTES);
    body.extend_from_slice(br#"{"success":"#);
    body.extend_from_slice(if rejected == 0 { b"true" } else { b"false" });
    body.extend_from_slice(br#","results":["#);
    for (at, outcome) in outcomes.iter().enumerate() {
        if at > 0 {
            body.push(b',');
        }
        match outcome {
            Outcome::Stored { id } | Outcome::Duplicate { id } => {
                body.extend_from_slice(br#"{"success":true"#);
                push_id(&mut body, *id, matches!(outcome, Outcome::Duplicate { .. }));
            }
            Outcome::Rejected(reason) => push_reason(&mut body, reason),
        }
    }
    body.extend_from_slice(b"]}");
    let status = match rejected {
        0 => StatusCode::CREATED,
        all if all == outcomes.len() => StatusCode::BAD_REQUEST,
        _ => StatusCode::MULTI_STATUS,
    };
    json(status, body)
}

/// A refusal of the whole request.
pub(crate) fn refuse(problem: &Problem) -> Response {
    let mut body = Vec::with_capacity(160);
    push_error(&mut body, &problem.detail, problem.code.as_str(), problem.field.as_deref());
    problem.response("application/json", body)
}

fn push_reason(body: &mut Vec<u8>, reason: &Reason) {
    push_error(body, &reason.to_string(), reason.code().as_str(), reason.field());
}

fn push_error(body: &mut Vec<u8>, error: &str, code: &str, field: Option<&str>) {
    body.extend_from_slice(br#"{"success":false,"error":"#);
    push_text(body, error);
    body.extend_from_slice(br#","code":"#);
    push_text(body, code);
    if let Some(field) = field {
        body.extend_from_slice(br#","field":"#);
        push_text(body, field);
    }
    body.push(b'}');
}

/// Ends an object with its id.
fn push_id(body: &mut Vec<u8>, id: EventId, duplicate: bool) {
    // Writing to a Vec does not fail.
    let _ = write!(body, r#","id":"{id}""#);
    if duplicate {
        body.extend_from_slice(br#","duplicate":true"#);
    }
    body.push(b'}');
}

fn push_text(body: &mut Vec<u8>, text: &str) {
    // A text always has a JSON form, and writing to a Vec does not fail.
    let _ = serde_json::to_writer(body, text);
}

fn json(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
