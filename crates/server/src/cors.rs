//! Which pages may talk to us: capture takes any origin, reads only the configured ones. PostHog's
//! clients send cookies along, for which a browser wants to see its own origin named.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};

use crate::{
    capture::posthog,
    router::{Area, RouteInfo, Shape},
};

const POSTHOG: Area = Area::Capture(Shape::Posthog);
const TRUE: HeaderValue = HeaderValue::from_static("true");
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE, OPTIONS");
/// Seconds a browser may keep the answer to a preflight; browsers cap it themselves.
const MAX_AGE: HeaderValue = HeaderValue::from_static("86400");
const VARY: HeaderValue = HeaderValue::from_static("origin, access-control-request-headers");
const EXPOSED: HeaderValue = HeaderValue::from_static("x-request-id, retry-after");

/// The answer to `OPTIONS` on a known route.
pub(crate) fn preflight(headers: &HeaderMap, route: &RouteInfo, origins: &[String]) -> Response {
    let area = route.area;
    let mut response = if area == POSTHOG && posthog::takes_events(route.path) {
        posthog::ok()
    } else {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        response
    };
    let out = response.headers_mut();
    out.insert(header::ALLOW, route.allow.clone());
    if let Some(origin) = headers.get(header::ORIGIN).and_then(|o| allowed(o, area, origins)) {
        if area == POSTHOG {
            out.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
        }
        out.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        out.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        out.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        // A star would not cover Authorization, so what is asked for is named.
        if let Some(asked) = headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
            out.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
        }
    }
    out.insert(header::VARY, VARY);
    response
}

/// Adds what lets a page see an answer.
pub(crate) fn mark(origin: &HeaderValue, area: Area, origins: &[String], response: &mut Response) {
    if let Some(origin) = allowed(origin, area, origins) {
        let out = response.headers_mut();
        if origin != "*" {
            out.append(header::VARY, HeaderValue::from_name(header::ORIGIN));
        }
        if area == POSTHOG {
            out.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
        }
        out.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        out.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}

fn allowed(origin: &HeaderValue, area: Area, origins: &[String]) -> Option<HeaderValue> {
    match area {
        POSTHOG => Some(origin.clone()),
        Area::Capture(_) => Some(HeaderValue::from_static("*")),
        Area::Read | Area::Page => {
            origins.iter().any(|known| origin == known.as_str()).then(|| origin.clone())
        }
    }
}
