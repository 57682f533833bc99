//! Reading JSON without building a tree: raw values by key, and one field of each type.
//!
//! A body is checked to be JSON once, as a whole ([`json`]); from then on raw texts are walked with
//! `event::json::{entries, elements}`. Values stay raw until their field is known, so a field of a
//! wrong type is the item's own fault and never fails its neighbours.

use std::borrow::Cow;

use event::{
    Code, Dialect, Reason,
    json::{entries, unescape},
};
use ingest::RawTime;
use serde_json::value::RawValue;

use crate::Problem;

/// The body as one raw JSON value, without white space around it.
pub(crate) fn json(text: &str) -> Result<&str, Problem> {
    let raw: &RawValue = serde_json::from_str(text)
        .map_err(|error| Problem::new(Code::MalformedJson, format!("body is not json: {error}")))?;
    Ok(raw.get())
}

/// A key as it stands between its quotes, unescaped where it has to be.
pub(crate) fn name(key: &str) -> Cow<'_, str> {
    match key.contains('\\').then(|| unescape(key)).flatten() {
        Some(name) => name,
        None => Cow::Borrowed(&key[1..key.len() - 1]),
    }
}

/// A value that is there and not null.
pub(crate) fn present(raw: Option<&str>) -> Option<&str> {
    raw.filter(|raw| *raw != "null")
}

/// A text that is there and not empty.
pub(crate) fn text<'a>(
    field: &'static str,
    raw: Option<&'a str>,
) -> Result<Option<Cow<'a, str>>, Reason> {
    let raw = match raw {
        None | Some("null" | "\"\"") => return Ok(None),
        Some(raw) => raw,
    };
    if !raw.starts_with('"') {
        return Err(Reason::wrong_type(field, "a string"));
    }
    let half = || Reason::invalid(field, "has a \\u escape that is half of a surrogate pair");
    unescape(raw).map(Some).ok_or_else(half)
}

/// A time as the client wrote it: a text or a number.
pub(crate) fn time<'a>(
    field: &'static str,
    raw: Option<&'a str>,
) -> Result<Option<RawTime<'a>>, Reason> {
    let Some(value) = present(raw) else { return Ok(None) };
    match value.as_bytes().first() {
        Some(b'"') => Ok(Some(RawTime::Text(text(field, raw)?.unwrap_or(Cow::Borrowed(""))))),
        Some(b'-' | b'0'..=b'9') => {
            Ok(Some(RawTime::Number(value.parse().unwrap_or(f64::INFINITY))))
        }
        _ => Err(Reason::wrong_type(field, "a string or a number")),
    }
}

/// A number.
pub(crate) fn number(field: &'static str, raw: Option<&str>) -> Result<Option<f64>, Reason> {
    let Some(value) = present(raw) else { return Ok(None) };
    match value.as_bytes().first() {
        Some(b'-' | b'0'..=b'9') => match value.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(Reason::invalid(field, "is beyond every number")),
        },
        _ => Err(Reason::wrong_type(field, "a number")),
    }
}

/// The raw text of an object.
pub(crate) fn object<'a>(
    field: &'static str,
    raw: Option<&'a str>,
) -> Result<Option<&'a str>, Reason> {
    match present(raw) {
        None => Ok(None),
        Some(raw) if raw.starts_with('{') => Ok(Some(raw)),
        Some(_) => Err(Reason::wrong_type(field, "an object")),
    }
}

/// The properties with the unknown fields, raw keys and raw values, under `$extra`.
pub(crate) fn with_extra<'a>(
    properties: Option<&'a str>,
    extra: &[(&str, &str)],
) -> Option<Cow<'a, str>> {
    if extra.is_empty() {
        return properties.map(Cow::Borrowed);
    }
    let inner = properties.and_then(|raw| raw.strip_prefix('{')?.strip_suffix('}'));
    let inner = inner.unwrap_or("").trim_ascii();
    let len: usize = extra.iter().map(|(key, value)| key.len() + value.len() + 2).sum();
    let mut all = String::with_capacity(inner.len() + len + 16);
    all.push('{');
    all.push_str(inner);
    all.push_str(if inner.is_empty() { "\"$extra\":{" } else { ",\"$extra\":{" });
    for (at, (key, value)) in extra.iter().enumerate() {
        if at > 0 {
            all.push(',');
        }
        all.push_str(key);
        all.push(':');
        all.push_str(value);
    }
    all.push_str("}}");
    Some(Cow::Owned(all))
}

/// Whether a field of that name beside those of the event is a key of ours, which is kept nowhere.
pub(crate) fn is_key(name: &str) -> bool {
    matches!(name, "api_key" | "token" | "writeKey")
}

/// An item without the keys beside its fields.
pub(crate) fn without_keys(item: &str, dialect: Dialect) -> Cow<'_, str> {
    let is_key = |key: &str| match &*name(key) {
        "tenantId" => dialect == Dialect::Trackflow,
        "$token" => dialect == Dialect::Posthog,
        name => is_key(name),
    };
    if !entries(item).any(|(key, _)| is_key(key)) {
        return Cow::Borrowed(item);
    }
    let kept = entries(item).filter(|(key, _)| !is_key(key));
    let kept: Vec<String> = kept.map(|(key, value)| format!("{key}:{value}")).collect();
    Cow::Owned(format!("{{{}}}", kept.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_left_out_of_items_and_nothing_else_is() {
        let check = |item: &str, dialect, expected: &str| {
            assert_eq!(without_keys(item, dialect), expected, "{item}");
        };
        let item = r#"{ "a" : [1], "api_key":"k","to\u006ben":"k" , "writeKey":"k","$token":"k","tenantId":"k"}"#;
        check(item, Dialect::Simple, r#"{"a":[1],"$token":"k","tenantId":"k"}"#);
        check(item, Dialect::Posthog, r#"{"a":[1],"tenantId":"k"}"#);
        check(item, Dialect::Trackflow, r#"{"a":[1],"$token":"k"}"#);
        check(r#"{ "a" : {"token":1} }"#, Dialect::Segment, r#"{ "a" : {"token":1} }"#);
        check(r#"{"token":1}"#, Dialect::Segment, "{}");
        for other in ["", "7", "[]", "\"token\""] {
            check(other, Dialect::Simple, other);
        }
    }
}
