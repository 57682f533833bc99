//! Selectors, breakdowns and the kinds that list things.

use std::str::FromStr;

use event::{Code, Timestamp};

use super::{EVENTS_MAX, Scope, cohort, filter, object::Object, range::range};
use crate::{
    Breakdown, Counts, Dimension, Events, Interval, Order, Person, Persons, Range, Selector, Span,
    Taxonomy,
};

pub(super) fn selector(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Selector> {
    let event = object.text("event").map(str::to_owned);
    if event.as_deref() == Some("") {
        object.problem("event", Code::InvalidValue, "event must not be empty".into());
    }
    Some(Selector { event, filter: filter::filter(object, scope)? })
}

/// A nested selector; any event when absent.
pub(super) fn nested(object: &mut Object<'_>, name: &str, scope: &Scope<'_>) -> Option<Selector> {
    object.object(name, |inner| selector(inner, scope)).unwrap_or(Some(Selector::default()))
}

pub(super) fn interval(object: &mut Object<'_>, name: &str) -> Option<Interval> {
    let names: Vec<&'static str> = Interval::ALL.iter().map(|unit| unit.as_str()).collect();
    let named = object.choice(name, &names)?;
    Interval::ALL.iter().copied().find(|unit| unit.as_str() == named)
}

/// Refuses an interval that cuts the range into too many buckets.
pub(super) fn bounded(
    object: &mut Object<'_>,
    name: &str,
    range: Option<&Range>,
    interval: Interval,
) {
    if let Some(range) = range
        && let Err(error) = crate::calendar::Buckets::new(range, interval)
    {
        object.problem(name, Code::InvalidValue, format!("{name} {error}"));
    }
}

pub(super) fn limit(object: &mut Object<'_>, default: usize, max: u64) -> usize {
    object.whole("limit", 1, max).map_or(default, |n| n as usize)
}

/// A cursor or another text that stands for something.
pub(super) fn parsed<T: FromStr>(object: &mut Object<'_>, name: &str) -> Option<T>
where
    T::Err: std::fmt::Display,
{
    let text = object.text(name)?;
    match text.parse() {
        Ok(parsed) => Some(parsed),
        Err(error) => {
            object.problem(name, Code::InvalidValue, format!("{name} {error}"));
            None
        }
    }
}

/// `breakdown` and `breakdown_limit`.
pub(super) fn breakdown(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Breakdown> {
    let limit = object.whole("breakdown_limit", 1, Breakdown::LIMIT_MAX as u64);
    let limit = limit.map_or(Breakdown::LIMIT_DEFAULT, |n| n as usize);
    let dimensions = object.objects("breakdown", Breakdown::DIMENSIONS_MAX, |item| {
        if item.has("cohort") {
            return cohort::reference(item, scope).map(|cohort| Dimension::Cohort(cohort.into()));
        }
        filter::subject(item).map(Dimension::Value)
    })?;
    Some(Breakdown { dimensions, limit })
}

pub(super) fn events(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Events> {
    let range = range(object, "range", scope, "24h");
    let selector = selector(object, scope);
    let limit = limit(object, 100, EVENTS_MAX);
    let order = match object.choice("order", &["newest", "oldest"]) {
        Some("oldest") => Order::Oldest,
        _ => Order::Newest,
    };
    let after = parsed(object, "cursor");
    Some(Events { range: range?, selector: selector?, limit, order, after })
}

pub(super) fn counts(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Counts> {
    let range = range(object, "range", scope, "30d");
    let selector = selector(object, scope);
    Some(Counts { range: range?, selector: selector? })
}

pub(super) fn persons(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Persons> {
    let range = range(object, "range", scope, "30d");
    let selector = selector(object, scope);
    let limit = limit(object, 100, EVENTS_MAX);
    let after = parsed(object, "cursor");
    Some(Persons { range: range?, selector: selector?, limit, after })
}

pub(super) fn person(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Person> {
    let range = range(object, "range", scope, "30d");
    let id = object.text("id").map(str::to_owned);
    if id.is_none() && !object.has("id") {
        object.missing("id");
    }
    let limit = limit(object, 100, EVENTS_MAX);
    let after = parsed(object, "cursor");
    Some(Person { range: range?, id: id?, limit, after })
}

pub(super) fn taxonomy(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Taxonomy> {
    let event = object.text("event").map(str::to_owned);
    let limit = limit(object, 1_000, EVENTS_MAX);
    let (from, to) = (Timestamp::OLDEST, Timestamp(scope.context.now.0 + 1));
    let (zone, week_start) = (scope.zone.clone(), scope.week_start);
    let range = Range { from, to, zone, week_start, span: Span::Fixed };
    Some(Taxonomy { range, event, limit })
}
