//! The three shapes of a body - one event, an array of them, an object around a batch - and the key
//! that stands somewhere in it.

use std::borrow::Cow;

use event::{
    Code, Timestamp,
    json::{elements, entries, find, unescape},
};

use super::{super::wire, time};
use crate::Problem;

/// The longest key.
const KEY_CHARS_MAX: usize = 64;

/// A body taken apart.
#[derive(Debug)]
pub(super) struct Envelope<'a> {
    /// The raw events, at least one.
    pub(super) items: Vec<&'a str>,
    /// The key, wherever it stood.
    pub(super) key: Option<String>,
    /// When the client says it sent them.
    pub(super) sent_at: Option<Timestamp>,
}

impl<'a> Envelope<'a> {
    /// Takes apart a body of at most `events_max` events.
    pub(super) fn of(text: &'a str, events_max: usize) -> Result<Self, Problem> {
        let raw = wire::json(text)?;
        let (mut around, mut sent_at) = (None, None);
        let items: Vec<&str> = match raw.as_bytes().first() {
            Some(b'[') => elements(raw).collect(),
            Some(b'{') => match find(raw, "batch").filter(|batch| batch.starts_with('[')) {
                Some(batch) => {
                    around = Some(raw);
                    sent_at = find(raw, "sent_at").and_then(time::moment);
                    elements(batch).collect()
                }
                None => vec![raw],
            },
            _ => {
                let detail = "body must be an event, an array of events or an object with a batch";
                return Err(Problem::new(Code::InvalidType, detail));
            }
        };
        match items.len() {
            0 => Err(Problem::new(Code::EmptyBatch, "batch has no events")),
            count if count > events_max => Err(Problem::new(
                Code::BatchTooLarge,
                format!("batch has {count} events, the limit is {events_max}"),
            )),
            _ => Ok(Self { key: key_of(around, &items)?, items, sent_at }),
        }
    }
}

/// The one key of a request. Where neither the envelope nor an event names it beside the event's
/// name, it may stand among the properties; otherwise a property of that name is the client's own.
fn key_of(around: Option<&str>, items: &[&str]) -> Result<Option<String>, Problem> {
    let mut key = Key(None);
    for (name, value) in around.into_iter().flat_map(entries) {
        if is_key(&wire::name(name)) {
            key.add(value)?;
        }
    }
    for (name, value) in items.iter().flat_map(|raw| entries(raw)) {
        // What is no text in one event of many is its own fault, not that of its neighbours.
        let counts = value.starts_with('"') || items.len() == 1;
        if counts && is_key(&wire::name(name)) {
            key.add(value)?;
        }
    }
    if key.0.is_none() {
        for raw in items {
            let value = find(raw, "properties").and_then(|all| find(all, "token"));
            if let Some(value) = value.filter(|value| value.starts_with('"') || items.len() == 1) {
                key.add(value)?;
            }
        }
    }
    Ok(key.0)
}

/// Whether a field beside the event's name is a key.
pub(super) fn is_key(name: &str) -> bool {
    matches!(name, "api_key" | "token" | "$token")
}

struct Key(Option<String>);

impl Key {
    fn add(&mut self, raw: &str) -> Result<(), Problem> {
        let wrong = |detail| Problem::new(Code::UnknownKey, detail);
        if matches!(raw, "null" | "\"\"") {
            return Ok(());
        }
        let text = unescape(raw).ok_or_else(|| wrong("the key must be a text"))?;
        let key = checked(&text).map_err(wrong)?;
        match &self.0 {
            Some(other) if other != key => Err(wrong("the request has several keys that differ")),
            _ => {
                self.0 = Some(key.to_owned());
                Ok(())
            }
        }
    }
}

/// A key without white space around it, or what is wrong with it.
pub(super) fn checked(text: &str) -> Result<&str, &'static str> {
    let key = text.trim();
    if key.is_empty() {
        Err("the key is empty")
    } else if key.len() > KEY_CHARS_MAX {
        Err("the key has more than 64 characters")
    } else if !key.is_ascii() || key.contains('\0') {
        Err("a key is plain ascii")
    } else if key.starts_with("phx_") {
        Err("this is a personal key, events need the key of a project")
    } else {
        Ok(key)
    }
}

/// A raw JSON value that is true, also as a text.
pub(super) fn is_true(raw: Option<&str>) -> bool {
    matches!(raw, Some("true" | "\"true\""))
}

/// A raw JSON text or number as a text; None for others, and for an empty one.
pub(super) fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    match raw.as_bytes().first()? {
        b'"' => unescape(raw).filter(|text| !text.is_empty()),
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(raw)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(body: &str) -> Result<Option<String>, String> {
        let envelope = Envelope::of(body, 3).map_err(|problem| problem.detail.into_owned())?;
        Ok(envelope.key)
    }

    #[track_caller]
    fn check(body: &str, expected: Result<Option<&str>, &str>) {
        let got = key(body);
        let got = got.as_ref().map(Option::as_deref).map_err(String::as_str);
        assert_eq!(got, expected, "{body}");
    }

    #[test]
    fn a_key_stands_in_many_places() {
        let wrong = Err("the request has several keys that differ");
        check(r#"{"event":"a"}"#, Ok(None));
        check(r#"{"event":"a","api_key":" k "}"#, Ok(Some("k")));
        check(r#"[{"$token":"k"},{"token":"k"},{}]"#, Ok(Some("k")));
        check(r#"[{"properties":{"token":"k"}}]"#, Ok(Some("k")));
        check(r#"{"api_key":"k","batch":[{"token":"k"}]}"#, Ok(Some("k")));
        check(r#"{"api_key":"k","batch":[{"token":"l"}]}"#, wrong);
        check(r#"[{"properties":{"token":"k"}},{"properties":{"token":"l"}}]"#, wrong);
        // With a key of the request, a property of that name is the client's own.
        check(r#"{"api_key":"k","batch":[{"properties":{"token":"other"}}]}"#, Ok(Some("k")));
        check(r#"{"api_key":null,"token":"","batch":[{}]}"#, Ok(None));
        check(r#"{"api_key":7,"batch":[{}]}"#, Err("the key must be a text"));
        check(r#"{"api_key":"  ","batch":[{}]}"#, Err("the key is empty"));
        check(r#"{"api_key":"kä","batch":[{}]}"#, Err("a key is plain ascii"));
        check(r#"{"api_key":"k\u0000","batch":[{}]}"#, Err("a key is plain ascii"));
        let personal = "this is a personal key, events need the key of a project";
        check(r#"{"api_key":"phx_1","batch":[{}]}"#, Err(personal));
        let long = format!(r#"{{"token":"{}"}}"#, "k".repeat(65));
        check(&long, Err("the key has more than 64 characters"));
    }

    #[test]
    fn the_shape_and_the_number_of_events_are_checked() {
        let count = |body: &str| Envelope::of(body, 3).map(|e| e.items.len()).map_err(|p| p.code);
        assert_eq!(count(r#" {"batch":[{},{},7]} "#), Ok(3));
        assert_eq!(count(r#"{"batch":"no array","event":"a"}"#), Ok(1));
        assert_eq!(count("[{}]"), Ok(1));
        assert_eq!(count("[]"), Err(Code::EmptyBatch));
        assert_eq!(count(r#"{"batch":[]}"#), Err(Code::EmptyBatch));
        assert_eq!(count("[1,2,3,4]"), Err(Code::BatchTooLarge));
        assert_eq!(count("7"), Err(Code::InvalidType));
        assert_eq!(count("{"), Err(Code::MalformedJson));
        assert_eq!(count(""), Err(Code::MalformedJson));
    }
}
