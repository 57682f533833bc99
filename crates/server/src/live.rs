//! `GET /api/v1/live`: the events of a tenant as they become durable, as server-sent events; and how
//! many persons are there now.
//!
//! A stream is a task that follows the tenant and a body that hands on what it wrote, one piece at a
//! time. A client that does not read makes the task wait, and in the end miss events; it holds up
//! nobody else. Every so often a stream looks whether its caller may still read.

mod stream;
mod streams;
mod visitors;
mod wanted;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, header, request::Parts},
    response::Response,
};
use catalog::Scope;
use event::Code;
use ingest::tail::At;

use crate::{
    Problem, auth,
    connection::Streaming,
    reply::parameter,
    router::{self, Shape},
    state::AppState,
};
use stream::{LiveBody, Telling};
pub(crate) use streams::Streams;
pub(crate) use visitors::{Visitors, visitors};
use wanted::Wanted;

/// Begins a stream.
pub(crate) async fn follow(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match begin(&app, &parts) {
        Ok(response) => response,
        Err(problem) => router::refuse(&parts, Shape::Problem, &problem),
    }
}

fn begin(app: &AppState, parts: &Parts) -> Result<Response, Problem> {
    let caller = auth::caller_who_may(app, parts, Scope::Read)?;
    let wanted = Wanted::read(app, &caller.tenant, parts)?;
    let after = last_heard(parts)?;
    let place = app.streams.enter(&caller.tenant)?;
    if let Some(streaming) = parts.extensions.get::<Streaming>() {
        streaming.begin();
    }
    let following = app.parts.pipeline.tail().follow(caller.tenant.clone(), after);
    let following = following.map_err(|error| {
        tracing::error!(%error, "a live stream cannot begin");
        Problem::overloaded("live streams cannot begin now")
    })?;
    let (out, pieces) = tokio::sync::mpsc::channel(1);
    let telling =
        Telling { app: app.clone(), parts: parts.clone(), tenant: caller.tenant, wanted, out };
    tokio::spawn(telling.run(following));
    let mut response = Response::new(Body::new(LiveBody::new(pieces, place)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Else nginx would gather events before it hands them on.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// The last id that the client has heard. A browser that comes back by itself sends the header, and
/// still the parameter of its first request: the header is newer.
fn last_heard(parts: &Parts) -> Result<Option<At>, Problem> {
    let header = parts.headers.get("last-event-id").map(|value| value.to_str().unwrap_or("?"));
    let text = header.map(str::to_owned).or_else(|| parameter(parts, "last_event_id"));
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    text.parse().map(Some).map_err(|error| {
        let detail = format!("last_event_id {error}");
        Problem::new(Code::InvalidValue, detail).about("last_event_id")
    })
}
