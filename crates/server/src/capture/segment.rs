//! Segment's SDKs.

use axum::response::Response;
use serde_json::json;

use crate::{Problem, error::to_json};

/// A refusal of the whole request.
pub(crate) fn refuse(problem: &Problem) -> Response {
    let body = json!({"success": false, "message": problem.detail, "code": problem.code.as_str()});
    problem.response("application/json", to_json(&body, false))
}
