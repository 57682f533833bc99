//! Selectors, filters and cohorts.

use serde_json::{Map, Value as Json, json};

use super::value::number;
use crate::{Definition, Filter, Operand, Predicate, Range, Selector, Span, Subject};

/// The definition of a cohort.
pub fn definition(definition: &Definition) -> Json {
    let list = |parts: &[Definition]| parts.iter().map(self::definition).collect::<Vec<_>>();
    match definition {
        Definition::All(parts) => json!({ "all": list(parts) }),
        Definition::Any(parts) => json!({ "any": list(parts) }),
        Definition::Not(inner) => json!({ "not": self::definition(inner) }),
        Definition::Saved { name, .. } => json!({ "cohort": name }),
        Definition::Ids(ids) => json!({ "ids": ids }),
        Definition::Did { selector, times, within } => {
            let (name, count) = times.parts();
            json!({"did": self::selector(selector), "times": {name: count}, "within": range(within)})
        }
        Definition::FirstTime { selector, within } => {
            json!({"first_time": self::selector(selector), "within": range(within)})
        }
        Definition::Sequence { first, then, within_ms, within } => json!({
            "did": selector(first),
            "then": selector(then),
            "within_seconds": within_ms / 1_000,
            "within": range(within),
        }),
        Definition::Stopped { selector, quiet_ms, within } => json!({
            "stopped": self::selector(selector),
            "quiet_seconds": quiet_ms / 1_000,
            "within": range(within),
        }),
        Definition::Person(predicate) => Json::Object(condition(predicate)),
    }
}

/// A cohort where another question refers to it.
pub(super) fn reference(definition: &Definition) -> Json {
    match definition {
        Definition::Saved { name, .. } => json!(name),
        other => self::definition(other),
    }
}

pub(super) fn range(range: &Range) -> Json {
    match &range.span {
        Span::Last(text) => json!({ "last": text }),
        Span::Fixed => json!({"from": range.from.to_string(), "to": range.to.to_string()}),
    }
}

pub(super) fn selector(selector: &Selector) -> Json {
    let mut map = Map::new();
    select(&mut map, selector);
    Json::Object(map)
}

/// Adds `event` and `filter` to an object.
pub(super) fn select(map: &mut Map<String, Json>, selector: &Selector) {
    if let Some(event) = &selector.event {
        map.insert("event".into(), json!(event));
    }
    if selector.filter != Filter::default() {
        map.insert("filter".into(), filter(&selector.filter));
    }
}

pub(super) fn filter(filter: &Filter) -> Json {
    let list = |filters: &[Filter]| filters.iter().map(self::filter).collect::<Vec<_>>();
    match filter {
        Filter::All(filters) => json!({ "all": list(filters) }),
        Filter::Any(filters) => json!({ "any": list(filters) }),
        Filter::Is(predicate) => Json::Object(condition(predicate)),
        Filter::InCohort(cohort, inside) => {
            json!({"cohort": reference(cohort), "op": if *inside { "in" } else { "not_in" }})
        }
    }
}

fn condition(predicate: &Predicate) -> Map<String, Json> {
    let Predicate { subject, op, operands } = predicate;
    let mut map = Map::new();
    named(&mut map, subject);
    map.insert("op".into(), json!(op.as_str()));
    let operand = |operand: &Operand| match operand {
        Operand::Text(text) => json!(text),
        Operand::Number(n) => number(Some(*n)),
        Operand::Bool(truth) => json!(truth),
    };
    let value = match op {
        crate::Op::IsSet | crate::Op::IsNotSet => return map,
        crate::Op::Between | crate::Op::In | crate::Op::NotIn => {
            Json::Array(operands.iter().map(operand).collect())
        }
        _ => operands.first().map_or(Json::Null, operand),
    };
    map.insert("value".into(), value);
    map
}

/// Adds the subject under `field`, `property` or `person`.
pub(super) fn named(map: &mut Map<String, Json>, subject: &Subject) {
    let (key, name) = match subject {
        Subject::Field(column) => ("field", column.as_str()),
        Subject::Property(path) => ("property", path.as_str()),
        Subject::Person(path) => ("person", path.as_str()),
    };
    map.insert(key.into(), json!(name));
}
