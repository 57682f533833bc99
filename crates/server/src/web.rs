//! The dashboard: files that were built from `web/` before the server was, kept in the binary.
//!
//! Names below `assets/` carry a hash of what is in them, so a browser may keep them for ever;
//! everything else is asked for again. Any other path below `/app/` is a page of the dashboard,
//! which reads its address itself. A server that was built without the dashboard says how to get it.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use bytes::Bytes;

use crate::{
    Problem, page,
    router::{Shape, refuse},
    state::AppState,
};

/// Name and bytes, ascending by name.
type Files = &'static [(&'static str, &'static [u8])];

include!(concat!(env!("OUT_DIR"), "/web.rs"));

const INDEX: &str = "index.html";
const BASE: &str = "/app/";

/// Scripts and requests of our own only. Styles in elements are how charts and lists are sized.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Whether this server has the dashboard in it.
pub fn has_dashboard() -> bool {
    found(FILES, INDEX).is_some()
}

/// `GET /app` and everything below it.
pub(crate) async fn show(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let path = parts.uri.path();
    if let Some(response) = file_for(FILES, path) {
        return response;
    }
    if has_dashboard() || is_asset(path) {
        return refuse(&parts, Shape::Problem, &Problem::no_route(path));
    }
    page::html(app.pages.no_dashboard.clone())
}

/// Where a browser that asks for the first page is sent; None for programs, and where there is no
/// dashboard.
pub(crate) fn start_for(headers: &HeaderMap) -> Option<Response> {
    if !has_dashboard() || !page::is_browser(headers) {
        return None;
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = axum::http::StatusCode::SEE_OTHER;
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static(BASE));
    Some(response)
}

fn is_asset(path: &str) -> bool {
    path.starts_with("/app/assets/")
}

fn found(files: Files, name: &str) -> Option<&'static [u8]> {
    let place = files.binary_search_by_key(&name, |(known, _)| known).ok()?;
    files.get(place).map(|(_, bytes)| *bytes)
}

/// The file of a path, or the page that reads the path; None for an asset that is not there, as one
/// of an older build is.
fn file_for(files: Files, path: &str) -> Option<Response> {
    let name = path.strip_prefix(BASE).unwrap_or("");
    match found(files, name) {
        Some(bytes) => Some(file(name, bytes)),
        None if is_asset(path) => None,
        None => found(files, INDEX).map(|bytes| file(INDEX, bytes)),
    }
}

fn file(name: &str, bytes: &'static [u8]) -> Response {
    let mut response = Response::new(Body::from(Bytes::from_static(bytes)));
    let mut set = |name: HeaderName, value| response.headers_mut().insert(name, value);
    set(header::CONTENT_TYPE, HeaderValue::from_static(kind(name)));
    set(header::CACHE_CONTROL, if name.starts_with("assets/") { FOR_EVER } else { ASK_AGAIN });
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    set(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT: Files = &[
        ("assets/index-1a2b.js", b"run()"),
        ("icon.svg", b"<svg/>"),
        ("index.html", b"<div id=\"root\">"),
    ];

    fn told(path: &str) -> Option<(String, String)> {
        let response = file_for(BUILT, path)?;
        let text = |name| response.headers()[name].to_str().unwrap().to_owned();
        assert!(text(header::CONTENT_SECURITY_POLICY).contains("script-src 'self';"));
        Some((text(header::CONTENT_TYPE), text(header::CACHE_CONTROL)))
    }

    #[test]
    fn hashed_names_are_kept_for_ever_and_pages_are_asked_for_again() {
        let (kind, cache) = told("/app/assets/index-1a2b.js").unwrap();
        assert_eq!(kind, "text/javascript; charset=utf-8");
        assert_eq!(cache, "public, max-age=31536000, immutable");
        assert_eq!(told("/app/icon.svg").unwrap(), ("image/svg+xml".into(), "no-cache".into()));
        for page in ["/app", "/app/", "/app/people/a.b%2Fc", "/app/../icon.svg"] {
            let (kind, cache) = told(page).unwrap();
            assert_eq!((kind.as_str(), cache.as_str()), ("text/html; charset=utf-8", "no-cache"));
        }
    }

    #[test]
    fn an_asset_of_another_build_is_not_a_page() {
        assert!(told("/app/assets/index-0000.js").is_none());
    }

    #[test]
    fn without_a_build_there_is_nothing() {
        assert!(file_for(&[], "/app/").is_none());
    }

    #[test]
    fn files_are_listed_in_the_order_they_are_looked_up() {
        assert!(FILES.is_sorted_by_key(|(name, _)| *name));
    }
}
