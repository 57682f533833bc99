//! Outcomes in S3's shape, and the headers that tell of an old schema.

use std::io::Write;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use event::{EventId, Outcome};

use super::refuse;
use crate::{Problem, state::AppState};

const DAY_MS: i64 = 24 * 3_600_000;
/// A version is deprecated so long after its successor came.
const DEPRECATED_AFTER_MS: i64 = 90 * DAY_MS;
/// A deprecated version is promised for so long.
const SUNSET_AFTER_MS: i64 = 365 * DAY_MS;

/// The answer to one event.
pub(super) fn single(outcome: &Outcome) -> Response {
    let mut body = Vec::with_capacity(96);
    match outcome {
        Outcome::Stored { id } => push_id(&mut body, *id, false),
        Outcome::Duplicate { id } => push_id(&mut body, *id, true),
        Outcome::Rejected(reason) => return refuse(&Problem::from(reason)),
    }
    json(StatusCode::CREATED, body)
}

/// The answer to a batch: 201 when all were taken, 207 when some were, 400 when none was.
pub(super) fn batch(outcomes: &[Outcome]) -> Response {
    let failed = outcomes.iter().filter(|o| matches!(o, Outcome::Rejected(_))).count();
    let processed = outcomes.len() - failed;
    let mut body = Vec::with_capacity(64 + outcomes.len() * 72);
    let success = failed == 0;
    // Writing to a Vec does not fail.
    let _ = write!(
        body,
        r#"{{"success":{success},"processed":{processed},"failed":{failed},"results":["#
    );
    for (at, outcome) in outcomes.iter().enumerate() {
        if at > 0 {
            body.push(b',');
        }
        match outcome {
            Outcome::Stored { id } => push_id(&mut body, *id, false),
            Outcome::Duplicate { id } => push_id(&mut body, *id, true),
            Outcome::Rejected(reason) => {
                let problem = Problem::from(reason);
                push_error(&mut body, &problem);
            }
        }
    }
    body.extend_from_slice(b"]}");
    let status = match (processed, failed) {
        (_, 0) => StatusCode::CREATED,
        (0, _) => StatusCode::BAD_REQUEST,
        _ => StatusCode::MULTI_STATUS,
    };
    json(status, body)
}

fn push_id(body: &mut Vec<u8>, id: EventId, duplicate: bool) {
    let mark = if duplicate { r#","duplicate":true"# } else { "" };
    let _ = write!(body, r#"{{"success":true,"eventId":"{id}"{mark}}}"#);
}

fn push_error(body: &mut Vec<u8>, problem: &Problem) {
    // A text always has a JSON form, and writing to a Vec does not fail.
    body.extend_from_slice(br#"{"success":false,"error":"#);
    let _ = serde_json::to_writer(&mut *body, &problem.detail);
    let _ = write!(body, r#","code":"{}""#, problem.code.as_str());
    if let Some(field) = &problem.field {
        body.extend_from_slice(br#","field":"#);
        let _ = serde_json::to_writer(&mut *body, field);
    }
    body.push(b'}');
}

fn json(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// The same answer; to events of an old schema it says since when that is deprecated, and until
/// when it is taken.
pub(super) fn dated(app: &AppState, is_old: bool, mut response: Response) -> Response {
    let Some(since) = app.config.service.schema_1_1_0_since.filter(|_| is_old) else {
        return response;
    };
    let deprecated = since.0.saturating_add(DEPRECATED_AFTER_MS);
    if app.now().0 < deprecated {
        return response;
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&format!("@{}", deprecated / 1_000)) {
        headers.insert("deprecation", value);
    }
    let sunset = http_date(deprecated.saturating_add(SUNSET_AFTER_MS));
    if let Some(value) = sunset.and_then(|date| HeaderValue::from_str(&date).ok()) {
        headers.insert("sunset", value);
    }
    response
}

/// A moment as HTTP writes it.
fn http_date(millis: i64) -> Option<String> {
    let moment = jiff::Timestamp::from_millisecond(millis).ok()?;
    Some(moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
}
