//! Outcomes and refusals as PostHog's clients understand them: by status, and a text for people.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use event::{Code, Outcome, Reason};

use crate::{Problem, error::to_json};

/// The answer to events: success when one of them was taken, or is left out by design.
pub(super) fn outcomes(outcomes: &[Outcome], is_beacon: bool) -> Response {
    let refused = |outcome: &Outcome| match outcome {
        Outcome::Rejected(Reason::Unsupported { .. })
        | Outcome::Stored { .. }
        | Outcome::Duplicate { .. } => None,
        Outcome::Rejected(reason) => Some(Problem::from(reason)),
    };
    let mut first = None;
    for outcome in outcomes {
        match refused(outcome) {
            None => return success(is_beacon),
            Some(problem) => first = first.or(Some(problem)),
        }
    }
    match first {
        Some(problem) => refuse(&problem.with_status(StatusCode::BAD_REQUEST)),
        None => success(is_beacon),
    }
}

fn success(is_beacon: bool) -> Response {
    if is_beacon {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        return response;
    }
    ok()
}

/// What is answered where all is well.
pub(crate) fn ok() -> Response {
    json(StatusCode::OK, br#"{"status":"Ok"}"#.to_vec())
}

/// A refusal of the whole request.
pub(crate) fn refuse(problem: &Problem) -> Response {
    let problem = retried(problem);
    problem.response("text/plain; charset=utf-8", problem.detail.as_bytes().to_vec())
}

/// Its browser client never sends again what got a 429, so that becomes a 503.
fn retried(problem: &Problem) -> Problem {
    match problem.code {
        Code::RateLimited => problem.clone().with_status(StatusCode::SERVICE_UNAVAILABLE),
        _ => problem.clone(),
    }
}

/// A refusal as capture v1 writes it.
pub(super) fn refuse_v1(problem: &Problem, tag: &str) -> Response {
    let problem = retried(problem);
    let body = serde_json::json!({
        "error": tag,
        "error_description": problem.detail,
        "error_uri": format!("/docs#code-{}", problem.code.as_str()),
    });
    problem.response("application/json", to_json(&body, false))
}

/// An answer in JSON.
pub(super) fn json(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
