//! Flag to JSON: the canonical form, which [`crate::read::flag`] reads back to the same flag, and
//! the one that PostHog's server libraries evaluate on their own.

use event::Timestamp;
use serde_json::{Map, Value as Json, json};

use crate::{Aggregation, Condition, Flag, Operator, Rule, Set, Subject, Variant};

/// The canonical form: every field, in PostHog's shape where it has one.
pub fn flag(flag: &Flag) -> Json {
    let turn = |turn: &crate::Turn| json!({"at": turn.at.to_string(), "active": turn.active});
    json!({
        "id": flag.id,
        "key": flag.key,
        "name": flag.name,
        "description": flag.description,
        "active": flag.active,
        "archived": flag.archived,
        "version": flag.version,
        "filters": filters(flag, &|rule| self::rule(rule)),
        "bucketing_identifier": flag.bucketing.as_str(),
        "ensure_experience_continuity": flag.ensure_experience_continuity,
        "schedule": flag.schedule.iter().map(turn).collect::<Vec<_>>(),
    })
}

/// The share of people a flag is for, when one number tells it: it has one condition, without
/// rules.
pub fn rollout_percentage(flag: &Flag) -> Option<f64> {
    match flag.groups.as_slice() {
        [only] if only.rules.is_empty() => Some(only.rollout_percentage.unwrap_or(100.0)),
        _ => None,
    }
}

/// The variants in the simple form, payloads beside them.
pub fn variants(flag: &Flag) -> Json {
    let with_payload = |variant: &Variant| {
        let mut written = self::variant(variant);
        if let (Some(map), Some(payload)) =
            (written.as_object_mut(), flag.payload(Some(&variant.key)))
        {
            map.insert("payload".to_owned(), payload.clone());
        }
        written
    };
    flag.variants.iter().map(with_payload).collect()
}

/// The flags of a set as PostHog's server libraries evaluate them on their own, as they are at a
/// moment: schedules are resolved, archived flags left out, rules on other flags name keys and
/// tell the whole chain.
pub fn definitions(set: &Set, now: Timestamp) -> Json {
    let flags = set.flags().filter(|flag| !flag.archived);
    flags.map(|flag| definition(set, flag, now)).collect()
}

fn definition(set: &Set, flag: &Flag, now: Timestamp) -> Json {
    let of_rule = |rule: &Rule| {
        let mut written = self::rule(rule);
        if let (Subject::Flag(name), Some(map)) = (&rule.subject, written.as_object_mut()) {
            let other = set.find(name);
            let key = other.map_or(name.as_str(), |other| other.key.as_str());
            // An empty chain tells libraries that they cannot evaluate it.
            let mut chain = Vec::new();
            if other.is_some() && set.is_whole(&flag.key) {
                chain = set.dependencies(key);
                chain.push(key);
            }
            map.insert("dependency_chain".to_owned(), json!(chain));
            map.insert("key".to_owned(), json!(key));
        }
        written
    };
    let mut filters = filters(flag, &of_rule);
    for payload in &flag.payloads {
        filters["payloads"][&payload.variant] = json!(payload_text(&payload.value));
    }
    json!({
        "id": flag.id,
        "key": flag.key,
        "name": flag.name,
        "active": flag.is_active(now),
        "deleted": false,
        "version": flag.version,
        "filters": filters,
        "bucketing_identifier": flag.bucketing.as_str(),
        "ensure_experience_continuity": flag.ensure_experience_continuity,
    })
}

/// A payload as PostHog's libraries expect it: JSON as text. A payload that is text already is left
/// alone, because exports hold it in that form.
pub fn payload_text(payload: &Json) -> String {
    match payload {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn filters(flag: &Flag, of_rule: &dyn Fn(&Rule) -> Json) -> Json {
    let conditions = |list: &[Condition]| -> Json {
        list.iter().map(|condition| self::condition(condition, of_rule)).collect()
    };
    let mut map = Map::new();
    let mut put = |name: &str, value: Json| map.insert(name.to_owned(), value);
    put("groups", conditions(&flag.groups));
    if !flag.variants.is_empty() {
        let variants: Json = flag.variants.iter().map(variant).collect();
        put("multivariate", json!({"variants": variants}));
    }
    let payloads = flag.payloads.iter().map(|p| (p.variant.clone(), p.value.clone()));
    put("payloads", payloads.collect::<Map<String, Json>>().into());
    if !flag.super_groups.is_empty() {
        put("super_groups", conditions(&flag.super_groups));
    }
    if let Some(holdout) = flag.holdout {
        let percentage = holdout.exclusion_percentage;
        put("holdout", json!({"id": holdout.id, "exclusion_percentage": number(percentage)}));
    }
    if let Some(index) = flag.aggregation {
        put("aggregation_group_type_index", json!(index));
    }
    put("early_exit", json!(flag.early_exit));
    Json::Object(map)
}

fn condition(condition: &Condition, of_rule: &dyn Fn(&Rule) -> Json) -> Json {
    let mut json = json!({
        "properties": condition.rules.iter().map(of_rule).collect::<Vec<_>>(),
        "rollout_percentage": condition.rollout_percentage.map(number),
        "variant": condition.variant,
    });
    match condition.aggregation {
        Aggregation::Inherited => {}
        Aggregation::Person => json["aggregation_group_type_index"] = Json::Null,
        Aggregation::Group(index) => json["aggregation_group_type_index"] = json!(index),
    }
    json
}

fn rule(rule: &Rule) -> Json {
    let (key, index) = match &rule.subject {
        Subject::Person(key) | Subject::Flag(key) => (key.as_str(), None),
        Subject::Group(key, index) => (key.as_str(), *index),
        Subject::Cohort => ("id", None),
    };
    let mut json = json!({
        "key": key,
        "type": rule.subject.as_str(),
        "operator": rule.operator.as_str(),
        "value": match rule.operator {
            Operator::IsSet | Operator::IsNotSet => json!(rule.operator.as_str()),
            _ => rule.value.clone(),
        },
        "negation": rule.negation,
    });
    if let Some(index) = index {
        json["group_type_index"] = json!(index);
    }
    json
}

fn variant(variant: &Variant) -> Json {
    json!({
        "key": variant.key,
        "name": variant.name,
        "rollout_percentage": number(variant.rollout_percentage),
    })
}

/// Whole numbers without a fraction, as people wrote them.
fn number(value: f64) -> Json {
    if value.fract() == 0.0 { json!(value as i64) } else { json!(value) }
}
