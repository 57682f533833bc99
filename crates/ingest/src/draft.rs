//! Events as a dialect parsed them: unchecked.

use std::{borrow::Cow, net::IpAddr};

use event::{Dialect, Field, Fields, Marks, Micros, Source, TenantId, Timestamp};

/// What all drafts of one request share.
#[derive(Clone, Debug)]
pub struct Request {
    /// Whose events these are; settled by the key before.
    pub tenant: TenantId,
    /// The wire shape.
    pub dialect: Dialect,
    /// The kind of sender, where a draft does not say its own.
    pub source: Source,
    /// Now.
    pub received_at: Timestamp,
    /// When the client says it sent the request; corrects its clock.
    pub sent_at: Option<Timestamp>,
    /// How the steps treat events of this dialect.
    pub rules: &'static Rules,
    /// Where the request came from.
    pub connection: Connection,
}

/// Where a request came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// The client's address, proxies that are trusted taken off.
    pub ip: Option<IpAddr>,
    /// The header `User-Agent`.
    pub user_agent: Option<Box<str>>,
    /// Whether a page sent it: browsers say so with headers that no library sets by itself.
    pub is_page: bool,
}

/// How the steps treat events of a dialect.
#[derive(Debug)]
pub struct Rules {
    /// Which fields may name the person when `distinct_id` is absent, best first.
    pub identity: &'static [Field],
    /// What the dialect calls the fields that a reason may name.
    pub names: &'static Names,
    /// Events of browsers: visitors without an id of their own get one that lasts a day.
    pub browser: bool,
    /// By what it is known that a browser sends, whose crawlers are refused.
    pub pages: Pages,
    /// A time that cannot be read becomes that of receipt instead of a reason.
    pub lenient_time: bool,
    /// Times ahead of our clock, and times older than so many milliseconds, are refused instead of
    /// replaced and taken.
    pub strict_age_ms: Option<i64>,
    /// Ids beyond their limit are cut instead of refused.
    pub cut_ids: bool,
}

impl Rules {
    /// What holds where a dialect says nothing else.
    pub const CANONICAL: Rules = Rules {
        identity: &[Field::UserId, Field::SessionId],
        names: &Names::CANONICAL,
        browser: false,
        pages: Pages::ByConnection,
        lenient_time: false,
        strict_age_ms: None,
        cut_ids: false,
    };
}

/// By what it is known that an event comes from a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pages {
    /// All events of the dialect do.
    All,
    /// The library that sends is one of browsers: it tells the source. Where none is named, as
    /// [`Pages::ByConnection`].
    ByLibrary,
    /// A page sent the request.
    ByConnection,
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
    /// The kind of sender, where it is not that of the request.
    pub source: Option<Source>,
    /// When the client says it sent this event, where it is not the time of the request.
    pub sent_at: Option<Timestamp>,
    /// Money the event stands for; its currency is a field.
    pub revenue: Option<Micros>,
    /// The user agent of the person, where the event tells it itself.
    pub user_agent: Option<Cow<'a, str>>,
    /// What the connection says nothing about, as it is not the person's own.
    pub withheld: Withheld,
    /// Whether the same happening within a minute is the same event, whatever its id.
    pub fingerprint: bool,
    /// Bytes of the event as sent.
    pub bytes: usize,
    /// What was noticed already.
    pub marks: Marks,
}

/// What is not to be learned from the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Withheld {
    /// The address is kept nowhere.
    pub ip: bool,
    /// The place is not looked up.
    pub geo: bool,
    /// The user agent is that of a library.
    pub user_agent: bool,
}

impl Withheld {
    /// All of it: the connection is that of a server of the sender.
    pub const ALL: Withheld = Withheld { ip: true, geo: true, user_agent: true };
}

/// A time as the client wrote it.
#[derive(Clone, Debug, PartialEq)]
pub enum RawTime<'a> {
    /// RFC 3339, a date, or digits.
    Text(Cow<'a, str>),
    /// Seconds or milliseconds since 1970.
    Number(f64),
    /// By our clock already: no skew is taken off.
    Settled(Timestamp),
}
