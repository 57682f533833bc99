//! Who asks: the key of a request, and what it opens.

use std::borrow::Cow;

use axum::http::{HeaderMap, Uri, header, request};
use base64::{Engine, engine::general_purpose::STANDARD};
use catalog::{Access, Scope};
use event::{Code, TenantId};

use crate::{
    Problem,
    capture::Actor,
    state::{AppState, Keyless},
};

/// Who may add events, and to whose.
pub(crate) struct Writer {
    pub(crate) tenant: TenantId,
    pub(crate) is_admin: bool,
    /// The user behind a log-in or token.
    pub(crate) actor: Option<Actor>,
}

/// Whose events a request may add. `in_body` is a key that stands in the body. Without any key it is
/// the default tenant, where the dialect (`keyless`) and the configuration allow it; a wrong key is
/// never taken for none.
pub(crate) fn writer(
    app: &AppState,
    request: &request::Parts,
    in_body: Option<&str>,
    keyless: bool,
) -> Result<Writer, Problem> {
    let found = key(&request.headers, &request.uri)?;
    let key = match (found, in_body) {
        (Some(key), Some(other)) if key != other => return Err(differ()),
        (Some(key), _) => Some(key),
        (None, other) => other.map(Cow::Borrowed),
    };
    match key.map(|key| resolved(app, &key)).transpose()? {
        Some(access) if access.may(Scope::Write) => {
            Ok(Writer { is_admin: access.may(Scope::Admin), tenant: access.tenant, actor: None })
        }
        Some(_) => Err(Problem::new(Code::Forbidden, "this key may not send events")),
        None if keyless && app.config.capture.keyless == Keyless::Default => {
            Ok(Writer { tenant: TenantId::default_tenant(), is_admin: false, actor: None })
        }
        None => Err(Problem::new(Code::Unauthorized, "events need a key")),
    }
}

/// The tenant whose events a request may read.
pub(crate) fn reader(app: &AppState, request: &request::Parts) -> Result<TenantId, Problem> {
    match access(app, request)? {
        Some(access) if access.may(Scope::Read) => Ok(access.tenant),
        Some(_) => Err(Problem::new(
            Code::Forbidden,
            "this key may not read; questions need a secret key with the scope read",
        )),
        None => Err(Problem::new(
            Code::Unauthorized,
            "questions need a secret key, sent as Authorization: Bearer tf_s_..",
        )),
    }
}

/// The tenant whose data a request may manage.
pub(crate) fn admin(app: &AppState, request: &request::Parts) -> Result<TenantId, Problem> {
    match access(app, request)? {
        Some(access) if access.may(Scope::Admin) => Ok(access.tenant),
        Some(_) => Err(Problem::new(
            Code::Forbidden,
            "this key may not do this; it needs a secret key with the scope admin",
        )),
        None => Err(Problem::new(
            Code::Unauthorized,
            "this needs a secret key with the scope admin, sent as Authorization: Bearer tf_s_..",
        )),
    }
}

/// What the key of a request opens; None when it has no key.
pub(crate) fn access(app: &AppState, request: &request::Parts) -> Result<Option<Access>, Problem> {
    let Some(key) = key(&request.headers, &request.uri)? else { return Ok(None) };
    resolved(app, &key).map(Some)
}

fn resolved(app: &AppState, key: &str) -> Result<Access, Problem> {
    let wrong = || Problem::new(Code::UnknownKey, "the key is not known, expired or revoked");
    app.parts.catalog.resolve(key).ok_or_else(wrong)
}

fn differ() -> Problem {
    Problem::new(Code::UnknownKey, "the request has several keys that differ")
}

/// The one key of a request, from wherever it stands.
fn key<'r>(headers: &'r HeaderMap, uri: &'r Uri) -> Result<Option<Cow<'r, str>>, Problem> {
    let mut found: Option<Cow<'r, str>> = None;
    let mut add = |key: Cow<'r, str>| match &found {
        Some(other) if *other != key => Err(differ()),
        _ => {
            found = Some(key);
            Ok(())
        }
    };
    for value in headers.get_all(header::AUTHORIZATION) {
        add(of_authorization(text(value)?)?)?;
    }
    for value in headers.get_all("x-api-key") {
        add(Cow::Borrowed(text(value)?.trim()))?;
    }
    for pair in uri.query().unwrap_or("").split('&') {
        if let Some(value) = pair.strip_prefix("api_key=") {
            add(percent_decoded(value))?;
        }
    }
    Ok(found)
}

