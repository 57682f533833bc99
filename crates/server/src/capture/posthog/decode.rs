//! From the bytes of a request to the text of its JSON.
//!
//! What a body is packed in is told by a hint in the query, in a form or in a header, or not at all,
//! and hints lie. So each layer is recognised by what it looks like; only lz-string, which cannot be
//! told from base64, needs its hint.

use std::{borrow::Cow, sync::Arc};

use axum::http::{HeaderMap, header, request::Parts};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use event::Code;
use tokio::sync::Semaphore;

use super::lz::{self, LzError};
use crate::{Problem, auth::percent_decoded, decode, extract::Share};

/// Layers of packing that are taken off: base64 twice, and what is in it.
const LAYERS_MAX: usize = 4;
/// lz-string may unpack to so many times its size ..
const RATIO_MAX: usize = 200;
/// .. beyond the first megabyte.
const RATIO_FREE_BYTES: usize = 1024 * 1024;

const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// How much may be held.
pub(super) struct Bounds<'a> {
    pub(super) bytes_max: usize,
    pub(super) budget: &'a Arc<Semaphore>,
}

/// A text that was unpacked, with its share of the budget.
pub(super) struct Unpacked<'a> {
    pub(super) text: Cow<'a, str>,
    _share: Share,
}

/// The value of a key in a query string or form.
pub(super) fn value<'a>(pairs: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let pair = |pair: &'a str| match pair.split_once('=') {
        Some((key, value)) if key == name => Some(percent_decoded(value)),
        None if pair == name => Some(Cow::Borrowed("")),
        _ => None,
    };
    pairs.split('&').find_map(pair)
}

/// Whether a header names a packing that only PostHog knows; such a header is taken off, so that
/// the body is read as it is. The hint is its name.
pub(super) fn take_hint(headers: &mut HeaderMap) -> Option<String> {
    let name = headers.get(header::CONTENT_ENCODING)?.to_str().ok()?.trim().to_ascii_lowercase();
    let ours = ["gzip-js", "lz64", "lz-string", "base64", "b64"].contains(&name.as_str());
    ours.then(|| headers.remove(header::CONTENT_ENCODING)).map(|_| name)
}

/// The text of a request, all layers taken off. `hint` is that of the header.
pub(super) fn text<'a>(
    parts: &'a Parts,
    body: &'a [u8],
    hint: Option<&str>,
    bounds: &Bounds<'_>,
) -> Result<Unpacked<'a>, Problem> {
    let query = parts.uri.query().unwrap_or("");
    let mut hint = hint.map(str::to_owned);
    let mut bytes = Cow::Borrowed(body);
    if body.is_empty()
        && let Some(data) = value(query, "data")
    {
        bytes = into_bytes(data);
    } else if is_form(&parts.headers, body)
        && let Ok(form) = std::str::from_utf8(body)
        && let Some(data) = value(form, "data")
    {
        hint = value(form, "compression").map(Cow::into_owned).or(hint);
        bytes = into_bytes(data);
    }
    if let Some(named) = value(query, "compression") {
        hint = Some(named.into_owned());
    }
    let is_lz = hint.is_some_and(|hint| matches!(&*hint, "lz64" | "lz-string"));
    unpacked(bytes, is_lz, bounds)
}

fn into_bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

fn is_form(headers: &HeaderMap, body: &[u8]) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
    body.starts_with(b"data=")
        || kind.starts_with(b"application/x-www-form-urlencoded") && !looks_like_json(body)
}

fn looks_like_json(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
}

fn unpacked<'a>(
    mut bytes: Cow<'a, [u8]>,
    is_lz: bool,
    bounds: &Bounds<'_>,
) -> Result<Unpacked<'a>, Problem> {
    let mut share = Share::new(bounds.budget);
    for _ in 0..LAYERS_MAX {
        let inner = if let Some(encoding) = decode::Encoding::by_magic(&bytes) {
            Some(decode::unpack(encoding, &bytes, bounds.bytes_max, &mut share)?)
        } else if bytes.is_empty() || looks_like_json(&bytes) {
            None
        } else if let Some(text) = is_lz.then(|| of_lz(&bytes, bounds)).transpose()?.flatten() {
            Some(text.into_bytes())
        } else {
            of_base64(&bytes)
        };
        let Some(inner) = inner else { break };
        share.grow(bytes.len() + inner.len())?;
        bytes = Cow::Owned(inner);
    }
    let text = match bytes {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
    };
    let not_text = || Problem::new(Code::MalformedJson, "body is not utf-8");
    Ok(Unpacked { text: text.ok_or_else(not_text)?, _share: share })
}

