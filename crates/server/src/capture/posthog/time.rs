//! Times as PostHog's clients write them.

use std::borrow::Cow;

use event::{Timestamp, json::unescape};
use ingest::RawTime;
use jiff::{civil, fmt::rfc2822, tz::TimeZone};

/// Where an event says how long before the sending it happened, this is when it was sent: any
/// moment does, as only the difference counts.
const SENDING: Timestamp = Timestamp(1_600_000_000_000);
/// The largest `offset` that is believed, in milliseconds: ten years.
const OFFSET_MS_MAX: f64 = 10.0 * 366.0 * 86_400_000.0;

/// When an event happened by the client's clock, and when it was sent by the same clock. An
/// unreadable time is none.
pub(super) fn of<'a>(
    timestamp: Option<&'a str>,
    offset: Option<&str>,
    sent_at: Option<Timestamp>,
) -> (Option<RawTime<'a>>, Option<Timestamp>) {
    let offset = offset.and_then(|raw| raw.trim_matches('"').parse::<f64>().ok());
    if let Some(offset) = offset.filter(|ms| ms.abs() <= OFFSET_MS_MAX) {
        let time = Timestamp(SENDING.0 - offset.round() as i64);
        return (Some(RawTime::Text(time.to_string().into())), Some(SENDING));
    }
    let Some(raw) = timestamp else { return (None, sent_at) };
    let time = match unescape(raw) {
        Some(text) if Timestamp::parse(&text).is_ok() => RawTime::Text(text),
        Some(text) => match parse(&text) {
            Some(time) => RawTime::Text(Cow::Owned(time.to_string())),
            None => return (None, sent_at),
        },
        None => match raw.parse() {
            Ok(number) => RawTime::Number(number),
            Err(_) => return (None, sent_at),
        },
    };
    (Some(time), sent_at)
}

/// A time by our clock, when that of the client said `sent_at` as ours says `now`.
pub(super) fn corrected(
    time: &RawTime<'_>,
    sent_at: Option<Timestamp>,
    now: Timestamp,
) -> Option<Timestamp> {
    let client = match time {
        RawTime::Text(text) => Timestamp::parse(text).ok()?,
        RawTime::Number(number) => Timestamp::from_number(*number).ok()?,
        RawTime::Settled(time) => return Some(*time),
    };
    let skew = sent_at.map_or(0, |sent| sent.0.saturating_sub(now.0));
    Some(Timestamp(client.0.saturating_sub(skew)))
}

/// A raw JSON text or number as a moment.
pub(super) fn moment(raw: &str) -> Option<Timestamp> {
    match unescape(raw) {
        Some(text) => parse(&text),
        None => Timestamp::from_number(raw.parse().ok()?).ok(),
    }
}

/// All forms: RFC 3339, also with a zone of hours alone; dates, also with slashes; RFC 2822; seconds
/// or milliseconds since 1970.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(time) = Timestamp::parse(text) {
        return Some(time);
    }
    if let Ok(zoned) = rfc2822::parse(text) {
        return Some(Timestamp(zoned.timestamp().as_millisecond()));
    }
    with_slashes(text)
}

/// `2026/10/01` or `10/01/2026`, the month before the day, with or without a time behind.
fn with_slashes(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
    let mut parts = date.splitn(3, '/');
    let parts = [parts.next()?, parts.next()?, parts.next()?];
    let number = |at: usize| parts[at].parse::<i16>().ok().filter(|number| *number >= 0);
    let (year, month, day) = match parts[0].len() {
        4 => (number(0)?, number(1)?, number(2)?),
        _ if parts[2].len() == 2 => (2000 + number(2)?, number(0)?, number(1)?),
        _ => (number(2)?, number(0)?, number(1)?),
    };
    let date = civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    if let Ok(time) = Timestamp::parse(&format!("{date}T{time}")) {
        return Some(time);
    }
    let time: civil::Time = time.parse().ok()?;
    let zoned = date.to_datetime(time).to_zoned(TimeZone::UTC).ok()?;
    Some(Timestamp(zoned.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(parse(text).map(|t| t.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn every_form_is_read() {
        check("2026-10-01T12:30:00.123Z", Some("2026-10-01T12:30:00.123Z"));
        check("2026-10-01T12:30:00.678000+00:00", Some("2026-10-01T12:30:00.678Z"));
        check("2026-10-01T12:30:00+03", Some("2026-10-01T09:30:00.000Z"));
        check("2026-10-01 12:30:00+03", Some("2026-10-01T09:30:00.000Z"));
        check("2026-10-01", Some("2026-10-01T00:00:00.000Z"));
        check("2026/10/01", Some("2026-10-01T00:00:00.000Z"));
        check("10/01/2026", Some("2026-10-01T00:00:00.000Z"));
        check("10/1/26", Some("2026-10-01T00:00:00.000Z"));
        check("2026/10/01 12:30:00", Some("2026-10-01T12:30:00.000Z"));
        check("2026/10/01 12:30", Some("2026-10-01T12:30:00.000Z"));
        check("Thu, 01 Oct 2026 12:30:00 +0200", Some("2026-10-01T10:30:00.000Z"));
        check("1 Oct 2026 12:30:00 GMT", Some("2026-10-01T12:30:00.000Z"));
        check("1790857800", Some("2026-10-01T12:30:00.000Z"));
        check("1790857800123", Some("2026-10-01T12:30:00.123Z"));
        for text in ["", "yesterday", "2026/13/01", "1/2", "10/01/2026 25:00", "-1/-1/2026"] {
            check(text, None);
        }
    }

    #[test]
    fn an_offset_wins_and_nonsense_is_no_time() {
        let sent = Some(Timestamp(5));
        let text = |text: &'static str| Some(RawTime::Text(text.into()));
        assert_eq!(
            of(Some("\"2026-10-01\""), Some("3002"), sent),
            (text("2020-09-13T12:26:36.998Z"), Some(SENDING))
        );
        assert_eq!(of(Some("\"2026-10-01\""), Some("null"), sent), (text("2026-10-01"), sent));
        assert_eq!(of(Some("17.5"), None, None), (Some(RawTime::Number(17.5)), None));
        for raw in ["\"soon\"", "null", "{}", "[]", "true", "\"\\ud800\""] {
            assert_eq!(of(Some(raw), Some("1e300"), sent), (None, sent), "{raw}");
        }
    }
}
