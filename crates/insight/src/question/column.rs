//! The built-in facts of an event.

use event::Field;

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
