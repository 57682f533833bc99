//! JSON to flag. Every problem of a flag is reported at once, each with the path of its field and
//! what is allowed there, so that a person fixes it in one go.
//!
//! Two forms are read, and may be mixed: PostHog's, with everything in `filters`, and a simple one
//! with `rollout_percentage`, `variants` (each with its `payload`) and `payload` at the top.
//! A flag that says nothing of conditions is for everybody; one with an empty list of `groups` is
//! for nobody, as in PostHog.

mod filters;
mod object;
mod rule;
#[cfg(test)]
mod tests;

use event::{Code, Timestamp};
use serde_json::Value as Json;

pub use filters::{GROUPS_MAX, PAYLOAD_BYTES_MAX, RULES_MAX, VARIANTS_MAX};

use crate::{Bucketing, Condition, Flag, Payload, Problem, Turn, Variant};
use filters::Filters;
use object::Object;

/// Characters of a key: of a flag, a variant, a property.
pub const KEY_CHARS_MAX: usize = 400;
/// Characters of a name.
pub const NAME_CHARS_MAX: usize = 400;
/// Characters of a description.
pub const DESCRIPTION_CHARS_MAX: usize = 4_000;
/// Turns of a schedule.
pub const SCHEDULE_MAX: usize = 100;

/// What servers and exports write beside a flag, and what says nothing of how it answers.
const IGNORED: &[&str] = &[
    "created_at",
    "updated_at",
    "created_by",
    "last_modified_by",
    "team_id",
    "tags",
    "evaluation_runtime",
    "evaluation_contexts",
    "has_encrypted_payloads",
    "has_experiment",
    "status",
];

/// Reads a flag, or tells everything that is wrong with it. What it must be beside the other flags
/// of its tenant is for [`crate::check`].
pub fn flag(json: &Json) -> Result<Flag, Vec<Problem>> {
    let mut problems = Vec::new();
    let Json::Object(map) = json else {
        let message = "a flag must be an object".to_owned();
        return Err(vec![Problem { field: String::new(), code: Code::InvalidType, message }]);
    };
    let mut object = Object::new(map, String::new(), &mut problems);
    let flag = of_object(&mut object);
    object.ignore(IGNORED);
    object.finish();
    match flag {
        Some(flag) if problems.is_empty() => Ok(flag),
        _ => Err(problems),
    }
}

fn of_object(object: &mut Object<'_, '_>) -> Option<Flag> {
    let key = key(object);
    let mut filters = object.object("filters", filters::filters).unwrap_or_default();
    let variants = variants(object, &mut filters);
    let rollout_percentage = object.percentage("rollout_percentage");
    let mut groups = filters.groups.unwrap_or_else(|| vec![Condition::default()]);
    for group in &mut groups {
        group.rollout_percentage = group.rollout_percentage.or(rollout_percentage);
    }
    let archived = object.bool("archived").or(object.bool("deleted")).unwrap_or(false);
    let early_exit = object.bool("early_exit").or(filters.early_exit).unwrap_or(false);
    let continuity = object.bool("ensure_experience_continuity").unwrap_or(false);
    let choices = [Bucketing::DistinctId, Bucketing::DeviceId];
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Some(Flag {
        id: object.whole("id", u64::MAX).unwrap_or(0),
        name: text(object.text("name", NAME_CHARS_MAX)),
        description: text(object.text("description", DESCRIPTION_CHARS_MAX)),
        active: object.bool("active").unwrap_or(true),
        archived,
        version: object.whole("version", u64::MAX).unwrap_or(1),
        groups,
        super_groups: filters.super_groups,
        holdout: filters.holdout,
        variants,
        payloads: filters.payloads,
        aggregation: filters.aggregation,
        early_exit,
        bucketing: object
            .choice("bucketing_identifier", &choices, Bucketing::as_str)
            .unwrap_or_default(),
        ensure_experience_continuity: continuity,
        schedule: schedule(object),
        key: key?,
    })
}

fn key(object: &mut Object<'_, '_>) -> Option<String> {
    let key = object.required_text("key", KEY_CHARS_MAX)?;
    let is_fine = |c: char| c.is_ascii_alphanumeric() || "-_.:/".contains(c);
    if let Some(wrong) = key.chars().find(|c| !is_fine(*c)) {
        let message = format!("key has {wrong:?}, it must be of letters, digits and - _ . : /");
        object.invalid("key", message);
        return None;
    }
    Some(key.to_owned())
}

/// The variants of either form; the payloads of the simple one join the others.
fn variants(object: &mut Object<'_, '_>, filters: &mut Filters) -> Vec<Variant> {
    let mut at = "filters.multivariate.variants";
    let simple = object.objects("variants", VARIANTS_MAX, filters::variant);
    let of_all = object.raw("payload").cloned().map(|value| ("true".to_owned(), value));
    let mut payloads: Vec<(String, Json)> = of_all.into_iter().collect();
    let variants = match (simple, filters.variants.take()) {
        (Some(simple), found) => {
            if found.is_some_and(|found| !found.is_empty()) && !simple.is_empty() {
                let message = format!("variants must not stand beside {at}");
                object.invalid("variants", message);
            }
            at = "variants";
            let mut variants = Vec::new();
            for (variant, payload) in simple {
                payloads.extend(payload.map(|payload| (variant.key.clone(), payload)));
                variants.push(variant);
            }
            variants
        }
        (None, found) => found.unwrap_or_default(),
    };
    for (variant, value) in payloads {
        filters.payloads.retain(|payload| payload.variant != variant);
        filters.payloads.push(Payload { variant, value });
    }
    filters.payloads.sort_by(|a, b| a.variant.cmp(&b.variant));
    filters::check(object, at, filters, &variants);
    variants
}

fn schedule(object: &mut Object<'_, '_>) -> Vec<Turn> {
    let turns = object.objects("schedule", SCHEDULE_MAX, |turn| {
        let at = match turn.raw("at") {
            None => {
                turn.missing("at");
                None
            }
            Some(Json::String(text)) => Timestamp::parse(text).ok(),
            Some(other) => other.as_f64().and_then(|n| Timestamp::from_number(n).ok()),
        };
        if at.is_none() && turn.raw("at").is_some() {
            turn.invalid("at", format!("at {}", event::TimestampError));
        }
        if turn.raw("active").is_none() {
            turn.missing("active");
        }
        let active = turn.bool("active");
        Some(Turn { at: at?, active: active? })
    });
    let mut turns = turns.unwrap_or_default();
    turns.sort_by_key(|turn| turn.at);
    if let Some(pair) = turns.windows(2).find(|pair| pair[0].at == pair[1].at) {
        let message = format!("two turns are at {}, there must be one at a time", pair[0].at);
        object.invalid("schedule", message);
    }
    turns
}
