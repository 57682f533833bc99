//! The browser tracker and its client of flags, as files of this server, so that a page needs no
//! other host. They are built from `sdk/browser` and kept in the binary.
//!
//! `/trackflow.js` is the newest and may change with an upgrade; what is below `/v1/` only ever gets
//! corrections, so that a page that names it goes on working.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use bytes::Bytes;

const TRACKER: &[u8] = include_bytes!("../../../sdk/browser/dist/trackflow.js");
const FLAGS: &[u8] = include_bytes!("../../../sdk/browser/dist/flags.js");
/// An hour: an upgrade reaches visitors soon, and a page costs one request.
const FOR_AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// `GET /trackflow.js`, `GET /v1/trackflow.js`, and the path of `capture.script_path`.
pub(crate) async fn script(request: Request) -> Response {
    file(&request, TRACKER)
}

/// `GET /trackflow-flags.js`, `GET /v1/trackflow-flags.js`.
pub(crate) async fn flags(request: Request) -> Response {
    file(&request, FLAGS)
}

fn file(request: &Request, bytes: &'static [u8]) -> Response {
    let tag = format!("\"{:08x}\"", crc32fast::hash(bytes));
    let known = request.headers().get(header::IF_NONE_MATCH);
    let known =
        known.and_then(|known| known.to_str().ok()).is_some_and(|known| known.contains(&tag));
    let mut response = match known {
        true => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        }
        false => Response::new(Body::from(Bytes::from_static(bytes))),
    };
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/javascript; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, FOR_AN_HOUR);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Pages of any origin may load it, also with integrity checked.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
