//! JSON to question. Every problem of a question is reported at once, each with the path of the
//! field, so that a person fixes it in one go.

mod cohort;
mod common;
mod experiment;
mod filter;
mod flow;
mod object;
mod people;
mod range;
mod site;
mod trend;

use std::{collections::BTreeMap, sync::Arc};

use event::{Code, TenantId, Timestamp};
use jiff::tz::TimeZone;
use serde_json::Value as Json;

use crate::{Classes, Definition, Filter, Order, Question, Selector, WeekStart};
use object::Object;
pub use range::RANGE_DAYS_MAX;

/// What a question is read against.
#[derive(Clone, Debug)]
pub struct Context {
    /// The moment of asking.
    pub now: Timestamp,
    /// The tenant's time zone, used when the question names none.
    pub zone: TimeZone,
    /// The tenant's first day of the week, likewise.
    pub week_start: WeekStart,
    /// The tenant's classes of events.
    pub classes: Arc<Classes>,
    /// The tenant's saved cohorts by name.
    pub cohorts: BTreeMap<String, Arc<Definition>>,
}

impl Context {
    /// The defaults of a tenant that has changed no setting.
    pub fn new(now: Timestamp, zone: TimeZone) -> Self {
        Self {
            now,
            zone,
            week_start: WeekStart::default(),
            classes: Arc::default(),
            cohorts: BTreeMap::new(),
        }
    }
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

/// Lines of a trend.
pub const SERIES_MAX: usize = 20;
/// Events or persons of one list.
pub const EVENTS_MAX: u64 = 1_000;

/// What the parts of one question share.
struct Scope<'c> {
    context: &'c Context,
    zone: TimeZone,
    week_start: WeekStart,
}

/// Reads a question of any kind, or tells everything that is wrong with it.
pub fn question(json: &Json, context: &Context) -> Result<Question, Vec<Problem>> {
    read(json, |object| of_kind(object, context))
}

/// Reads the definition of a cohort, to be saved under a name.
pub fn definition(json: &Json, context: &Context) -> Result<Definition, Vec<Problem>> {
    let (zone, week_start) = (context.zone.clone(), context.week_start);
    let scope = Scope { context, zone, week_start };
    read(json, |object| cohort::definition(object, &scope))
}

/// Reads a filter alone, as questions have it under `filter`.
pub fn filter(json: &Json, context: &Context) -> Result<Filter, Vec<Problem>> {
    let (zone, week_start) = (context.zone.clone(), context.week_start);
    let scope = Scope { context, zone, week_start };
    let around = serde_json::json!({ "filter": json });
    read(&around, |object| filter::filter(object, &scope))
}

fn read<T>(json: &Json, of: impl FnOnce(&mut Object<'_>) -> Option<T>) -> Result<T, Vec<Problem>> {
    let mut problems = Vec::new();
    let Json::Object(map) = json else {
        let message = "a question must be an object".to_owned();
        return Err(vec![Problem { field: String::new(), code: Code::InvalidType, message }]);
    };
    let mut object = Object::new(map, String::new(), &mut problems);
    let found = of(&mut object);
    object.finish();
    match found {
        Some(found) if problems.is_empty() => Ok(found),
        _ => Err(problems),
    }
}

fn of_kind(object: &mut Object<'_>, context: &Context) -> Option<Question> {
    let kind = object.required_choice("kind", Question::KINDS)?;
    if kind == "people_of" {
        return people::people_of(object, context).map(Question::PeopleOf);
    }
    let scope = range::scope(object, context);
    let scope = &scope;
    Some(match kind {
        "events" => Question::Events(common::events(object, scope)?),
        "counts" => Question::Counts(common::counts(object, scope)?),
        "trend" => Question::Trend(trend::trend(object, scope)?),
        "funnel" => Question::Funnel(flow::funnel(object, scope)?),
        "retention" => Question::Retention(flow::retention(object, scope)?),
        "cohort" => Question::Cohort(cohort::cohort(object, scope)?),
        "paths" => Question::Paths(flow::paths(object, scope)?),
        "stickiness" => Question::Stickiness(flow::stickiness(object, scope)?),
        "lifecycle" => Question::Lifecycle(flow::lifecycle(object, scope)?),
        "sessions" => Question::Sessions(site::sessions(object, scope)?),
        "web" => Question::Web(site::web(object, scope)?),
        "performance" => Question::Performance(site::performance(object, scope)?),
        "errors" => Question::Errors(site::errors(object, scope)?),
        "revenue" => Question::Revenue(site::revenue(object, scope)?),
        "experiment" => Question::Experiment(experiment::experiment(object, scope)?),
        "persons" => Question::Persons(common::persons(object, scope)?),
        "person" => Question::Person(common::person(object, scope)?),
        _ => Question::Taxonomy(common::taxonomy(object, scope)?),
    })
}

/// The fingerprint a cursor carries: the same tenant, selector and order give the same number.
pub fn fingerprint(tenant: &TenantId, selector: &Selector, order: Order) -> u64 {
    // FNV-1a over the debug form: stable within one build, which is all a cursor promises.
    hashed(&format!("{tenant}\n{selector:?}\n{order:?}"))
}

pub(crate) fn hashed(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests;
