//! When: a half-open range of moments in a time zone, and the units of its calendar.

use event::Timestamp;
use jiff::{civil::Weekday, tz::TimeZone};

/// `[from, to)` in a time zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// The first moment inside.
    pub from: Timestamp,
    /// The first moment behind.
    pub to: Timestamp,
    /// The zone of its buckets.
    pub zone: TimeZone,
    /// The first day of its weeks.
    pub week_start: WeekStart,
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

/// The first day of a week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WeekStart {
    /// As ISO 8601 has it.
    #[default]
    Monday,
    /// As in America.
    Sunday,
    /// As in much of the Arab world.
    Saturday,
}

impl WeekStart {
    /// All of them.
    pub const ALL: &'static [WeekStart] = &[Self::Monday, Self::Sunday, Self::Saturday];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Sunday => "sunday",
            Self::Saturday => "saturday",
        }
    }

    /// The same for the calendar.
    pub fn weekday(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Monday,
            Self::Sunday => Weekday::Sunday,
            Self::Saturday => Weekday::Saturday,
        }
    }
}

/// A calendar unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interval {
    /// 60 minutes from the zone's full hour.
    Hour,
    /// A day of the zone: 23, 24 or 25 hours.
    #[default]
    Day,
    /// Seven days from the first day of the week.
    Week,
    /// A month.
    Month,
}

impl Interval {
    /// All of them, shortest first.
    pub const ALL: &'static [Interval] = &[Self::Hour, Self::Day, Self::Week, Self::Month];

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
