//! What is wrong with an input, written as zod 3 writes it: clients show and compare these texts.

use std::fmt::Write;

use event::Reason;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value, json, value::RawValue};

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub(super) struct Issue {
    path: Vec<&'static str>,
    what: What,
}

/// What it is.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// Another type: what is expected, and what came.
    Type(&'static str, &'static str),
    /// No text where one of some is expected.
    NoChoice(&'static [&'static str], &'static str),
    /// None of these; the raw text that came.
    Choice(&'static [&'static str], String),
    /// No text of that format.
    Format(&'static str),
    /// A text of too many UTF-16 units.
    TooLong(usize),
    /// An empty text.
    Empty,
    /// An array of too many elements.
    TooMany(usize),
    /// An array of none.
    TooFew,
    /// Neither a text nor empty: the type that came, and its raw text.
    NeitherUrl(&'static str, String),
    /// A rule of ours.
    Custom(String),
}

impl Issue {
    pub(super) fn new(path: &[&'static str], what: What) -> Self {
        Self { path: path.to_vec(), what }
    }

    /// An input that is absent.
    pub(super) fn required(expected: &'static str) -> Self {
        Self::new(&[], What::Type(expected, "undefined"))
    }

    /// A refusal of the pipeline as a rule of ours.
    pub(super) fn of_reason(reason: &Reason) -> Self {
        let field = match reason.field() {
            Some("props.occurred_at") => &["props", "occurred_at"][..],
            Some("props") => &["props"],
            Some(field) => KNOWN.iter().find(|known| known[0] == field).copied().unwrap_or(&[]),
            None => &[],
        };
        Self::new(field, What::Custom(reason.to_string()))
    }

    /// The same for the log of rejected events, and for whoever counts them.
    pub(super) fn to_reason(&self) -> Reason {
        let field = if self.path.is_empty() { "event".to_owned() } else { self.path.join(".") };
        match &self.what {
            What::Type(_, "undefined") => Reason::missing(field),
            What::Type("string", _) | What::NoChoice(..) | What::NeitherUrl(..) => {
                Reason::wrong_type(field, "a string")
            }
            What::Type(..) => Reason::wrong_type(field, "an object"),
            _ => Reason::invalid(field, format!("is refused: {}", self.message())),
        }
    }

    /// The sentence.
    pub(super) fn message(&self) -> String {
        match &self.what {
            What::Type(_, "undefined") | What::NoChoice(_, "undefined") => "Required".to_owned(),
            What::Type(expected, received) => format!("Expected {expected}, received {received}"),
            What::NoChoice(choices, received) => {
                format!("Expected {}, received {received}", joined(choices))
            }
            What::Choice(choices, received) => format!(
                "Invalid enum value. Expected {}, received '{}'",
                joined(choices),
                shown(received)
            ),
            What::Format(format) => format!("Invalid {format}"),
            What::TooLong(limit) => format!("String must contain at most {limit} character(s)"),
            What::Empty => "String must contain at least 1 character(s)".to_owned(),
            What::TooMany(limit) => format!("Array must contain at most {limit} element(s)"),
            What::TooFew => "Array must contain at least 1 element(s)".to_owned(),
            What::NeitherUrl(..) => "Invalid input".to_owned(),
            What::Custom(message) => message.clone(),
        }
    }
}

/// The fields a reason may name, as paths.
const KNOWN: &[&[&str]] =
    &[&["eventType"], &["sessionId"], &["entityId"], &["entityType"], &["idempotencyKey"]];

fn joined(choices: &[&str]) -> String {
    let mut out = String::new();
    for (at, choice) in choices.iter().enumerate() {
        // Writing to a String does not fail.
        let _ = write!(out, "{}'{choice}'", if at > 0 { " | " } else { "" });
    }
    out
}

/// A raw JSON text as the text it stands for.
fn shown(raw: &str) -> String {
    serde_json::from_str(raw).unwrap_or_default()
}

/// A raw value as it was sent; null when it has no form of its own.
fn sent(raw: &str) -> Box<RawValue> {
    RawValue::from_string(raw.to_owned()).unwrap_or_default()
}

impl Serialize for Issue {
    /// Keys in the order in which zod makes them.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let message = self.message();
        let mut message_last = true;
        match &self.what {
            What::Type(expected, received) => {
                map.serialize_entry("code", "invalid_type")?;
                map.serialize_entry("expected", expected)?;
                map.serialize_entry("received", received)?;
            }
            What::NoChoice(choices, received) => {
                map.serialize_entry("expected", &joined(choices))?;
                map.serialize_entry("received", received)?;
                map.serialize_entry("code", "invalid_type")?;
            }
            What::Choice(choices, received) => {
                map.serialize_entry("received", &sent(received))?;
                map.serialize_entry("code", "invalid_enum_value")?;
                map.serialize_entry("options", choices)?;
            }
            What::NeitherUrl(kind, raw) => {
                map.serialize_entry("code", "invalid_union")?;
                map.serialize_entry("unionErrors", &self.of_both(kind, raw))?;
            }
            What::Format(_)
            | What::TooLong(_)
            | What::Empty
            | What::TooMany(_)
            | What::TooFew
            | What::Custom(_) => {
                self.what.head(&mut map)?;
                map.serialize_entry("message", &message)?;
                message_last = false;
            }
        }
        map.serialize_entry("path", &self.path)?;
        if message_last {
            map.serialize_entry("message", &message)?;
        }
        map.end()
    }
}

impl Issue {
    /// Why a value is neither of two: not a text, and not the empty one.
    fn of_both(&self, kind: &str, raw: &str) -> Value {
        let path = &self.path;
        let text = json!({"code": "invalid_type", "expected": "string", "received": kind,
            "path": path, "message": format!("Expected string, received {kind}")});
        let empty = json!({"received": serde_json::from_str::<Value>(raw).unwrap_or(Value::Null),
            "code": "invalid_literal", "expected": "", "path": path,
            "message": "Invalid literal value, expected \"\""});
        json!([{"issues": [text], "name": "ZodError"}, {"issues": [empty], "name": "ZodError"}])
    }
}

impl What {
    /// The keys before the message, of kinds that have it in the middle.
    fn head<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let mut sized = |code: &str, key: &str, limit: usize, kind: &str| {
            map.serialize_entry("code", code)?;
            map.serialize_entry(key, &limit)?;
            map.serialize_entry("type", kind)?;
            map.serialize_entry("inclusive", &true)?;
            map.serialize_entry("exact", &false)
        };
        match self {
            Self::TooLong(limit) => sized("too_big", "maximum", *limit, "string"),
            Self::Empty => sized("too_small", "minimum", 1, "string"),
            Self::TooMany(limit) => sized("too_big", "maximum", *limit, "array"),
            Self::TooFew => sized("too_small", "minimum", 1, "array"),
            Self::Format(format) => {
                map.serialize_entry("validation", format)?;
                map.serialize_entry("code", "invalid_string")
            }
            _ => map.serialize_entry("code", "custom"),
        }
    }
}

/// All issues in one text, as zod makes the message of its error.
pub(super) fn message(issues: &[Issue]) -> String {
    // Issues have text keys and no failing parts.
    serde_json::to_string_pretty(issues).unwrap_or_default()
}

/// All issues by field, as zod flattens its error.
pub(super) fn flattened(issues: &[Issue]) -> Value {
    let mut form = Vec::new();
    let mut fields: Map<String, Value> = Map::new();
    for issue in issues {
        let message = Value::String(issue.message());
        match issue.path.first() {
            None => form.push(message),
            Some(field) => match fields.entry(*field).or_insert_with(|| json!([])) {
                Value::Array(messages) => messages.push(message),
                _ => unreachable!("every entry was made as an array"),
            },
        }
    }
    json!({"formErrors": form, "fieldErrors": fields})
}

/// All issues in one line, for people.
pub(super) fn sentence(issues: &[Issue]) -> String {
    let one = |issue: &Issue| match issue.path.as_slice() {
        [] => issue.message(),
        _ if matches!(issue.what, What::Custom(_)) => issue.message(),
        path => format!("{}: {}", path.join("."), issue.message()),
    };
    issues.iter().map(one).collect::<Vec<_>>().join("; ")
}
