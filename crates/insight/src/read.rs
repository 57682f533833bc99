//! JSON to question. Every problem of a question is reported at once, each with the path of the
//! field, so that a person fixes it in one go.

mod filter;
mod object;

use event::{Code, TenantId, Timestamp};
use jiff::tz::TimeZone;
use serde_json::Value as Json;

use crate::{
    Counts, Events, Interval, Measure, Order, Question, Range, Selector, Series, Span, Trend,
    calendar::{self, Buckets},
};
use object::Object;

/// What a question is read against.
#[derive(Clone, Debug)]
pub struct Context {
    /// The moment of asking.
    pub now: Timestamp,
    /// The tenant's time zone, used when the question names none.
    pub zone: TimeZone,
}

/// One thing wrong with a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, e.g. `series[0].filter.all[1].op`.
    pub field: String,
    /// Its code.
    pub code: Code,
    /// A sentence.
    pub message: String,
}

/// Days a range may have.
pub const RANGE_DAYS_MAX: i64 = 3_660;
/// Lines of a trend.
pub const SERIES_MAX: usize = 20;
/// Events of one list.
pub const EVENTS_MAX: u64 = 1_000;
const DAY_MS: i64 = 86_400_000;

/// Reads a question of any kind, or tells everything that is wrong with it.
pub fn question(json: &Json, context: &Context) -> Result<Question, Vec<Problem>> {
    let mut problems = Vec::new();
    let question = match json {
        Json::Object(map) => {
            let mut object = Object::new(map, String::new(), &mut problems);
            let question = of_kind(&mut object, context);
            object.finish();
            question
        }
        _ => {
            problems.push(Problem {
                field: String::new(),
                code: Code::InvalidType,
                message: "a question must be an object".into(),
            });
            None
        }
    };
    match question {
        Some(question) if problems.is_empty() => Ok(question),
        _ => Err(problems),
    }
}

fn of_kind(object: &mut Object<'_>, context: &Context) -> Option<Question> {
    let kinds = ["events", "counts", "trend"];
    match object.required_choice("kind", &kinds)? {
        "events" => events(object, context).map(Question::Events),
        "counts" => {
            let range = range(object, context, "30d");
            let selector = selector(object);
            Some(Question::Counts(Counts { range: range?, selector: selector? }))
        }
        _ => trend(object, context).map(Question::Trend),
    }
}

fn events(object: &mut Object<'_>, context: &Context) -> Option<Events> {
    let range = range(object, context, "24h");
    let selector = selector(object);
    let limit = object.whole("limit", 1, EVENTS_MAX).unwrap_or(100) as usize;
    let order = match object.choice("order", &["newest", "oldest"]) {
        Some("oldest") => Order::Oldest,
        _ => Order::Newest,
    };
    let after = match object.text("cursor") {
        Some(text) => match text.parse() {
            Ok(cursor) => Some(cursor),
            Err(error) => {
                object.problem("cursor", Code::InvalidValue, format!("cursor {error}"));
                None
            }
        },
        None => None,
    };
    Some(Events { range: range?, selector: selector?, limit, order, after })
}

fn trend(object: &mut Object<'_>, context: &Context) -> Option<Trend> {
    let range = range(object, context, "7d");
    let interval = match object.choice("interval", &["hour", "day", "week", "month"]) {
        Some("hour") => Interval::Hour,
        Some("week") => Interval::Week,
        Some("month") => Interval::Month,
        _ => Interval::Day,
    };
    if let Some(range) = &range
        && let Err(error) = Buckets::new(range, interval)
    {
        object.problem("interval", Code::InvalidValue, format!("interval {error}"));
    }
    let series = object.objects("series", SERIES_MAX, |item| {
        let measure = match item.choice("measure", &["total", "unique_persons"]) {
            Some("unique_persons") => Measure::UniquePersons,
            _ => Measure::Total,
        };
        let name = item.text("name").map(str::to_owned);
        let selector = selector(item)?;
        let name = name.or_else(|| selector.event.clone()).unwrap_or_else(|| "any event".into());
        Some(Series { name, selector, measure })
    });
    let any = || {
        vec![Series {
            name: "any event".into(),
            selector: Selector::default(),
            measure: Measure::Total,
        }]
    };
    Some(Trend { range: range?, interval, series: series.unwrap_or_else(any) })
}

fn selector(object: &mut Object<'_>) -> Option<Selector> {
    let event = object.text("event").map(str::to_owned);
    if event.as_deref() == Some("") {
        object.problem("event", Code::InvalidValue, "event must not be empty".into());
    }
    Some(Selector { event, filter: filter::filter(object)? })
}

/// `range` and `tz`; without a range the last `default`.
fn range(object: &mut Object<'_>, context: &Context, default: &str) -> Option<Range> {
    let zone = zone(object, context);
    let ends = match object.object("range", |range| ends(range, context, &zone)) {
        Some(ends) => ends,
        None => last(default, context.now, &zone)
            .map(|(from, to)| (from, to, Span::Last(default.into()))),
    };
    let (from, to, span) = ends?;
    Some(Range { from, to, zone, span })
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

fn ends(range: &mut Object<'_>, context: &Context, zone: &TimeZone) -> Ends {
    let (from, to) = (moment(range, "from", zone), moment(range, "to", zone));
    if let Some(text) = range.text("last") {
        if from.is_some() || to.is_some() {
            let message = "range has both last and from or to, use one".to_owned();
            range.problem("last", Code::InvalidValue, message);
            return None;
        }
        let ends = last(text, context.now, zone);
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
fn moment(range: &mut Object<'_>, name: &str, zone: &TimeZone) -> Option<Timestamp> {
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
fn last(text: &str, now: Timestamp, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
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
    let current = calendar::floor(now, zone, interval).ok()?;
    let start = jiff::Timestamp::from_millisecond(current.0).ok()?.to_zoned(zone.clone()).date();
    let back = match interval {
        Interval::Day => jiff::Span::new().try_days(number - 1),
        Interval::Week => jiff::Span::new().try_weeks(number - 1),
        _ => jiff::Span::new().try_months(number - 1),
    };
    let from = start.checked_sub(back.ok()?).ok()?.to_zoned(zone.clone()).ok()?;
    Some((Timestamp(from.timestamp().as_millisecond()), to))
}

/// The fingerprint a cursor carries: the same tenant, selector and order give the same number.
pub fn fingerprint(tenant: &TenantId, selector: &Selector, order: Order) -> u64 {
    // FNV-1a over the debug form: stable within one build, which is all a cursor promises.
    let text = format!("{tenant}\n{selector:?}\n{order:?}");
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests;
