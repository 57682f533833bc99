//! Filters in JSON: `{"all": [..]}`, `{"any": [..]}`, or one condition
//! `{"field" | "property": name, "op": op, "value": value}`.

use event::Code;
use serde_json::{Map, Value as Json};

use super::{Problem, Scope, cohort, object::Object};
use crate::{Column, Filter, Matcher, Op, Predicate, Subject, filter::Operand};

/// Conditions of one filter, all levels together.
const CONDITIONS_MAX: usize = 100;
/// Levels of a filter.
const DEPTH_MAX: usize = 8;
/// Values of one `in`.
const VALUES_MAX: usize = 10_000;
const TEXT_BYTES_MAX: usize = 8 * 1024;

/// The `filter` of an object; everything when absent, None when it was wrong.
pub(super) fn filter(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Filter> {
    object.known("filter");
    let (map, _, _) = object.parts();
    let Some(json) = map.get("filter").filter(|json| !json.is_null()) else {
        return Some(Filter::default());
    };
    let path = object.path("filter");
    let (_, _, problems) = object.parts();
    let mut reader = Reader { problems, conditions: 0, scope };
    let filter = reader.node(json, path.clone(), 1);
    if reader.conditions > CONDITIONS_MAX {
        let message =
            format!("filter has {} conditions, the limit is {CONDITIONS_MAX}", reader.conditions);
        reader.problem(path, Code::InvalidValue, message);
        return None;
    }
    filter
}

struct Reader<'p> {
    problems: &'p mut Vec<Problem>,
    scope: &'p Scope<'p>,
    conditions: usize,
}

impl Reader<'_> {
    fn problem(&mut self, field: String, code: Code, message: impl Into<String>) {
        self.problems.push(Problem { field, code, message: message.into() });
    }

    fn node(&mut self, json: &Json, path: String, depth: usize) -> Option<Filter> {
        let Json::Object(map) = json else {
            self.problem(path, Code::InvalidType, "a filter must be an object");
            return None;
        };
        if depth > DEPTH_MAX {
            let message = format!("filter is nested deeper than {DEPTH_MAX} levels");
            self.problem(path, Code::TooDeep, message);
            return None;
        }
        match (map.len(), map.get("all"), map.get("any")) {
            (0, ..) => Some(Filter::default()),
            (1, Some(list), _) => self.list(list, path + ".all", depth).map(Filter::All),
            (1, _, Some(list)) => self.list(list, path + ".any", depth).map(Filter::Any),
            (_, None, None) if map.contains_key("cohort") => self.membership(map, path),
            (_, None, None) => self.condition(json, path).map(Filter::Is),
            _ => {
                let message = "a filter is either all, or any, or one condition";
                self.problem(path, Code::InvalidValue, message);
                None
            }
        }
    }

    fn list(&mut self, json: &Json, path: String, depth: usize) -> Option<Vec<Filter>> {
        let Json::Array(items) = json else {
            self.problem(path, Code::InvalidType, "must be an array of filters");
            return None;
        };
        let mut filters = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            filters.push(self.node(item, format!("{path}[{index}]"), depth + 1));
        }
        filters.into_iter().collect()
    }

    fn membership(&mut self, map: &Map<String, Json>, path: String) -> Option<Filter> {
        self.conditions += 1;
        let mut object = Object::new(map, path, self.problems);
        let inside = object.choice("op", &["in", "not_in"]) != Some("not_in");
        let definition = cohort::reference(&mut object, self.scope);
        object.finish();
        Some(Filter::InCohort(definition?.into(), inside))
    }

    fn condition(&mut self, json: &Json, path: String) -> Option<Predicate> {
        self.conditions += 1;
        let map = json.as_object()?;
        let before = self.problems.len();
        let mut object = Object::new(map, path, self.problems);
        let predicate = predicate(&mut object);
        object.finish();
        predicate.filter(|_| self.problems.len() == before)
    }
}

/// `field`, `property` or `person`.
pub(super) fn subject(object: &mut Object<'_>) -> Option<Subject> {
    match (object.text("field"), object.text("property"), object.text("person")) {
        (Some(name), None, None) => match Column::named(name) {
            Some(column) => Some(Subject::Field(column)),
            None => {
                let message = format!(
                    "field {name:?} is not a field of events; a key of properties goes under \"property\""
                );
                object.problem("field", Code::InvalidValue, message);
                None
            }
        },
        (None, Some(path), None) => Some(Subject::Property(path.to_owned())),
        (None, None, Some(path)) => Some(Subject::Person(path.to_owned())),
        (None, None, None) => {
            object.missing("field");
            None
        }
        _ => {
            let message = "there is more than one of field, property and person".to_owned();
            object.problem("property", Code::InvalidValue, message);
            None
        }
    }
}

/// One condition whose fields stand beside others in an object.
pub(super) fn predicate(object: &mut Object<'_>) -> Option<Predicate> {
    let subject = subject(object);
    let ops: Vec<&'static str> = Op::ALL.iter().map(|op| op.as_str()).collect();
    let op = object.choice("op", &ops).unwrap_or("is");
    let op = Op::ALL.iter().copied().find(|known| known.as_str() == op).unwrap_or(Op::Is);
    let operands = operands(object, op);
    let predicate = Predicate { subject: subject?, op, operands: operands? };
    if let Err(problem) = Matcher::new(&Filter::Is(predicate.clone())) {
        object.problem("value", Code::InvalidValue, format!("value {problem}"));
        return None;
    }
    Some(predicate)
}

fn operands(object: &mut Object<'_>, op: Op) -> Option<Vec<Operand>> {
    let value = object.raw("value");
    let (min, max) = match op {
        Op::IsSet | Op::IsNotSet => (0, 0),
        Op::Between => (2, 2),
        Op::In | Op::NotIn => (0, VALUES_MAX),
        _ => (1, 1),
    };
    let list = match (value, max) {
        (None, 0) => return Some(Vec::new()),
        (Some(_), 0) => {
            let message = format!("{} takes no value", op.as_str());
            object.problem("value", Code::InvalidValue, message);
            return None;
        }
        (None, _) => {
            object.missing("value");
            return None;
        }
        (Some(Json::Array(items)), 2..) => items.iter().collect(),
        (Some(value), 1) => vec![value],
        (Some(_), _) => {
            let message = format!("value of {} must be an array", op.as_str());
            object.problem("value", Code::InvalidType, message);
            return None;
        }
    };
    if list.len() < min || list.len() > max {
        let message =
            format!("value has {} items, {} takes {min} to {max}", list.len(), op.as_str());
        object.problem("value", Code::InvalidValue, message);
        return None;
    }
    let mut operands = Vec::with_capacity(list.len());
    for item in list {
        match item {
            Json::String(text) if text.len() <= TEXT_BYTES_MAX => {
                operands.push(Operand::Text(text.clone()));
            }
            Json::String(text) => {
                let message =
                    format!("value has {} bytes, the limit is {TEXT_BYTES_MAX}", text.len());
                object.problem("value", Code::TooLong, message);
                return None;
            }
            Json::Number(number) => operands.push(Operand::Number(number.as_f64()?)),
            Json::Bool(truth) => operands.push(Operand::Bool(*truth)),
            _ => {
                let message = "value must be a string, a number or a bool".to_owned();
                object.problem("value", Code::InvalidType, message);
                return None;
            }
        }
    }
    Some(operands)
}
