//! Calendar buckets of a time zone, computed once per question.
//!
//! A bucket starts where the zone's calendar says so: a day has 23 or 25 hours when clocks change.
//! The first bucket is the one that holds the start of the range, the last the one that holds its
//! end; events outside the range are in none.

use event::Timestamp;
use jiff::{Span as Step, Unit, Zoned, ZonedRound, tz::TimeZone};
use thiserror::Error;

use crate::{Interval, Range, Span, WeekStart};

/// The most buckets one series may have.
pub const BUCKETS_MAX: usize = 10_000;

const DAY_MS: i64 = 86_400_000;

/// A range and interval that make no list of buckets.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CalendarError {
    /// Ask for a shorter range or a wider interval.
    #[error("gives more than {BUCKETS_MAX} buckets, ask for a shorter range or a wider interval")]
    TooMany,
    /// The range reaches beyond the years a calendar knows.
    #[error("reaches beyond the calendar")]
    OutOfCalendar,
}

/// The buckets of a range.
#[derive(Clone, Debug, PartialEq)]
pub struct Buckets {
    /// Starts of the buckets and, behind them, the end of the last.
    edges: Vec<Timestamp>,
    from: Timestamp,
    to: Timestamp,
    zone: TimeZone,
}

impl Buckets {
    /// The calendar buckets that `range` touches; none for an empty range.
    pub fn new(range: &Range, interval: Interval) -> Result<Self, CalendarError> {
        let mut edges = Vec::new();
        if range.from < range.to {
            let mut start = floor(range.from, &range.zone, interval, range.week_start)?;
            edges.push(start);
            while start < range.to {
                if edges.len() > BUCKETS_MAX {
                    return Err(CalendarError::TooMany);
                }
                start = after(start, &range.zone, interval)?;
                edges.push(start);
            }
        }
        Ok(Self { edges, from: range.from, to: range.to, zone: range.zone.clone() })
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Starts of the buckets, ascending.
    pub fn starts(&self) -> &[Timestamp] {
        &self.edges[..self.len()]
    }

    /// Starts of the buckets and, behind them, the end of the last; empty when there is none.
    pub fn edges(&self) -> &[Timestamp] {
        &self.edges
    }

    /// The bucket of a moment; None outside the range.
    pub fn index(&self, at: Timestamp) -> Option<usize> {
        if at < self.from || at >= self.to {
            return None;
        }
        Some(self.edges.partition_point(|edge| *edge <= at) - 1)
    }

    /// Whether bucket `index` is not over at `now`, or not wholly inside the range.
    pub fn is_partial(&self, index: usize, now: Timestamp) -> bool {
        let (start, end) = (self.edges[index], self.edges[index + 1]);
        end > now || end > self.to || start < self.from
    }

    /// The start of a bucket as RFC 3339 with the zone's offset.
    pub fn label(&self, start: Timestamp) -> String {
        label(start, &self.zone)
    }
}

/// A moment as RFC 3339 with the zone's offset, whole seconds.
pub fn label(at: Timestamp, zone: &TimeZone) -> String {
    match jiff::Timestamp::from_millisecond(at.0) {
        Ok(moment) => moment.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        Err(_) => at.to_string(),
    }
}

/// The start of the calendar unit that holds `at`.
pub fn floor(
    at: Timestamp,
    zone: &TimeZone,
    interval: Interval,
    week_start: WeekStart,
) -> Result<Timestamp, CalendarError> {
    let zoned = zoned(at, zone)?;
    let floored = match interval {
        Interval::Hour => {
            zoned.round(ZonedRound::new().smallest(Unit::Hour).mode(jiff::RoundMode::Floor))
        }
        Interval::Day => zoned.start_of_day(),
        Interval::Week => {
            let back = i64::from(zoned.weekday().since(week_start.weekday()));
            zoned.checked_sub(Step::new().days(back)).and_then(|day| day.start_of_day())
        }
        Interval::Month => zoned.first_of_month().and_then(|day| day.start_of_day()),
    };
    millis(&floored.map_err(|_| CalendarError::OutOfCalendar)?)
}

/// The start of the calendar unit behind the one that starts at `start`.
pub fn after(
    start: Timestamp,
    zone: &TimeZone,
    interval: Interval,
) -> Result<Timestamp, CalendarError> {
    let step = match interval {
        Interval::Hour => return hour_after(start, zone),
        Interval::Day => Step::new().days(1),
        Interval::Week => Step::new().days(7),
        Interval::Month => Step::new().months(1),
    };
    let next = zoned(start, zone)?.date().checked_add(step);
    let next = next.and_then(|date| date.to_zoned(zone.clone()));
    millis(&next.map_err(|_| CalendarError::OutOfCalendar)?)
}

/// The next full hour of the zone. Where clocks jump by half an hour the hour in between is
/// shorter or longer; it never lasts less than one minute, so this always goes forward.
fn hour_after(start: Timestamp, zone: &TimeZone) -> Result<Timestamp, CalendarError> {
    let hour = 3_600_000;
    let next = floor(Timestamp(start.0 + hour), zone, Interval::Hour, WeekStart::Monday)?;
    if next > start { Ok(next) } else { Ok(Timestamp(start.0 + hour)) }
}

/// The start of the calendar unit before the one that starts at `start`.
pub fn before(
    start: Timestamp,
    zone: &TimeZone,
    interval: Interval,
    week_start: WeekStart,
) -> Result<Timestamp, CalendarError> {
    floor(Timestamp(start.0 - 1), zone, interval, week_start)
}

/// The range before this one, of the same form: `last` so many hours, days, weeks or months go
/// back by as many; a fixed range of less than a day by its own length, a longer one by whole
/// days of the calendar, at least its length.
pub fn previous(range: &Range) -> Result<Range, CalendarError> {
    let length = range.to.0 - range.from.0;
    let (from, to) = match &range.span {
        Span::Last(text) => {
            let unit = text.chars().last().unwrap_or('d');
            let number: i64 = text.trim_end_matches(unit).parse().unwrap_or(1);
            let step = match unit {
                'h' => Step::new().try_hours(number),
                'w' => Step::new().try_weeks(number),
                'm' => Step::new().try_months(number),
                _ => Step::new().try_days(number),
            };
            let step = step.map_err(|_| CalendarError::OutOfCalendar)?;
            (shifted(range.from, range, step)?, shifted(range.to, range, step)?)
        }
        Span::Fixed if length < DAY_MS => {
            (Timestamp(range.from.0 - length), Timestamp(range.to.0 - length))
        }
        Span::Fixed => {
            let start = zoned(range.from, &range.zone)?.datetime();
            let end = zoned(range.to, &range.zone)?.datetime();
            let mut days = (length / DAY_MS - 1).max(1);
            while start + Step::new().days(days) < end {
                days += 1;
            }
            let step = Step::new().days(days);
            (shifted(range.from, range, step)?, shifted(range.to, range, step)?)
        }
    };
    Ok(Range { from, to: to.min(range.from), span: Span::Fixed, ..range.clone() })
}

fn shifted(at: Timestamp, range: &Range, step: Step) -> Result<Timestamp, CalendarError> {
    let back = zoned(at, &range.zone)?.checked_sub(step);
    millis(&back.map_err(|_| CalendarError::OutOfCalendar)?)
}

fn zoned(at: Timestamp, zone: &TimeZone) -> Result<Zoned, CalendarError> {
    let moment = jiff::Timestamp::from_millisecond(at.0);
    moment.map(|m| m.to_zoned(zone.clone())).map_err(|_| CalendarError::OutOfCalendar)
}

fn millis(zoned: &Zoned) -> Result<Timestamp, CalendarError> {
    Ok(Timestamp(zoned.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests;
