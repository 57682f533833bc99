//! Users who logged in: the cookie that says so.
//!
//! A browser sends it by itself, also when a foreign page makes it ask. `SameSite=Lax` keeps most of
//! that away; what changes something must also say that it comes from a page of ours.

use axum::http::{HeaderMap, HeaderValue, Method, header, request};
use event::Code;

use super::Caller;
use crate::{Problem, extract::aside, state::AppState};

/// The name of the cookie.
const COOKIE: &str = "trackflow_session";
/// How long a browser keeps it; the server ends a session that is not used earlier.
const MAX_AGE_S: u32 = 30 * 86_400;

/// The user whose session the request carries.
pub(super) fn caller(app: &AppState, request: &request::Parts) -> Result<Option<Caller>, Problem> {
    let Some(token) = token(&request.headers) else { return Ok(None) };
    // The first time, and then once an hour, this waits for a disk.
    let session = aside(usize::MAX, || app.parts.catalog.session(token)).map_err(|error| {
        tracing::error!(%error, "a session cannot be looked up");
        Problem::internal()
    })?;
    let ended = || Problem::new(Code::Unauthorized, "the session has ended, log in again");
    let session = session.ok_or_else(ended)?;
    own_page(app, request)?;
    Ok(Some(Caller::of_session(session)))
}

/// The token of the cookie.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// Refuses what a page of somebody else asks for.
pub(crate) fn own_page(app: &AppState, request: &request::Parts) -> Result<(), Problem> {
    if matches!(request.method, Method::GET | Method::HEAD) {
        return Ok(());
    }
    let headers = &request.headers;
    let Some(origin) = headers.get(header::ORIGIN) else {
        // No page: a browser names the origin of everything that changes something.
        return Ok(());
    };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("");
    let own = origin.to_str().is_ok_and(|origin| {
        let rest = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        rest.is_some_and(|rest| !host.is_empty() && rest.eq_ignore_ascii_case(host))
    });
    if own || app.config.origins.iter().any(|known| origin == known.as_str()) {
        return Ok(());
    }
    Err(Problem::new(Code::Forbidden, "this page may not use the session"))
}

/// The header that hands a session to the browser.
pub(crate) fn begin(request: &request::Parts, token: &str) -> HeaderValue {
    let secure = is_secure(request);
    cookie(&format!("{COOKIE}={token}; Max-Age={MAX_AGE_S}{secure}"))
}

/// The header that takes it back.
pub(crate) fn end(request: &request::Parts) -> HeaderValue {
    let secure = is_secure(request);
    cookie(&format!("{COOKIE}=; Max-Age=0{secure}"))
}

fn cookie(text: &str) -> HeaderValue {
    let text = format!("{text}; Path=/; HttpOnly; SameSite=Lax");
    // Tokens are base62, so this is always a header.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// Behind a proxy that speaks TLS the cookie is only for TLS.
fn is_secure(request: &request::Parts) -> &'static str {
    let https = request.headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
    if https { "; Secure" } else { "" }
}
