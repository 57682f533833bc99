//! The questions, as plain data with every default filled in.

use event::{Field, Timestamp};
use jiff::tz::TimeZone;

use crate::{Cursor, Filter};

/// A question of any kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// Single events, newest or oldest first.
    Events(Events),
    /// Events and persons per event type.
    Counts(Counts),
    /// A measure over time.
    Trend(Trend),
}

impl Question {
    /// The name of its kind on the wire.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Events(_) => "events",
            Self::Counts(_) => "counts",
            Self::Trend(_) => "trend",
        }
    }

    /// The range it is about.
    pub fn range(&self) -> &Range {
        match self {
            Self::Events(q) => &q.range,
            Self::Counts(q) => &q.range,
            Self::Trend(q) => &q.range,
        }
    }
}

/// `[from, to)` in a time zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// The first moment inside.
    pub from: Timestamp,
    /// The first moment behind.
    pub to: Timestamp,
    /// The zone of its buckets.
    pub zone: TimeZone,
    /// How it was asked for, for the normalised question.
    pub span: Span,
}

impl Range {
    /// Whether a moment lies inside.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }
}

/// How a range was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// `{"from", "to"}`.
    Fixed,
    /// `{"last": "7d"}`.
    Last(String),
}

/// Which events: by name and by filter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selector {
    /// The event type, or any.
    pub event: Option<String>,
    /// Further conditions.
    pub filter: Filter,
}

/// `kind: events`.
#[derive(Clone, Debug, PartialEq)]
pub struct Events {
    /// When.
    pub range: Range,
    /// Which.
    pub selector: Selector,
    /// At most so many, 1 to 1,000.
    pub limit: usize,
    /// Newest or oldest first.
    pub order: Order,
    /// Go on behind this event.
    pub after: Option<Cursor>,
}

/// The order of a list of events; ties go by event id in the same direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Latest first.
    #[default]
    Newest,
    /// Earliest first.
    Oldest,
}

/// `kind: counts`.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    /// When.
    pub range: Range,
    /// Which.
    pub selector: Selector,
}

/// `kind: trend`.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// When.
    pub range: Range,
    /// Width of a bucket.
    pub interval: Interval,
    /// 1 to 20 lines.
    pub series: Vec<Series>,
}

/// One line of a trend.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name in the answer.
    pub name: String,
    /// Which events.
    pub selector: Selector,
    /// What is counted.
    pub measure: Measure,
}

/// What a trend counts per bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// Events.
    #[default]
    Total,
    /// Distinct persons; events without one do not count.
    UniquePersons,
}

impl Measure {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::UniquePersons => "unique_persons",
        }
    }
}

/// A calendar unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// 60 minutes from the zone's full hour.
    Hour,
    /// A day of the zone: 23, 24 or 25 hours.
    Day,
    /// Seven days from Monday.
    Week,
    /// A month.
    Month,
}

impl Interval {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

/// A built-in fact about an event that a filter may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// `event_id`.
    EventId,
    /// `event_type`.
    EventType,
    /// `timestamp`.
    Timestamp,
    /// `received_at`.
    ReceivedAt,
    /// `dialect`.
    Dialect,
    /// `source`.
    Source,
    /// `revenue`.
    Revenue,
    /// Any of the text fields.
    Text(Field),
}

impl Column {
    /// The column of that name; the idempotency key is not for questions.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "event_id" => Self::EventId,
            "event_type" => Self::EventType,
            "timestamp" => Self::Timestamp,
            "received_at" => Self::ReceivedAt,
            "dialect" => Self::Dialect,
            "source" => Self::Source,
            "revenue" => Self::Revenue,
            "idempotency_key" => return None,
            other => Self::Text(Field::named(other)?),
        })
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EventId => "event_id",
            Self::EventType => "event_type",
            Self::Timestamp => "timestamp",
            Self::ReceivedAt => "received_at",
            Self::Dialect => "dialect",
            Self::Source => "source",
            Self::Revenue => "revenue",
            Self::Text(field) => field.as_str(),
        }
    }
}