/// None when it is not lz-string after all.
fn of_lz(bytes: &[u8], bounds: &Bounds<'_>) -> Result<Option<String>, Problem> {
    let by_ratio = RATIO_FREE_BYTES.max(bytes.len().saturating_mul(RATIO_MAX));
    let units_max = bounds.bytes_max.min(by_ratio);
    match lz::unpack(bytes.trim_ascii(), units_max) {
        Ok(text) if text.len() <= bounds.bytes_max => {
            Ok(looks_like_json(text.as_bytes()).then_some(text))
        }
        Ok(_) | Err(LzError::TooLong) => {
            let detail = format!("body unpacks to more than {units_max} characters");
            Err(Problem::new(Code::BodyTooLarge, detail))
        }
        Err(LzError::Broken) => Ok(None),
    }
}

/// None when it is not base64.
fn of_base64(bytes: &[u8]) -> Option<Vec<u8>> {
    // Forms turn the plus into a space.
    let bytes: Vec<u8> = bytes
        .trim_ascii()
        .iter()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .map(|byte| if *byte == b' ' { b'+' } else { *byte })
        .collect();
    BASE64.decode(&bytes).or_else(|_| BASE64_URL.decode(&bytes)).ok()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use axum::http::Request;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    const PLAIN: &str = r#"{"event":"a>?~","distinct_id":"ü"}"#;

    fn gzip(plain: &str) -> Vec<u8> {
        let level = flate2::Compression::fast();
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
        encoder.write_all(plain.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn read(uri: &str, kind: &str, body: &[u8]) -> Result<String, Problem> {
        let mut request = Request::post(uri).header("content-type", kind).body(()).unwrap();
        let hint = take_hint(request.headers_mut());
        let (parts, ()) = request.into_parts();
        let budget = Arc::new(Semaphore::new(1 << 10));
        let bounds = Bounds { bytes_max: 100_000, budget: &budget };
        let text = text(&parts, body, hint.as_deref(), &bounds)?;
        Ok(text.text.into_owned())
    }

    #[track_caller]
    fn check(uri: &str, kind: &str, body: &[u8]) {
        assert_eq!(read(uri, kind, body).as_deref(), Ok(PLAIN));
    }

    #[test]
    fn every_packing_is_taken_off() {
        let base64 = STANDARD.encode(PLAIN);
        let in_form = base64.replace('+', "%2B").replace('=', "%3D");
        let form = "application/x-www-form-urlencoded";
        check("/e/", "application/json", PLAIN.as_bytes());
        check("/e/?compression=gzip-js", "text/plain", PLAIN.as_bytes());
        check("/e/", "text/plain", &gzip(PLAIN));
        check("/e/", "text/plain", base64.as_bytes());
        check("/e/", form, format!("data={in_form}").as_bytes());
        check("/e/?compression=base64", form, format!("data={in_form}&ip=1").as_bytes());
        // The plus was not escaped, so the form made it a space.
        check("/e/", form, format!("data={base64}").as_bytes());
        check("/e/", "text/plain", format!("data={in_form}").as_bytes());
        check("/e/", form, STANDARD.encode(&base64).as_bytes());
        check("/e/", form, format!("data={}", STANDARD.encode(gzip(PLAIN))).as_bytes());
        check("/e/", form, PLAIN.as_bytes());
        let plain = PLAIN.replace('"', "%22").replace('ü', "%C3%BC");
        check("/e/", form, format!("data={plain}").as_bytes());
        check(&format!("/e/?data={in_form}"), "text/plain", b"");
        check(&format!("/e/?ip=1&data={}", in_form.replace("%3D", "")), "text/plain", b"");
    }

    #[test]
    fn lz_string_needs_its_hint() {
        let packed = include_str!("lz/many.txt").trim();
        let form = "application/x-www-form-urlencoded";
        for (uri, body) in [
            ("/e/?compression=lz64", packed.to_owned()),
            ("/e/", format!("compression=lz-string&data={}", packed.replace('+', "%2B"))),
            ("/e/", format!("data={packed}&compression=lz64")),
        ] {
            assert!(read(uri, form, body.as_bytes()).unwrap().starts_with("[{\"event\":\"e0\""));
        }
        assert!(read("/e/", form, packed.as_bytes()).is_err());
    }

    #[test]
    fn what_is_no_text_is_refused_and_bombs_are_stopped() {
        let code = |body: &[u8]| read("/e/", "text/plain", body).map_err(|problem| problem.code);
        assert_eq!(code(b"\xff\xfe"), Err(Code::MalformedJson));
        assert_eq!(code(&gzip(&"x".repeat(200_000))), Err(Code::BodyTooLarge));
        assert_eq!(code(b"").as_deref(), Ok(""));
        assert_eq!(code(b"hello, world").as_deref(), Ok("hello, world"));
    }
}
