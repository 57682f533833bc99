//! S4: ingestion over tRPC.

use axum::response::Response;
use serde_json::json;

use crate::{Problem, error::to_json};

/// A refusal of the whole request.
pub(crate) fn refuse(path: &str, problem: &Problem) -> Response {
    let path = path.rsplit('/').next();
    let data = json!({
        "code": "INTERNAL_SERVER_ERROR",
        "httpStatus": problem.status.as_u16(),
        "path": path,
        "zodError": null,
    });
    let body = json!({"error": {"message": problem.detail, "code": -32603, "data": data}});
    problem.response("application/json", to_json(&body, false))
}
