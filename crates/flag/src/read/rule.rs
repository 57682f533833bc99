//! One entry of `properties`.

use serde_json::Value as Json;

use super::{KEY_CHARS_MAX, object::Object};
use crate::{Operator, Rule, Subject, rule};

/// Bytes of the value of one rule, as JSON.
const VALUE_BYTES_MAX: usize = 64 * 1024;
/// Kinds of groups.
pub(super) const GROUP_KINDS_MAX: u64 = 5;

const TYPES: &[&str] = &["person", "group", "cohort", "flag"];

pub(super) fn rule(object: &mut Object<'_, '_>) -> Option<Rule> {
    object.ignore(&["label", "cohort_name", "dependency_chain", "group_key_names"]);
    let kind = match object.raw("type") {
        None => Some("person"),
        Some(_) => object.choice("type", TYPES, |kind| kind),
    };
    let negation = object.bool("negation").unwrap_or(false);
    let index = object.whole("group_type_index", GROUP_KINDS_MAX - 1);
    let key = match kind {
        Some("cohort") => object.text("key", KEY_CHARS_MAX),
        _ => object.required_text("key", KEY_CHARS_MAX),
    };
    object.ignore(&["operator", "value"]);
    let subject = match kind? {
        "cohort" => Subject::Cohort,
        "flag" => Subject::Flag(key?.to_owned()),
        "group" => Subject::Group(key?.to_owned(), index.map(|index| index as u8)),
        _ => Subject::Person(key?.to_owned()),
    };
    let allowed = Operator::of(&subject);
    let operator = match object.raw("operator") {
        // Rules on properties are mostly written without it.
        None => allowed[0],
        Some(_) => object.choice("operator", allowed, Operator::as_str)?,
    };
    let value = value(object, &subject, operator)?;
    Some(Rule { subject, operator, value, negation })
}

fn value(object: &mut Object<'_, '_>, subject: &Subject, operator: Operator) -> Option<Json> {
    let value = object.raw("value");
    if operator.needs_no_value() {
        return Some(Json::Null);
    }
    let Some(value) = value else {
        object.missing("value");
        return None;
    };
    let bytes = value.to_string().len();
    if bytes > VALUE_BYTES_MAX {
        let message = format!("value has {bytes} bytes, the limit is {VALUE_BYTES_MAX}");
        object.invalid("value", message);
        return None;
    }
    let expected = match (subject, value) {
        (Subject::Cohort, Json::String(text)) if !text.is_empty() => None,
        (Subject::Cohort, Json::Number(number)) if number.is_u64() => None,
        (Subject::Cohort, _) => Some("the number or name of a cohort".to_owned()),
        (Subject::Flag(_), Json::Bool(_)) => None,
        (Subject::Flag(_), Json::String(text)) if !text.is_empty() => None,
        (Subject::Flag(_), _) => Some("true, false or the key of a variant".to_owned()),
        (Subject::Person(_) | Subject::Group(..), value) => rule::parse(operator, value).err(),
    };
    if let Some(expected) = expected {
        object.invalid("value", format!("value of {} must be {expected}", operator.as_str()));
        return None;
    }
    Some(value.clone())
}
