//! Which events a stream tells of, by the parameters of its request.

use axum::http::request::Parts;
use event::{Code, Event, Field, TenantId};
use insight::{Context, Matcher, read};
use jiff::tz::TimeZone;

use crate::{Problem, auth::percent_decoded, query, reply::parameter, state::AppState};

/// Event types of one stream.
const EVENT_TYPES_MAX: usize = 100;
/// Bytes of a filter.
const FILTER_BYTES_MAX: usize = 16 * 1024;

/// What has to hold of an event.
#[derive(Debug)]
pub(super) struct Wanted {
    /// Any when empty.
    event_types: Vec<String>,
    distinct_id: Option<String>,
    matcher: Option<Matcher>,
}

impl Wanted {
    /// Reads `event_type`, `distinct_id` and `filter`.
    pub(super) fn read(app: &AppState, tenant: &TenantId, parts: &Parts) -> Result<Self, Problem> {
        Ok(Self {
            event_types: event_types(parts)?,
            distinct_id: parameter(parts, "distinct_id").filter(|id| !id.is_empty()),
            matcher: matcher(app, tenant, parts)?,
        })
    }

    pub(super) fn takes(&self, event: &Event) -> bool {
        let is_of_type = self.event_types.is_empty()
            || self.event_types.iter().any(|name| *name == *event.event_type);
        let is_of_id = self.distinct_id.is_none()
            || event.fields.get(Field::DistinctId) == self.distinct_id.as_deref();
        is_of_type && is_of_id && self.matcher.as_ref().is_none_or(|matcher| matcher.matches(event))
    }
}

/// The names of every `event_type`, each a list with commas between; `%2C` is a comma of a name.
fn event_types(parts: &Parts) -> Result<Vec<String>, Problem> {
    let pairs = parts.uri.query().unwrap_or("").split('&');
    let lists = pairs.filter_map(|pair| pair.strip_prefix("event_type="));
    let names = lists.flat_map(|list| list.split(',')).filter(|name| !name.is_empty());
    let names: Vec<String> = names.map(|name| percent_decoded(name).into_owned()).collect();
    if names.len() > EVENT_TYPES_MAX {
        let detail =
            format!("event_type has {} names, the limit is {EVENT_TYPES_MAX}", names.len());
        return Err(Problem::new(Code::InvalidValue, detail).about("event_type"));
    }
    Ok(names)
}

/// The filter, which can only be about the events themselves.
fn matcher(app: &AppState, tenant: &TenantId, parts: &Parts) -> Result<Option<Matcher>, Problem> {
    let Some(text) = parameter(parts, "filter").filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let wrong = |code, detail: String| Problem::new(code, detail).about("filter");
    if text.len() > FILTER_BYTES_MAX {
        let detail = format!("filter has {} bytes, the limit is {FILTER_BYTES_MAX}", text.len());
        return Err(wrong(Code::InvalidValue, detail));
    }
    let json = serde_json::from_str(&text);
    let json = json.map_err(|e| wrong(Code::MalformedJson, format!("filter is not json: {e}")))?;
    let zone = app.parts.catalog.tenant(tenant).map(|tenant| tenant.time_zone);
    let zone = zone.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC);
    let filter = read::filter(&json, &Context::new(app.now(), zone));
    let filter = filter.map_err(query::problem_of)?;
    let matcher = Matcher::new(&filter);
    let matcher = matcher.map_err(|error| wrong(Code::InvalidValue, error.to_string()))?;
    if matcher.needs_person() || !matcher.cohorts().is_empty() {
        let detail = "filter asks for persons or cohorts, a live stream knows only events";
        return Err(wrong(Code::InvalidValue, detail.to_owned()));
    }
    Ok(Some(matcher))
}
