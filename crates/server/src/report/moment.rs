//! Moments in query strings.

use event::{Code, Timestamp};
use jiff::{ToSpan, civil, tz::TimeZone};

use crate::Problem;

/// Which end of a range.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    From,
    /// A date alone includes that day.
    To,
}

/// RFC 3339, or a date or date and time of the zone.
pub(super) fn moment(
    name: &'static str,
    text: &str,
    zone: &TimeZone,
    end: End,
) -> Result<Timestamp, Problem> {
    let local = |at: civil::DateTime| {
        let moment = at.to_zoned(zone.clone()).ok()?.timestamp();
        Some(Timestamp(moment.as_millisecond()))
    };
    let found = if let Ok(at) = text.parse::<jiff::Timestamp>() {
        Some(Timestamp(at.as_millisecond()))
    } else if let Some(date) = date(text) {
        let day = if end == End::To { date.checked_add(1.day()).ok() } else { Some(date) };
        day.and_then(|day| local(day.at(0, 0, 0, 0)))
    } else {
        text.parse().ok().and_then(local)
    };
    found.ok_or_else(|| {
        let shown: String = text.chars().take(100).collect();
        let detail = format!("{name} {shown:?} is not a time, use RFC 3339 or a date");
        Problem::new(Code::InvalidValue, detail).about(name)
    })
}

fn date(text: &str) -> Option<civil::Date> {
    (text.len() == "2026-10-15".len()).then(|| text.parse().ok()).flatten()
}
