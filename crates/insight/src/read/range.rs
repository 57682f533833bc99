//! Ranges, zones and moments.

use event::{Code, Timestamp};
use jiff::tz::TimeZone;

use super::{Context, Scope, object::Object};
use crate::{Interval, Range, Span, WeekStart, calendar};

/// Days a range may have.
pub const RANGE_DAYS_MAX: i64 = 3_660;
const DAY_MS: i64 = 86_400_000;

/// `tz` and `week_start`.
pub(super) fn scope<'c>(object: &mut Object<'_>, context: &'c Context) -> Scope<'c> {
    let names: Vec<&'static str> = WeekStart::ALL.iter().map(|day| day.as_str()).collect();
    let named = object.choice("week_start", &names);
    let week_start = WeekStart::ALL.iter().copied().find(|day| Some(day.as_str()) == named);
    let week_start = week_start.unwrap_or(context.week_start);
    Scope { context, zone: zone(object, context), week_start }
}

/// A range; without one the last `default`.
pub(super) fn range(
    object: &mut Object<'_>,
    name: &str,
    scope: &Scope<'_>,
    default: &str,
) -> Option<Range> {
    let (now, zone, week_start) = (scope.context.now, scope.zone.clone(), scope.week_start);
    let ends = match object.object(name, |range| ends(range, scope)) {
        Some(ends) => ends,
        None => last(default, now, &zone, week_start)
            .map(|(from, to)| (from, to, Span::Last(default.into()))),
    };
    let (from, to, span) = ends?;
    Some(Range { from, to, zone, week_start, span })
}

fn zone(object: &mut Object<'_>, context: &Context) -> TimeZone {
    let Some(name) = object.text("tz") else { return context.zone.clone() };
    TimeZone::get(name).unwrap_or_else(|_| {
        let message = format!("tz {name:?} is not a time zone, use a name like Europe/Berlin");
        object.problem("tz", Code::InvalidValue, message);
        context.zone.clone()
    })
}

type Ends = Option<(Timestamp, Timestamp, Span)>;

fn ends(range: &mut Object<'_>, scope: &Scope<'_>) -> Ends {
    let (context, zone) = (scope.context, &scope.zone);
    let (from, to) = (moment(range, "from", zone), moment(range, "to", zone));
    if let Some(text) = range.text("last") {
        if from.is_some() || to.is_some() {
            let message = "range has both last and from or to, use one".to_owned();
            range.problem("last", Code::InvalidValue, message);
            return None;
        }
        let ends = last(text, context.now, zone, scope.week_start);
        if ends.is_none() {
            let message = format!(
                "last {text:?} is not a number of h, d, w or m of at most {RANGE_DAYS_MAX} days, e.g. 24h or 30d"
            );
            range.problem("last", Code::InvalidValue, message);
        }
        return ends.map(|(from, to)| (from, to, Span::Last(text.to_owned())));
    }
    let Some(from) = from else {
        range.missing("from");
        return None;
    };
    let to = to.unwrap_or(Timestamp(context.now.0 + 1));
    if to < from {
        range.problem("to", Code::InvalidValue, format!("to {to} lies before from {from}"));
    } else if to.0 - from.0 > RANGE_DAYS_MAX * DAY_MS {
        let days = (to.0 - from.0) / DAY_MS;
        let message = format!("range has {days} days, the limit is {RANGE_DAYS_MAX}");
        range.problem("from", Code::InvalidValue, message);
    }
    Some((from, to, Span::Fixed))
}

/// RFC 3339, or a date or date and time in the question's zone.
pub(super) fn moment(range: &mut Object<'_>, name: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = range.text(name)?;
    let civil = text.parse::<jiff::Timestamp>().is_err();
    let parsed = if civil && let Ok(local) = text.parse::<jiff::civil::DateTime>() {
        local.to_zoned(zone.clone()).map(|z| Timestamp(z.timestamp().as_millisecond())).ok()
    } else {
        Timestamp::parse(text).ok()
    };
    if parsed.is_none() {
        let message = format!("{name} {text:?} is not a time, use RFC 3339 or a date");
        range.problem(name, Code::InvalidValue, message);
    }
    parsed
}

/// `24h` rolls back from now; `7d`, `4w`, `3m` are calendar units with the current one included.
fn last(
    text: &str,
    now: Timestamp,
    zone: &TimeZone,
    week_start: WeekStart,
) -> Option<(Timestamp, Timestamp)> {
    let unit = text.chars().last()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
    let (days, interval) = match unit {
        'h' => (number.checked_add(23)? / 24, Interval::Hour),
        'd' => (number, Interval::Day),
        'w' => (number.checked_mul(7)?, Interval::Week),
        'm' => (number.checked_mul(30)?, Interval::Month),
        _ => return None,
    };
    if number < 1 || days > RANGE_DAYS_MAX {
        return None;
    }
    let to = Timestamp(now.0 + 1);
    if interval == Interval::Hour {
        return Some((Timestamp(now.0 - number * 3_600_000), to));
    }
    let current = calendar::floor(now, zone, interval, week_start).ok()?;
    let start = jiff::Timestamp::from_millisecond(current.0).ok()?.to_zoned(zone.clone()).date();
    let back = match interval {
        Interval::Day => jiff::Span::new().try_days(number - 1),
        Interval::Week => jiff::Span::new().try_weeks(number - 1),
        _ => jiff::Span::new().try_months(number - 1),
    };
    let from = start.checked_sub(back.ok()?).ok()?.to_zoned(zone.clone()).ok()?;
    Some((Timestamp(from.timestamp().as_millisecond()), to))
}
