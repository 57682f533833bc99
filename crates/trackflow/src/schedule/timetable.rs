//! When a job runs. Arithmetic only: no clock, no state.
//!
//! A job of the day runs once per date of its zone, whatever the clocks do: at a time that a date
//! does not have, it runs as soon as the clocks went on; at a time that a date has twice, the first
//! time.

use std::{collections::VecDeque, fmt};

use event::Timestamp;
use jiff::{civil::Date, tz::TimeZone};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Runs that are made up for; of more the newest.
pub(super) const SLOTS_MAX: usize = 31;

/// When a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timetable {
    /// Every so many minutes.
    Every(u8),
    /// Once an hour of UTC, at this minute.
    Hourly(u8),
    /// Once a day of the zone, at this hour.
    Daily(i8),
}

impl Timetable {
    /// The first time after a moment.
    pub(super) fn next(self, after: Timestamp, zone: &TimeZone) -> Timestamp {
        let every = |period: i64, offset: i64| {
            Timestamp(((after.0 - offset).div_euclid(period) + 1) * period + offset)
        };
        match self {
            Self::Every(minutes) => every(i64::from(minutes.max(1)) * MINUTE_MS, 0),
            Self::Hourly(minute) => every(HOUR_MS, i64::from(minute) * MINUTE_MS),
            // Beyond the calendar nothing is due any more.
            Self::Daily(hour) => next_day(hour, after, zone).unwrap_or(Timestamp(i64::MAX)),
        }
    }

    /// The times from `from`, whichever that is, up to and with `now`; the newest [`SLOTS_MAX`].
    pub(super) fn slots(self, from: Timestamp, now: Timestamp, zone: &TimeZone) -> Vec<Timestamp> {
        let mut slots = VecDeque::with_capacity(SLOTS_MAX);
        let mut slot = from;
        while slot <= now {
            if slots.len() == SLOTS_MAX {
                slots.pop_front();
            }
            slots.push_back(slot);
            slot = self.next(slot, zone);
        }
        slots.into()
    }
}

fn next_day(hour: i8, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let moment = jiff::Timestamp::from_millisecond(after.0).ok()?;
    // Clocks move by less than a day, but for islands that changed sides of the date line.
    let mut date: Date = zone.to_datetime(moment).date().yesterday().ok()?;
    loop {
        let at = date.at(hour, 0, 0, 0).to_zoned(zone.clone()).ok()?;
        let at = Timestamp(at.timestamp().as_millisecond());
        if at > after {
            return Some(at);
        }
        date = date.tomorrow().ok()?;
    }
}

impl fmt::Display for Timetable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every(minutes) => write!(f, "every {minutes} minutes"),
            Self::Hourly(minute) => write!(f, "hourly at minute {minute}"),
            Self::Daily(hour) => write!(f, "daily at {hour:02}:00"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    /// The runs after a moment, as a clock in the zone shows them.
    fn runs(timetable: Timetable, name: &str, after: &str, count: usize) -> Vec<String> {
        let mut after = at(after);
        let next = |_| {
            after = timetable.next(after, &zone(name));
            let moment = jiff::Timestamp::from_millisecond(after.0).unwrap();
            moment.to_zoned(zone(name)).strftime("%m-%d %H:%M %:z").to_string()
        };
        (0..count).map(next).collect()
    }

    #[test]
    fn short_periods_are_counted_from_the_full_hour() {
        let ten = |after| Timetable::Every(10).next(at(after), &TimeZone::UTC);
        assert_eq!(ten("2026-03-01T10:09:59.999Z"), at("2026-03-01T10:10:00Z"));
        assert_eq!(ten("2026-03-01T10:10:00Z"), at("2026-03-01T10:20:00Z"));
        assert_eq!(ten("1969-12-31T23:55:00Z"), at("1970-01-01T00:00:00Z"));
        let hourly = |after| Timetable::Hourly(5).next(at(after), &zone("Asia/Kolkata"));
        assert_eq!(hourly("2026-03-01T10:04:59Z"), at("2026-03-01T10:05:00Z"));
        assert_eq!(hourly("2026-03-01T10:05:00Z"), at("2026-03-01T11:05:00Z"));
    }

    #[test]
    fn a_day_has_one_run_whatever_the_clocks_do() {
        let one = Timetable::Daily(1);
        assert_eq!(
            runs(one, "Europe/Berlin", "2026-03-28T12:00:00Z", 2),
            ["03-29 01:00 +01:00", "03-30 01:00 +02:00"]
        );
        let two = Timetable::Daily(2);
        // On the 29th of March there is no 02:00 in Berlin, on the 25th of October there are two.
        assert_eq!(
            runs(two, "Europe/Berlin", "2026-03-28T12:00:00Z", 2),
            ["03-29 03:00 +02:00", "03-30 02:00 +02:00"]
        );
        assert_eq!(
            runs(two, "Europe/Berlin", "2026-10-24T12:00:00Z", 2),
            ["10-25 02:00 +02:00", "10-26 02:00 +01:00"]
        );
        // In New York it is 01:00 twice on the 1st of November.
        assert_eq!(
            runs(one, "America/New_York", "2026-10-31T12:00:00Z", 2),
            ["11-01 01:00 -04:00", "11-02 01:00 -05:00"]
        );
        assert_eq!(
            runs(two, "America/New_York", "2026-03-07T12:00:00Z", 2),
            ["03-08 03:00 -04:00", "03-09 02:00 -04:00"]
        );
        // Samoa had no 30th of December 2011.
        assert_eq!(
            runs(one, "Pacific/Apia", "2011-12-29T00:00:00Z", 3),
            ["12-29 01:00 -10:00", "12-31 01:00 +14:00", "01-01 01:00 +14:00"]
        );
    }

    #[test]
    fn between_the_two_times_of_a_date_nothing_is_due() {
        let first = at("2026-11-01T05:00:00Z");
        let next = Timetable::Daily(1).next(first, &zone("America/New_York"));
        assert_eq!(next, at("2026-11-02T06:00:00Z"));
    }

    #[test]
    fn of_what_was_missed_the_newest_month_is_made_up_for() {
        let slots = |from, now| Timetable::Daily(1).slots(at(from), at(now), &TimeZone::UTC);
        assert_eq!(slots("2026-05-02T01:00:00Z", "2026-05-02T00:59:59Z"), []);
        let three = ["2026-05-02T01:00:00Z", "2026-05-03T01:00:00Z", "2026-05-04T01:00:00Z"];
        assert_eq!(slots("2026-05-02T01:00:00Z", "2026-05-04T12:00:00Z"), three.map(at));
        let year = slots("2025-05-02T01:00:00Z", "2026-05-04T12:00:00Z");
        assert_eq!((year.len(), year.last().copied()), (SLOTS_MAX, Some(at(three[2]))));
    }
}
