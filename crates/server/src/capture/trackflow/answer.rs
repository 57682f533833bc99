//! Outcomes and refusals in S2's shape.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use event::{
    Outcome, Reason,
    json::{elements, find, unescape},
};
use serde_json::{Value, json};

use crate::{Problem, error::to_json};

/// The answer to a batch, `raw` being the array of its events: 200 unless all were rejected.
pub(super) fn batch(outcomes: &[Outcome], raw: &str) -> Response {
    let (mut accepted, mut duplicates, mut rejected) = (0, 0, Vec::new());
    let mut items = elements(raw);
    for (index, outcome) in outcomes.iter().enumerate() {
        let item = items.next();
        match outcome {
            Outcome::Stored { .. } => accepted += 1,
            Outcome::Duplicate { .. } => duplicates += 1,
            Outcome::Rejected(reason) => rejected.push(refused(index, item, reason)),
        }
    }
    let all = !rejected.is_empty() && rejected.len() == outcomes.len();
    let body = json!({
        "success": rejected.is_empty(),
        "accepted": accepted,
        "duplicates": duplicates,
        "rejected": rejected,
    });
    let mut response = Response::new(Body::from(to_json(&body, false)));
    *response.status_mut() = if all { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// Longer ids are not sent back.
const ID_BYTES_MAX: usize = 200;

fn refused(index: usize, item: Option<&str>, reason: &Reason) -> Value {
    let id = item.and_then(|raw| find(raw, "eventId")).and_then(unescape);
    json!({
        "index": index,
        "eventId": id.filter(|id| id.len() <= ID_BYTES_MAX),
        "code": reason.code().as_str(),
        "message": reason.to_string(),
        "field": reason.field(),
    })
}

/// A refusal of the whole request.
pub(crate) fn refuse(problem: &Problem) -> Response {
    let body = json!({
        "success": false,
        "accepted": 0,
        "duplicates": 0,
        "rejected": [{
            "index": null,
            "eventId": null,
            "code": problem.code.as_str(),
            "message": problem.detail,
            "field": problem.field,
        }],
    });
    problem.response("application/json", to_json(&body, false))
}
