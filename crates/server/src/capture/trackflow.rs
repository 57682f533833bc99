//! S2: the browser tracker.

use axum::response::Response;
use serde_json::json;

use crate::{Problem, error::to_json};

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