fn text(value: &axum::http::HeaderValue) -> Result<&str, Problem> {
    value.to_str().map_err(|_| Problem::new(Code::UnknownKey, "a key is plain ascii"))
}

/// The key of `Bearer`, `Token` or `Basic`; of the latter the user, or the password without one.
fn of_authorization(value: &str) -> Result<Cow<'_, str>, Problem> {
    let (scheme, rest) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token") {
        return Ok(Cow::Borrowed(rest));
    }
    if scheme.eq_ignore_ascii_case("basic") {
        let decoded = STANDARD.decode(rest).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let decoded = decoded
            .ok_or_else(|| Problem::new(Code::UnknownKey, "basic credentials are not base64"))?;
        let (user, password) = decoded.split_once(':').unwrap_or((&decoded, ""));
        let key = if user.is_empty() { password } else { user };
        return Ok(Cow::Owned(key.to_owned()));
    }
    Err(Problem::new(Code::UnknownKey, "authorization must be Bearer, Token or Basic"))
}

/// A part of a query string as it was meant.
pub(crate) fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let mut rest = bytes.clone();
        let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
        match byte {
            b'+' => decoded.push(b' '),
            b'%' => match (digit(rest.next()), digit(rest.next())) {
                (Some(high), Some(low)) => {
                    decoded.push((high * 16 + low) as u8);
                    bytes = rest;
                }
                _ => decoded.push(b'%'),
            },
            _ => decoded.push(byte),
        }
    }
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn check(
        headers: &[(&'static str, &'static str)],
        uri: &str,
        expected: Result<Option<&str>, &str>,
    ) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        let uri = uri.parse().unwrap();
        let got = key(&map, &uri).map(|key| key.map(Cow::into_owned));
        let got = got.map_err(|problem| problem.detail.into_owned());
        assert_eq!(got, expected.map(|key| key.map(str::to_owned)).map_err(str::to_owned));
    }

    #[test]
    fn a_key_is_found_wherever_it_may_stand() {
        check(&[], "/", Ok(None));
        check(&[("authorization", "Bearer k1")], "/", Ok(Some("k1")));
        check(&[("authorization", "token  k1")], "/", Ok(Some("k1")));
        check(&[("authorization", "Basic azE6")], "/", Ok(Some("k1")));
        check(&[("authorization", "Basic OmsxIA==")], "/", Ok(Some("k1 ")));
        check(&[("x-api-key", "k1")], "/", Ok(Some("k1")));
        check(&[], "/?a=b&api_key=k%31", Ok(Some("k1")));
        check(&[], "/?api_key=%zz%", Ok(Some("%zz%")));
    }

    #[test]
    fn several_keys_must_be_the_same() {
        check(
            &[("authorization", "Bearer k1"), ("x-api-key", "k1")],
            "/?api_key=k1",
            Ok(Some("k1")),
        );
        let differ = Err("the request has several keys that differ");
        check(&[("authorization", "Bearer k1"), ("x-api-key", "k2")], "/", differ);
        check(&[("x-api-key", "k1"), ("x-api-key", "k2")], "/", differ);
        check(&[("x-api-key", "k1")], "/?api_key=k2", differ);
    }

    #[test]
    fn a_broken_key_is_never_taken_for_none() {
        check(&[("authorization", "Bearer")], "/", Ok(Some("")));
        check(&[("authorization", "")], "/", Err("authorization must be Bearer, Token or Basic"));
        check(
            &[("authorization", "Digest x")],
            "/",
            Err("authorization must be Bearer, Token or Basic"),
        );
        check(&[("authorization", "Basic !!")], "/", Err("basic credentials are not base64"));
        check(&[], "/?api_key=", Ok(Some("")));
    }
}
