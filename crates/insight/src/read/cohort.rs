//! Cohorts and their definitions.

use event::Code;
use serde_json::Value as Json;

use super::{
    Scope,
    common::{bounded, interval, nested},
    filter,
    flow::{PERIODS_MAX, WINDOW_SECONDS_MAX},
    object::Object,
    range::range,
};
use crate::{Cohort, CohortOf, Definition, Range, Times};

/// Ids of a static cohort.
const IDS_MAX: usize = 100_000;
/// Parts of one all or any.
const PARTS_MAX: usize = 20;

pub(super) fn cohort(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Cohort> {
    let range = range(object, "range", scope, "30d");
    if object.has("cohort") {
        let of = CohortOf::Definition(reference(object, scope)?);
        return Some(Cohort { range: range?, of });
    }
    let period = interval(object, "period").unwrap_or_default();
    bounded(object, "period", range.as_ref(), period);
    let periods = object.whole("periods", 1, PERIODS_MAX).unwrap_or(8) as usize;
    let activity = nested(object, "activity", scope)?;
    Some(Cohort { range: range?, of: CohortOf::FirstSeen { period, periods, activity } })
}

/// `cohort`: a definition, or the name of a saved one.
pub(super) fn reference(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Definition> {
    let Some(Json::String(name)) = object.raw("cohort") else {
        return object.object("cohort", |inner| definition(inner, scope)).flatten();
    };
    let Some(saved) = scope.context.cohorts.get(name) else {
        let message = format!("cohort {name:?} is not a saved cohort");
        object.problem("cohort", Code::InvalidValue, message);
        return None;
    };
    let definition = saved.clone();
    Some(Definition::Saved { name: name.clone(), definition })
}

pub(super) fn definition(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Definition> {
    let parts = |object: &mut Object<'_>, name| {
        object.objects(name, PARTS_MAX, |part| definition(part, scope))
    };
    if object.has("all") {
        parts(object, "all").map(Definition::All)
    } else if object.has("any") {
        parts(object, "any").map(Definition::Any)
    } else if object.has("not") {
        let inner = object.object("not", |inner| definition(inner, scope)).flatten()?;
        Some(Definition::Not(Box::new(inner)))
    } else if object.has("cohort") {
        reference(object, scope)
    } else if object.has("ids") {
        ids(object)
    } else if object.has("did") {
        did(object, scope)
    } else if object.has("first_time") {
        let selector = nested(object, "first_time", scope);
        Some(Definition::FirstTime { selector: selector?, within: within(object, scope)? })
    } else if object.has("stopped") {
        let selector = nested(object, "stopped", scope);
        let quiet_ms = seconds(object, "quiet_seconds");
        let within = within(object, scope);
        Some(Definition::Stopped { selector: selector?, quiet_ms: quiet_ms?, within: within? })
    } else if object.has("person") {
        filter::predicate(object).map(Definition::Person)
    } else {
        object.missing("did");
        None
    }
}

fn within(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Range> {
    range(object, "within", scope, "30d")
}

fn seconds(object: &mut Object<'_>, name: &str) -> Option<i64> {
    if !object.has(name) {
        object.missing(name);
    }
    object.whole(name, 1, WINDOW_SECONDS_MAX).map(|seconds| seconds as i64 * 1_000)
}

fn ids(object: &mut Object<'_>) -> Option<Definition> {
    let items = object.raw("ids")?.as_array();
    let ids: Option<Vec<String>> =
        items.and_then(|items| items.iter().map(|item| item.as_str().map(str::to_owned)).collect());
    match ids {
        Some(ids) if ids.len() <= IDS_MAX => Some(Definition::Ids(ids)),
        Some(ids) => {
            let message = format!("ids has {} items, the limit is {IDS_MAX}", ids.len());
            object.problem("ids", Code::InvalidValue, message);
            None
        }
        None => {
            object.problem("ids", Code::InvalidType, "ids must be an array of strings".into());
            None
        }
    }
}

fn did(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Definition> {
    let selector = nested(object, "did", scope);
    if object.has("then") {
        let then = nested(object, "then", scope);
        let within_ms = seconds(object, "within_seconds");
        let (first, within) = (selector?, within(object, scope)?);
        return Some(Definition::Sequence { first, then: then?, within_ms: within_ms?, within });
    }
    let times = object.object("times", |times| {
        let at_least = times.whole("at_least", 1, u64::MAX).map(Times::AtLeast);
        let at_most = times.whole("at_most", 0, u64::MAX).map(Times::AtMost);
        let exactly = times.whole("exactly", 0, u64::MAX).map(Times::Exactly);
        let given: Vec<Times> = [at_least, at_most, exactly].into_iter().flatten().collect();
        match given[..] {
            [one] => Some(one),
            _ => {
                let message = "times has one of at_least, at_most and exactly".to_owned();
                times.problem("at_least", Code::InvalidValue, message);
                None
            }
        }
    });
    let times = times.unwrap_or(Some(Times::AtLeast(1)));
    let within = within(object, scope);
    Some(Definition::Did { selector: selector?, times: times?, within: within? })
}
