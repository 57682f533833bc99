//! The parameters that reports of the analytics service share, read as parts of a question: what is
//! wrong with them is told by whoever reads questions, under the names of the parameters.

use axum::http::request::Parts;
use event::{Code, Timestamp};
use insight::{Breakdown, Column, Question, Range, Selector, read};
use jiff::{ToSpan, tz::TimeZone};
use serde_json::{Map, Value, json};

use super::moment::{End, moment};
use crate::{
    Problem,
    query::{self, Asker},
    reply::parameter,
};

const DAY_MS: i64 = 86_400_000;
/// Names of the service, and the fields of events they stand for.
const FIELDS: &[(&str, &str)] = &[
    ("eventType", "event_type"),
    ("userId", "user_id"),
    ("sessionId", "session_id"),
    ("contentType", "entity_type"),
    ("contentId", "entity_id"),
    ("device", "device_type"),
    ("deviceType", "device_type"),
    ("appVersion", "app_version"),
];

/// What every report is told.
pub(super) struct Common {
    pub(super) range: Range,
    pub(super) selector: Selector,
    pub(super) breakdown: Option<Breakdown>,
    /// As it was asked for.
    pub(super) timeframe: Value,
}

pub(super) fn common(asker: &Asker<'_>, parts: &Parts, default: &str) -> Result<Common, Problem> {
    let mut json = ranged(asker, parts, default)?;
    json.insert("kind".into(), json!("trend"));
    let mut series = Map::new();
    if let Some(event) = given(parts, "eventType") {
        series.insert("event".into(), json!(event));
    }
    if let Some(filter) = self::json(parts, "filters")? {
        series.insert("filter".into(), filter);
    }
    json.insert("series".into(), json!([series]));
    if let Some(breakdown) = breakdown(parts)? {
        json.insert("breakdown".into(), breakdown);
    }
    let Question::Trend(trend) = read(asker, json)? else { return Err(Problem::internal()) };
    let selector = trend.series.into_iter().next().map(|series| series.selector);
    let timeframe = match given(parts, "from") {
        Some(_) => Value::Null,
        None => json!(given(parts, "timeframe").unwrap_or_else(|| default.to_owned())),
    };
    let selector = selector.unwrap_or_default();
    Ok(Common { range: trend.range, selector, breakdown: trend.breakdown, timeframe })
}

/// A parameter that is not empty.
pub(super) fn given(parts: &Parts, name: &str) -> Option<String> {
    parameter(parts, name).filter(|text| !text.is_empty())
}

pub(super) fn json(parts: &Parts, name: &'static str) -> Result<Option<Value>, Problem> {
    let Some(text) = given(parts, name) else { return Ok(None) };
    let wrong = |error| {
        Problem::new(Code::MalformedJson, format!("{name} is not json: {error}")).about(name)
    };
    serde_json::from_str(&text).map(Some).map_err(wrong)
}

/// `range` and `tz` of a question.
pub(super) fn ranged(
    asker: &Asker<'_>,
    parts: &Parts,
    default: &str,
) -> Result<Map<String, Value>, Problem> {
    let tz = given(parts, "tz");
    let zone = match &tz {
        Some(name) => TimeZone::get(name).unwrap_or(TimeZone::UTC),
        None => asker.context().zone,
    };
    let mut json = Map::new();
    json.insert("range".into(), range(asker.now, parts, &zone, default)?);
    if let Some(tz) = tz {
        json.insert("tz".into(), json!(tz));
    }
    Ok(json)
}

fn range(now: Timestamp, parts: &Parts, zone: &TimeZone, default: &str) -> Result<Value, Problem> {
    let (timeframe, from, to) =
        (given(parts, "timeframe"), given(parts, "from"), given(parts, "to"));
    if timeframe.is_some() && (from.is_some() || to.is_some()) {
        let detail = "there are both timeframe and from or to, use one";
        return Err(Problem::new(Code::InvalidValue, detail).about("timeframe"));
    }
    if from.is_some() || to.is_some() {
        let at = |name, text: Option<String>, end| {
            text.map(|text| moment(name, &text, zone, end).map(|at| at.to_string())).transpose()
        };
        return Ok(json!({"from": at("from", from, End::From)?, "to": at("to", to, End::To)?}));
    }
    Ok(match timeframe.as_deref().unwrap_or(default) {
        "today" => json!({"last": "1d"}),
        "yesterday" => {
            let moment = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default();
            let today = moment.to_zoned(zone.clone()).date();
            let before = today.checked_sub(1.day()).unwrap_or(today);
            json!({"from": before.to_string(), "to": today.to_string()})
        }
        "all" => {
            let from = Timestamp(now.0 + 1 - read::RANGE_DAYS_MAX * DAY_MS);
            json!({"from": from.to_string()})
        }
        last => json!({ "last": last }),
    })
}

/// Names of fields or properties, or dimensions as in questions.
pub(super) fn breakdown(parts: &Parts) -> Result<Option<Value>, Problem> {
    let Some(text) = given(parts, "breakdown") else { return Ok(None) };
    if text.starts_with('[') {
        return json(parts, "breakdown");
    }
    let one = |name: &str| {
        let name = name.trim();
        let alias = FIELDS.iter().find(|(alias, _)| *alias == name).map(|(_, field)| *field);
        let plain = alias.unwrap_or(name);
        let property = ["data.", "properties."].iter().find_map(|base| plain.strip_prefix(base));
        match property {
            None if Column::named(plain).is_some() => json!({ "field": plain }),
            property => json!({ "property": property.unwrap_or(plain) }),
        }
    };
    Ok(Some(text.split(',').map(one).collect()))
}

/// Reads a question that was made of parameters.
pub(super) fn read(asker: &Asker<'_>, json: Map<String, Value>) -> Result<Question, Problem> {
    asker
        .read(&Value::Object(json))
        .map_err(|problems| query::problem_of(problems.into_iter().map(in_parameters).collect()))
}

/// A problem with a field of the question, told of the parameter.
fn in_parameters(problem: read::Problem) -> read::Problem {
    let read::Problem { field, code, message } = problem;
    let (field, message) = match field.as_str() {
        "range.last" => ("timeframe".into(), message.replacen("last ", "timeframe ", 1)),
        "range.from" => ("from".into(), message),
        "range.to" => ("to".into(), message),
        "window_seconds" => ("window".into(), message.replacen("window_seconds", "window", 1)),
        // An interval is chosen by the range, so it is the range that is wrong.
        "interval" => ("timeframe".into(), message),
        "series[0].event" => ("eventType".into(), message.replacen("event ", "eventType ", 1)),
        other => match other.strip_prefix("series[0].filter") {
            Some(rest) => (format!("filters{rest}"), message),
            None if other.starts_with("breakdown") => ("breakdown".into(), message),
            None if other.starts_with("steps[") => {
                (other.replace("].event", "].eventType").replace("].filter", "].filters"), message)
            }
            None => (field, message),
        },
    };
    read::Problem { field, code, message }
}
