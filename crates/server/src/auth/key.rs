//! Where the key of a request stands.

use std::borrow::Cow;

use axum::http::{HeaderMap, Uri, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use event::Code;

use super::differ;
use crate::Problem;

/// The one key of a request, from wherever it stands.
pub(super) fn key<'r>(
    headers: &'r HeaderMap,
    uri: &'r Uri,
) -> Result<Option<Cow<'r, str>>, Problem> {
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
