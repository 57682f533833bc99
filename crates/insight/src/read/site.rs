//! Sessions, web overview, performance, errors and revenue.

use super::{
    Scope,
    common::{bounded, interval, limit, parsed, selector},
    filter::filter,
    object::Object,
    range::range,
};
use crate::{Errors, Performance, Revenue, Sessions, Web};

const LIST_MAX: u64 = 1_000;
const TABLE_MAX: u64 = 100;

pub(super) fn sessions(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Sessions> {
    let range = range(object, "range", scope, "7d");
    let selector = selector(object, scope);
    let interval = interval(object, "interval");
    if let Some(interval) = interval {
        bounded(object, "interval", range.as_ref(), interval);
    }
    let active = object.truth("active");
    let after = parsed(object, "cursor");
    let list = object.whole("list", 0, LIST_MAX).unwrap_or(0) as usize;
    let classes = scope.context.classes.clone();
    let (range, selector) = (range?, selector?);
    Some(Sessions { range, selector, active, interval, list, after, classes })
}

pub(super) fn web(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Web> {
    let range = range(object, "range", scope, "7d");
    let filter = filter(object, scope);
    let compare = object.choice("compare", &["previous"]).is_some();
    let limit = limit(object, 10, TABLE_MAX);
    let classes = scope.context.classes.clone();
    Some(Web { range: range?, filter: filter?, compare, limit, classes })
}

pub(super) fn performance(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Performance> {
    let range = range(object, "range", scope, "7d");
    let filter = filter(object, scope);
    let limit = limit(object, 100, LIST_MAX);
    let classes = scope.context.classes.clone();
    Some(Performance { range: range?, filter: filter?, limit, classes })
}

pub(super) fn errors(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Errors> {
    let range = range(object, "range", scope, "7d");
    let filter = filter(object, scope);
    let limit = limit(object, 100, LIST_MAX);
    let classes = scope.context.classes.clone();
    Some(Errors { range: range?, filter: filter?, limit, classes })
}

pub(super) fn revenue(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Revenue> {
    let range = range(object, "range", scope, "30d");
    let selector = selector(object, scope);
    let interval = interval(object, "interval");
    if let Some(interval) = interval {
        bounded(object, "interval", range.as_ref(), interval);
    }
    let classes = scope.context.classes.clone();
    Some(Revenue { range: range?, selector: selector?, interval, classes })
}
