//! Answers, as plain data; the edge writes them as JSON.

use event::{Event, Timestamp};

/// The answer to a question of the same kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To `events`.
    Events(EventsAnswer),
    /// To `counts`.
    Counts(CountsAnswer),
    /// To `trend`.
    Trend(TrendAnswer),
}

/// Single events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventsAnswer {
    /// In the order asked for.
    pub events: Vec<Event>,
    /// Present when there may be more.
    pub next: Option<crate::Cursor>,
}

/// Events and persons, in all and per type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountsAnswer {
    /// All events.
    pub total: u64,
    /// Distinct persons over all types.
    pub unique_persons: u64,
    /// Largest first, ties by name.
    pub events: Vec<EventCount>,
}

/// One event type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventCount {
    /// Its name.
    pub event_type: String,
    /// Its events.
    pub count: u64,
    /// Distinct persons that have it.
    pub unique_persons: u64,
}

/// Lines over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrendAnswer {
    /// One per series of the question, in its order.
    pub series: Vec<SeriesAnswer>,
}

/// One line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeriesAnswer {
    /// Its name.
    pub name: String,
    /// The measure over the whole range: for persons not the sum of the buckets.
    pub total: u64,
    /// One point per calendar bucket, empty ones included.
    pub data: Vec<Point>,
}

/// One bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The start of the calendar bucket.
    pub start: Timestamp,
    /// The measure.
    pub value: u64,
    /// Whether the bucket is not over yet, or not wholly inside the range.
    pub partial: bool,
}

/// How an answer was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// Rows looked at.
    pub rows_read: u64,
    /// Bytes of columns read, decoded.
    pub bytes_read: u64,
}
