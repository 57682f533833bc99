//! S1: mobile analytics.

use axum::response::Response;
use serde_json::json;

use crate::{Problem, error::to_json};

/// A refusal of the whole request.
pub(crate) fn refuse(problem: &Problem) -> Response {
    let errors = problem.field.as_ref().map(|field| json!({field: [problem.detail]}));
    let body = json!({
        "detail": problem.detail,
        "code": problem.code.as_str(),
        "errors": errors.unwrap_or_else(|| json!({})),
    });
    problem.response("application/json", to_json(&body, false))
}
