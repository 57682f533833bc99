//! Funnels, retention, paths, stickiness and lifecycle.

use event::Code;

use super::{
    Scope,
    common::{bounded, breakdown, interval, nested, selector},
    filter,
    object::Object,
    range::range,
};
use crate::{
    Anchor, Attribution, Basis, Column, Exclusion, Funnel, Interval, Lifecycle, PathUnit, Paths,
    Per, Retention, Step, StepOrder, Stickiness, Subject, Windows,
};

/// Steps of a funnel.
const STEPS_MAX: usize = 20;
/// Exclusions of a funnel.
const EXCLUSIONS_MAX: usize = 20;
/// Seconds of a funnel's window: 366 days.
pub(super) const WINDOW_SECONDS_MAX: u64 = 366 * 86_400;
const WINDOW_SECONDS_DEFAULT: u64 = 14 * 86_400;
/// Periods of a retention.
pub(super) const PERIODS_MAX: u64 = 90;
const PATH_DEPTH_MAX: u64 = 10;
const PATH_EDGES_MAX: u64 = 50;

pub(super) fn funnel(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Funnel> {
    let range = range(object, "range", scope, "30d");
    if !object.has("steps") {
        object.missing("steps");
    }
    let steps = object.objects("steps", STEPS_MAX, |item| {
        let optional = item.flag("optional");
        let name = item.text("name").map(str::to_owned);
        let selector = selector(item, scope)?;
        Some(Step { name: name.unwrap_or_else(|| selector.name()), selector, optional })
    });
    let count = steps.as_ref().map_or(0, Vec::len);
    if count == 1 {
        let message = "steps has 1 items, it must have 2 to 20".to_owned();
        object.problem("steps", Code::InvalidValue, message);
    }
    let window = object.whole("window_seconds", 1, WINDOW_SECONDS_MAX);
    let window_ms = window.unwrap_or(WINDOW_SECONDS_DEFAULT) as i64 * 1_000;
    let order = match object.choice("order", &["ordered", "strict", "unordered"]) {
        Some("strict") => StepOrder::Strict,
        Some("unordered") => StepOrder::Unordered,
        _ => StepOrder::Ordered,
    };
    let exclusions = exclusions(object, count, scope);
    let breakdown = breakdown(object, scope);
    let attribution = attribution(object, count);
    let per = match object.choice("per", &["person", "session"]) {
        Some("session") => Per::Session,
        _ => Per::Person,
    };
    let trend = interval(object, "trend");
    if let Some(interval) = trend {
        bounded(object, "trend", range.as_ref(), interval);
    }
    let steps = steps?;
    plausible(object, &steps, order, !exclusions.is_empty());
    let range = range?;
    Some(Funnel { range, steps, window_ms, order, exclusions, breakdown, attribution, per, trend })
}

/// Combinations that mean nothing.
fn plausible(object: &mut Object<'_>, steps: &[Step], order: StepOrder, excludes: bool) {
    let optional = |index: usize| steps.get(index).is_some_and(|step| step.optional);
    for (index, name) in [(0, "first"), (steps.len().wrapping_sub(1), "last")] {
        if optional(index) {
            let message = format!("the {name} step cannot be optional");
            object.problem(&format!("steps[{index}].optional"), Code::InvalidValue, message);
        }
    }
    if order == StepOrder::Unordered && excludes {
        let message = "exclusions need an order of steps, unordered has none".to_owned();
        object.problem("exclusions", Code::InvalidValue, message);
    }
    if order == StepOrder::Unordered && steps.iter().any(|step| step.optional) {
        let message = "optional steps need an order of steps, unordered has none".to_owned();
        object.problem("steps", Code::InvalidValue, message);
    }
}

fn exclusions(object: &mut Object<'_>, steps: usize, scope: &Scope<'_>) -> Vec<Exclusion> {
    let last = steps.max(2) as u64;
    let list = object.objects("exclusions", EXCLUSIONS_MAX, |item| {
        let from = item.whole("from", 1, last - 1).unwrap_or(1) as usize;
        let to = item.whole("to", 2, last).unwrap_or(last) as usize;
        if to <= from {
            let message = format!("to is {to}, it must be larger than from, {from}");
            item.problem("to", Code::InvalidValue, message);
        }
        Some(Exclusion { selector: selector(item, scope)?, from, to })
    });
    list.unwrap_or_default()
}

fn attribution(object: &mut Object<'_>, steps: usize) -> Attribution {
    let step = object.whole("attribution_step", 1, steps.max(1) as u64);
    match object.choice("attribution", &["first_touch", "last_touch", "step"]) {
        Some("last_touch") => Attribution::LastTouch,
        Some("step") => match step {
            Some(step) => Attribution::Step(step as usize),
            None => {
                if !object.has("attribution_step") {
                    object.missing("attribution_step");
                }
                Attribution::FirstTouch
            }
        },
        _ => Attribution::FirstTouch,
    }
}

pub(super) fn retention(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Retention> {
    let range = range(object, "range", scope, "8d");
    let period = interval(object, "period").unwrap_or_default();
    bounded(object, "period", range.as_ref(), period);
    let periods = object.whole("periods", 1, PERIODS_MAX).unwrap_or(8) as usize;
    let basis = match object.choice("type", &["recurring", "first_time"]) {
        Some("first_time") => Basis::FirstTime,
        _ => Basis::Recurring,
    };
    let windows = match object.choice("windows", &["calendar", "rolling"]) {
        Some("rolling") => Windows::Rolling,
        _ => Windows::Calendar,
    };
    if windows == Windows::Rolling && period == Interval::Month {
        let message = "rolling windows need a period of hour, day or week".to_owned();
        object.problem("windows", Code::InvalidValue, message);
    }
    let start = nested(object, "start", scope);
    let returning = nested(object, "return", scope);
    let (range, start, returning) = (range?, start?, returning?);
    Some(Retention { range, period, periods, basis, windows, start, returning })
}

pub(super) fn paths(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Paths> {
    let range = range(object, "range", scope, "7d");
    let selector = selector(object, scope);
    let by = object.object("by", filter::subject);
    let by = by.unwrap_or(Some(Subject::Field(Column::EventType)));
    let unit = match object.choice("per", &["session", "person"]) {
        Some("person") => PathUnit::Person,
        _ => PathUnit::Session,
    };
    let anchor = match (object.text("start"), object.text("end")) {
        (Some(_), Some(_)) => {
            let message = "there are both start and end, use one".to_owned();
            object.problem("end", Code::InvalidValue, message);
            Anchor::Free
        }
        (Some(name), None) => Anchor::Start(name.to_owned()),
        (None, Some(name)) => Anchor::End(name.to_owned()),
        (None, None) => Anchor::Free,
    };
    let depth = object.whole("depth", 2, PATH_DEPTH_MAX).unwrap_or(PATH_DEPTH_MAX) as usize;
    let edges = object.whole("edges", 1, PATH_EDGES_MAX).unwrap_or(PATH_EDGES_MAX) as usize;
    Some(Paths { range: range?, selector: selector?, by: by?, unit, anchor, depth, edges })
}

pub(super) fn stickiness(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Stickiness> {
    let range = range(object, "range", scope, "30d");
    let interval = interval(object, "interval").unwrap_or_default();
    bounded(object, "interval", range.as_ref(), interval);
    let selector = selector(object, scope);
    Some(Stickiness { range: range?, interval, selector: selector? })
}

pub(super) fn lifecycle(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Lifecycle> {
    let range = range(object, "range", scope, "30d");
    let interval = interval(object, "interval").unwrap_or_default();
    bounded(object, "interval", range.as_ref(), interval);
    let selector = selector(object, scope);
    Some(Lifecycle { range: range?, interval, selector: selector? })
}
