//! PostHog's SDKs.

use axum::response::Response;

use crate::Problem;

/// A refusal of the whole request.
pub(crate) fn refuse(problem: &Problem) -> Response {
    problem.response("text/plain; charset=utf-8", problem.detail.as_bytes().to_vec())
}
