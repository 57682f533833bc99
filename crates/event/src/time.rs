//! Moments in milliseconds UTC.

use std::fmt;

use thiserror::Error;

/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(pub i64);

/// A text or number that is no moment we can store.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("is not a time: use RFC 3339, a date, or seconds or milliseconds since 1970")]
pub struct TimestampError;

/// Numbers below this are seconds, others milliseconds.
const SECONDS_BELOW: f64 = 1e11;

impl Timestamp {
    /// 2000-01-01: nothing older is taken.
    pub const OLDEST: Timestamp = Timestamp(946_684_800_000);
    /// The last moment RFC 3339 can write.
    pub const NEWEST: Timestamp = Timestamp(253_402_300_799_999);

    /// RFC 3339 with any offset, a date alone (its midnight UTC), a date and time without offset
    /// (UTC), or digits alone (seconds or milliseconds since 1970).
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        let text = text.trim();
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            return Ok(Self(moment.as_millisecond()));
        }
        if let Ok(civil) = text.parse::<jiff::civil::DateTime>() {
            let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| TimestampError)?;
            return Ok(Self(zoned.timestamp().as_millisecond()));
        }
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            return Err(TimestampError);
        }
        text.parse().map_err(|_| TimestampError).and_then(Self::from_number)
    }

    /// Seconds or milliseconds since 1970, told apart by magnitude.
    pub fn from_number(number: f64) -> Result<Self, TimestampError> {
        let millis = if number.abs() < SECONDS_BELOW { number * 1e3 } else { number };
        if millis.is_finite() && millis.abs() <= Self::NEWEST.0 as f64 {
            Ok(Self(millis.round() as i64))
        } else {
            Err(TimestampError)
        }
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 with milliseconds, UTC; moments outside the years 0-9999 as plain milliseconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(moment) => write!(f, "{moment:.3}"),
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let got = Timestamp::parse(text).ok().map(|t| t.to_string());
        assert_eq!(got.as_deref(), expected, "{text}");
    }

    #[test]
    fn every_documented_form_is_read() {
        check("2026-10-01T12:30:00Z", Some("2026-10-01T12:30:00.000Z"));
        check("2026-10-01T12:30:00.1239+02:00", Some("2026-10-01T10:30:00.123Z"));
        check("2026-10-01", Some("2026-10-01T00:00:00.000Z"));
        check("2026-10-01 12:30:00", Some("2026-10-01T12:30:00.000Z"));
        check("1790857800", Some("2026-10-01T12:30:00.000Z"));
        check("1790857800123", Some("2026-10-01T12:30:00.123Z"));
        check("1790857800.5", Some("2026-10-01T12:30:00.500Z"));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in
            ["", "yesterday", "2026-13-01", "1e400", "NaN", "inf", "--1", "9".repeat(30).as_str()]
        {
            check(text, None);
        }
        assert!(Timestamp::from_number(f64::NAN).is_err());
        assert!(Timestamp::from_number(1e300).is_err());
    }
}
