//! Outcomes and refusals as Segment's clients understand them: by status.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use event::{Code, Outcome};
use serde_json::json;

use crate::{Problem, error::to_json};

/// The answer to calls: success, whatever became of them; only one call alone that is too large is
/// told so.
pub(super) fn outcomes(outcomes: &[Outcome], is_single: bool) -> Result<Response, Problem> {
    if let [Outcome::Rejected(reason)] = outcomes
        && is_single
        && reason.code() == Code::EventTooLarge
    {
        return Err(Problem::from(reason));
    }
    let mut response = Response::new(Body::from(r#"{"success":true}"#));
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

/// A refusal of the whole request. Its clients take 400 for too large.
pub(crate) fn refuse(problem: &Problem) -> Response {
    let mut problem = problem.clone();
    if matches!(problem.code, Code::BodyTooLarge | Code::BatchTooLarge) {
        problem.status = StatusCode::BAD_REQUEST;
    }
    let body = json!({"success": false, "message": problem.detail, "code": problem.code.as_str()});
    problem.response("application/json", to_json(&body, false))
}
