//! Moments in rules: fixed ones, and ones that move with the clock.

use event::Timestamp;
use jiff::{Span, tz::TimeZone};
use serde_json::Value as Json;

/// A moment in a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Fixed.
    At(Timestamp),
    /// So much before now: `-7d`.
    Ago(i32, Unit),
}

/// The units of [`When::Ago`]; months and years are those of the calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// Larger numbers are no relative dates.
const COUNT_BELOW: i32 = 10_000;

impl When {
    /// `-7d`, `7d`, `-3h`, `-2w`, `-1m`, `-1y`, or any moment events may carry.
    pub(crate) fn parse(value: &Json) -> Option<Self> {
        match value.as_str().and_then(relative) {
            Some(ago) => Some(ago),
            None => moment(value).map(Self::At),
        }
    }

    /// Which moment it is now; none if it lies outside what a calendar can write.
    pub(crate) fn at(self, now: Timestamp) -> Option<Timestamp> {
        let (count, unit) = match self {
            Self::At(at) => return Some(at),
            Self::Ago(count, unit) => (i64::from(count), unit),
        };
        let span = match unit {
            Unit::Hour => Span::new().try_hours(count),
            Unit::Day => Span::new().try_days(count),
            Unit::Week => Span::new().try_weeks(count),
            Unit::Month => Span::new().try_months(count),
            Unit::Year => Span::new().try_years(count),
        };
        let now = jiff::Timestamp::from_millisecond(now.0).ok()?.to_zoned(TimeZone::UTC);
        let then = now.checked_sub(span.ok()?).ok()?;
        Some(Timestamp(then.timestamp().as_millisecond()))
    }
}

/// The moment a property holds: a text or number as events carry them.
pub(crate) fn moment(value: &Json) -> Option<Timestamp> {
    match value {
        Json::String(text) => Timestamp::parse(text).ok(),
        Json::Number(number) => number.as_f64().and_then(|n| Timestamp::from_number(n).ok()),
        _ => None,
    }
}

fn relative(text: &str) -> Option<When> {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "h" => Unit::Hour,
        "d" => Unit::Day,
        "w" => Unit::Week,
        "m" => Unit::Month,
        "y" => Unit::Year,
        _ => return None,
    };
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    let count = digits.parse().ok().filter(|count| all_digits && *count < COUNT_BELOW)?;
    Some(When::Ago(count, unit))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let now = Timestamp::parse("2020-03-31T12:01:20.134Z").unwrap();
        let got = When::parse(&json!(text)).and_then(|when| when.at(now));
        assert_eq!(got.map(|at| at.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn relative_dates_go_back_from_now() {
        check("-6h", Some("2020-03-31T06:01:20.134Z"));
        check("1d", Some("2020-03-30T12:01:20.134Z"));
        check("-2w", Some("2020-03-17T12:01:20.134Z"));
        check("-1m", Some("2020-02-29T12:01:20.134Z"));
        check("-1y", Some("2019-03-31T12:01:20.134Z"));
        check("000h", Some("2020-03-31T12:01:20.134Z"));
        check("2020-01-01", Some("2020-01-01T00:00:00.000Z"));
    }

    #[test]
    fn nonsense_is_no_date() {
        for text in ["1x", "1.2y", "-d", "bazinga", "10000h", "--1d", "+1d", "1é", ""] {
            check(text, None);
        }
        assert_eq!(When::parse(&json!(true)), None);
    }
}
