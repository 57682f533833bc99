//! What the JSON endpoints of our own share: reading a body, working where it may block, answering.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::Response,
};
use event::Code;
use serde_json::Value;

use crate::{
    Problem,
    error::to_json,
    extract, page,
    router::{self, Shape},
    state::AppState,
};

/// Bytes of a request.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// What a handler comes to.
pub(crate) type Answered = Result<(StatusCode, Value), Problem>;

/// A body as JSON.
pub(crate) async fn body(app: &AppState, parts: &Parts, body: Body) -> Result<Value, Problem> {
    let body = extract::body(app, &parts.headers, body, BODY_BYTES_MAX).await?;
    serde_json::from_str(body.text()?)
        .map_err(|error| Problem::new(Code::MalformedJson, format!("body is not json: {error}")))
}

/// The same, where no body stands for an empty object.
pub(crate) async fn body_or_empty(
    app: &AppState,
    parts: &Parts,
    body: Body,
) -> Result<Value, Problem> {
    let body = extract::body(app, &parts.headers, body, BODY_BYTES_MAX).await?;
    let text = body.text()?;
    if text.trim_ascii().is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    serde_json::from_str(text)
        .map_err(|error| Problem::new(Code::MalformedJson, format!("body is not json: {error}")))
}

/// Works on a thread that may wait for a disk. `failed` says what went wrong, for the log.
pub(crate) async fn blocking<T: Send + 'static, E: std::fmt::Display + Send + 'static>(
    app: &AppState,
    failed: &'static str,
    work: impl FnOnce(&AppState) -> Result<T, E> + Send + 'static,
) -> Result<T, Problem> {
    let worker = app.clone();
    match tokio::task::spawn_blocking(move || work(&worker)).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => {
            tracing::error!(%error, "{failed}");
            Err(Problem::internal())
        }
        Err(_) => Err(Problem::internal()),
    }
}

/// Writes what a handler came to.
pub(crate) fn answer(parts: &Parts, answered: Answered) -> Response {
    let (status, body) = match answered {
        Ok(answered) => answered,
        Err(problem) => return router::refuse(parts, Shape::Problem, &problem),
    };
    let body = match status {
        StatusCode::NO_CONTENT => Body::empty(),
        _ => Body::from(to_json(&body, page::is_pretty(parts))),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if status != StatusCode::NO_CONTENT {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The parameters of a query string; of one that is there twice the last counts.
pub(crate) fn parameter(parts: &Parts, name: &str) -> Option<String> {
    let pairs = parts.uri.query().unwrap_or("").split('&').rev();
    let mut pairs = pairs.filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(key, _)| *key == name)?;
    Some(crate::auth::percent_decoded(value).into_owned())
}

/// A whole number among the parameters.
pub(crate) fn whole(
    parts: &Parts,
    name: &'static str,
    (min, max): (u64, u64),
) -> Result<Option<u64>, Problem> {
    let Some(text) = parameter(parts, name).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let number = text.parse().ok().filter(|number| (min..=max).contains(number));
    let wrong = || {
        let detail = format!("{name} must be a whole number from {min} to {max}");
        Problem::new(Code::InvalidValue, detail).about(name)
    };
    number.map(Some).ok_or_else(wrong)
}
