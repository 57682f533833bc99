//! When people come: growth over the weeks, weekdays, hours of their own day.

use event::Timestamp;
use fastrand::Rng;

const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;

/// Weight of each hour of a person's day: asleep at night, peaks at lunch and in the evening.
const HOURS: [u32; 24] =
    [7, 4, 2, 2, 2, 4, 10, 22, 34, 42, 46, 50, 58, 52, 46, 44, 46, 52, 62, 76, 86, 78, 48, 20];

/// Weight of each day from Monday: a shop is quiet on Friday and Saturday, busy on Sunday.
const WEEKDAYS: [u32; 7] = [104, 98, 96, 94, 84, 88, 118];

/// A range of days, each with its share of visits.
#[derive(Debug)]
pub(super) struct Season {
    end: Timestamp,
    /// Sums of the weights of the days from the last one backwards.
    sums: Vec<u32>,
}

impl Season {
    /// `days` of 24 hours up to `end`.
    pub(super) fn new(end: Timestamp, days: u32) -> Self {
        let mut sum = 0;
        let sums = (0..days).map(|back| {
            // 1970-01-01 was a Thursday.
            let weekday = (end.0 / DAY_MS - i64::from(back) + 3).rem_euclid(7) as usize;
            let grown = 1_000 - 400 * back / days;
            sum += WEEKDAYS[weekday] * grown / 100;
            sum
        });
        Self { end, sums: sums.collect() }
    }

    /// A moment in it for someone whose clock is `utc_offset_hours` ahead.
    pub(super) fn moment(&self, rng: &mut Rng, utc_offset_hours: i64) -> Timestamp {
        let last = self.sums.last().copied().unwrap_or(1);
        loop {
            let pick = rng.u32(0..last);
            let back = self.sums.partition_point(|sum| *sum <= pick) as i64;
            // The day before `end`, cut into hours; an hour is taken as often as it is weighty.
            let within = rng.i64(0..DAY_MS);
            let at = self.end.0 - (back + 1) * DAY_MS + within;
            let hour = (at / HOUR_MS + utc_offset_hours).rem_euclid(24) as usize;
            if rng.u32(0..86) < HOURS[hour] {
                return Timestamp(at);
            }
        }
    }
}
