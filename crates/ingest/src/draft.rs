//! Events as a dialect parsed them: unchecked.

use std::borrow::Cow;

use event::{Dialect, Field, Fields, Marks, Source, TenantId, Timestamp};

/// What all drafts of one request share.
#[derive(Clone, Debug)]
pub struct Request {
    /// Whose events these are; settled by the key before.
    pub tenant: TenantId,
    /// The wire shape.
    pub dialect: Dialect,
    /// The kind of sender.
    pub source: Source,
    /// Now.
    pub received_at: Timestamp,
    /// When the client says it sent the request; corrects its clock.
    pub sent_at: Option<Timestamp>,
    /// Which fields may name the person when `distinct_id` is absent, best first.
    pub identity: &'static [Field],
    /// What the dialect calls the fields that a reason may name.
    pub names: &'static Names,
}

/// What a dialect calls its fields.
#[derive(Debug)]
pub struct Names {
    /// The client's id of the event.
    pub event_id: &'static str,
    /// What happened.
    pub event_type: &'static str,
    /// When.
    pub timestamp: &'static str,
    /// The JSON object.
    pub properties: &'static str,
    /// Text fields.
    pub text: fn(Field) -> &'static str,
}

impl Names {
    /// The canonical names.
    pub const CANONICAL: Names = Names {
        event_id: "event_id",
        event_type: "event_type",
        timestamp: "timestamp",
        properties: "properties",
        text: Field::as_str,
    };
}

/// One event as parsed.
#[derive(Clone, Debug, Default)]
pub struct Draft<'a> {
    /// The client's id of the event; any text.
    pub event_id: Option<Cow<'a, str>>,
    /// What happened.
    pub event_type: Option<Cow<'a, str>>,
    /// When, as the client wrote it.
    pub timestamp: Option<RawTime<'a>>,
    /// Text fields.
    pub fields: Fields,
    /// Raw JSON of an object, syntactically valid; None for `{}`.
    pub properties: Option<Cow<'a, str>>,
    /// Bytes of the event as sent.
    pub bytes: usize,
    /// What was noticed already.
    pub marks: Marks,
}

/// A time as the client wrote it.
#[derive(Clone, Debug, PartialEq)]
pub enum RawTime<'a> {
    /// RFC 3339, a date, or digits.
    Text(Cow<'a, str>),
    /// Seconds or milliseconds since 1970.
    Number(f64),
}
