//! Around every request: its id, CORS, panics, metrics, the access log.
//!
//! This is one function instead of a stack of layers: a layer of tower boxes a future and clones a
//! service, and a capture request takes only some microseconds in all.

use std::{
    convert::Infallible,
    fmt,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Instant,
};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    response::Response,
};
use tower::Service;

use crate::{
    Parts, Problem, ServerConfig, cors,
    metrics::RouteMetrics,
    router::{self, Area, Map, Shape},
    state::AppState,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// A longer or stranger id of a client is replaced by one of ours.
const REQUEST_ID_BYTES_MAX: usize = 128;

/// The application: answers requests. Clones share everything.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    state: AppState,
    map: Map,
    router: Router,
    metrics: RouteMetrics,
}

impl App {
    /// The application over its parts.
    pub fn new(parts: Parts, config: ServerConfig) -> Self {
        let state = AppState::new(parts, config);
        let (map, router) = router::build(state.clone());
        let metrics = state.parts.metrics.of_routes(map.paths());
        // Registered now, so that it is there before the first connection.
        state.parts.metrics.connections().set(0.0);
        Self(Arc::new(Inner { state, map, router, metrics }))
    }

    pub(crate) fn state(&self) -> &AppState {
        &self.0.state
    }

    /// Answers one request.
    pub async fn handle(&self, mut request: Request<Body>) -> Response {
        let start = Instant::now();
        let inner = &*self.0;
        let id = inner.identify(request.headers_mut());
        let found = inner.map.find(request.uri().path());
        let (number, area) = match found {
            Some((number, info)) => (Some(number), info.area),
            None => (None, unknown_area(request.uri().path())),
        };
        let origin = request.headers().get(header::ORIGIN).cloned();
        let log = tracing::enabled!(target: "server::access", tracing::Level::DEBUG)
            .then(|| (request.method().clone(), request.uri().path().to_owned()));

        let mut response = match found {
            Some((_, info)) if request.method() == Method::OPTIONS => {
                let origins = &inner.state.config.origins;
                cors::preflight(request.headers(), info, origins)
            }
            _ => inner.call(request, area, &id).await,
        };

        if let Some(origin) = origin
            && !response.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN)
        {
            cors::mark(&origin, area, &inner.state.config.origins, &mut response);
        }
        let elapsed = start.elapsed();
        inner.metrics.record(number, response.status(), elapsed);
        if let Some((method, path)) = log {
            tracing::event!(
                target: "server::access",
                tracing::Level::DEBUG,
                http.method = %method,
                http.path = %path,
                http.status = response.status().as_u16(),
                elapsed_us = elapsed.as_micros() as u64,
                request.id = id.to_str().unwrap_or(""),
                "request answered"
            );
        }
        response.headers_mut().insert(REQUEST_ID, id);
        response
    }
}

impl Inner {
    /// The client's id of the request when it is a sane one, else one of ours; set as header, so
    /// that handlers find it.
    fn identify(&self, headers: &mut HeaderMap) -> HeaderValue {
        if let Some(id) = headers.get(REQUEST_ID).filter(|id| is_sane(id.as_bytes())) {
            return id.clone();
        }
        let id = hex(self.state.next_request());
        headers.insert(REQUEST_ID, id.clone());
        id
    }

    /// Calls the handler; a panic in it becomes a 500 without its cause.
    async fn call(&self, request: Request<Body>, area: Area, id: &HeaderValue) -> Response {
        let mut router = self.router.clone();
        let mut answer = pin!(router.call(request));
        let result: Result<Result<Response, Infallible>, _> =
            poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(cx))) {
                Ok(Poll::Pending) => Poll::Pending,
                Ok(Poll::Ready(response)) => Poll::Ready(Ok(response)),
                Err(_) => Poll::Ready(Err(())),
            })
            .await;
        match result {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(()) => {
                self.metrics.panics.increment(1);
                let id = id.to_str().unwrap_or("");
                tracing::error!(request.id = id, "a handler panicked; the request got a 500");
                match area {
                    Area::Capture(shape) => router::refuse_in(shape, "", &Problem::internal()),
                    _ => Problem::internal().to_problem_json(id, false),
                }
            }
        }
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("App").field(&self.0.map).finish()
    }
}

/// The id of a request that came through [`App::handle`].
pub(crate) fn request_id(headers: &HeaderMap) -> &str {
    headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or("")
}

/// Pages should be able to read why a path below a dialect's base does not exist.
fn unknown_area(path: &str) -> Area {
    match router::shape_of(path) {
        Shape::Problem => Area::Page,
        shape => Area::Capture(shape),
    }
}

fn is_sane(id: &[u8]) -> bool {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
    (1..=REQUEST_ID_BYTES_MAX).contains(&id.len()) && id.iter().all(plain)
}

fn hex(number: u64) -> HeaderValue {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [0; 16];
    for (at, digit) in text.iter_mut().enumerate() {
        *digit = DIGITS[(number >> (60 - 4 * at)) as usize & 15];
    }
    HeaderValue::from_bytes(&text).unwrap_or(HeaderValue::from_static("0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_ours_are_sane_and_strange_ones_are_not() {
        assert_eq!(hex(0x0123_4567_89ab_cdef), "0123456789abcdef");
        assert!(is_sane(hex(u64::MAX).as_bytes()));
        for id in [&b""[..], b"a b", b"a\"b", &[b'a'; 129], "é".as_bytes()] {
            assert!(!is_sane(id));
        }
    }
}
