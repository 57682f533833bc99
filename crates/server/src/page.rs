//! Pages for people: self-contained, light and dark, readable on a phone. They are rendered once.

mod docs;
mod html;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header, request},
    response::Response,
};
use bytes::Bytes;
use serde_json::json;

use crate::{error::to_json, openapi, state::AppState, web};

/// Styles of both pages.
const STYLE: &str = include_str!("page/style.css");
/// Copying examples, and the address the page was loaded from in them.
const SCRIPT: &str = include_str!("page/script.js");
/// Nothing from elsewhere, no frames around us.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
    img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What is rendered once.
pub(crate) struct Pages {
    pub(crate) openapi: Bytes,
    docs: Bytes,
    landing: Bytes,
    /// What `/app` is where the dashboard was not built.
    pub(crate) no_dashboard: Bytes,
}

impl Pages {
    pub(crate) fn new() -> Self {
        let landing = include_str!("page/landing.html").replace("/*style*/", STYLE);
        Self {
            openapi: to_json(&openapi::document(), true).into(),
            docs: docs::page(STYLE, SCRIPT).into(),
            landing: landing.replace("/*script*/", SCRIPT).into(),
            no_dashboard: include_str!("web/missing.html").replace("/*style*/", STYLE).into(),
        }
    }
}

/// `GET /docs`.
pub(crate) async fn docs(State(app): State<AppState>) -> Response {
    html(app.pages.docs.clone())
}

/// `GET /`: the dashboard or a page for browsers, JSON for everyone else.
pub(crate) async fn landing(State(app): State<AppState>, request: Request) -> Response {
    let mut response = if let Some(start) = web::start_for(request.headers()) {
        start
    } else if is_browser(request.headers()) {
        html(app.pages.landing.clone())
    } else {
        let body = json!({
            "name": "TrackFlow",
            "status": "ok",
            "docs": "/docs",
            "openapi": "/openapi.json",
        });
        let mut response = Response::new(Body::from(to_json(&body, true)));
        let kind = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    };
    response.headers_mut().append(header::VARY, HeaderValue::from_name(header::ACCEPT));
    response
}

/// Whether it is a browser that asks for a page.
pub(crate) fn is_browser(headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accepts.is_some_and(|accept| accept.contains("text/html"))
}

/// Whether a person reads the answer: `?pretty`.
pub(crate) fn is_pretty(request: &request::Parts) -> bool {
    let pairs = request.uri.query().unwrap_or("").split('&');
    pairs.into_iter().any(|pair| matches!(pair, "pretty" | "pretty=" | "pretty=1" | "pretty=true"))
}

/// A page of ours.
pub(crate) fn html(page: Bytes) -> Response {
    let mut response = Response::new(Body::from(page));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
