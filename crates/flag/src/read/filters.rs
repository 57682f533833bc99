//! `filters`: conditions, variants and payloads, as PostHog writes them.

use serde_json::{Map, Value as Json};

use super::{
    KEY_CHARS_MAX, NAME_CHARS_MAX,
    object::Object,
    rule::{GROUP_KINDS_MAX, rule},
};
use crate::{Aggregation, Condition, Holdout, Payload, Variant};

/// Conditions of a flag.
pub const GROUPS_MAX: usize = 100;
/// Rules of a condition.
pub const RULES_MAX: usize = 100;
/// Variants of a flag.
pub const VARIANTS_MAX: usize = 50;
/// Bytes of one payload, as JSON.
pub const PAYLOAD_BYTES_MAX: usize = 32 * 1024;

/// Shares are written by people as 33.33: their sum may be off by a rounding of the machine.
const SUM_SLACK: f64 = 1e-6;

/// What `filters` holds.
#[derive(Default)]
pub(super) struct Filters {
    pub(super) groups: Option<Vec<Condition>>,
    pub(super) super_groups: Vec<Condition>,
    pub(super) holdout: Option<Holdout>,
    pub(super) variants: Option<Vec<Variant>>,
    pub(super) payloads: Vec<Payload>,
    pub(super) aggregation: Option<u8>,
    pub(super) early_exit: Option<bool>,
}

pub(super) fn filters(object: &mut Object<'_, '_>) -> Filters {
    object.ignore(&["holdout_groups", "feature_enrollment"]);
    let variants = object.object("multivariate", |inner| {
        inner.objects("variants", VARIANTS_MAX, |one| variant(one).map(|(variant, _)| variant))
    });
    Filters {
        groups: object.objects("groups", GROUPS_MAX, condition),
        super_groups: object.objects("super_groups", 1, condition).unwrap_or_default(),
        holdout: object.object("holdout", holdout).flatten(),
        variants: variants.flatten(),
        payloads: object.entries("payloads").map(payloads).unwrap_or_default(),
        aggregation: group_kind(object),
        early_exit: object.bool("early_exit"),
    }
}

fn condition(object: &mut Object<'_, '_>) -> Option<Condition> {
    object.ignore(&["description", "sort_key", "users_affected"]);
    let is_given = object.given("aggregation_group_type_index").is_some();
    let aggregation = match group_kind(object) {
        Some(index) => Aggregation::Group(index),
        None if is_given => Aggregation::Person,
        None => Aggregation::Inherited,
    };
    Some(Condition {
        rules: object.objects("properties", RULES_MAX, rule).unwrap_or_default(),
        rollout_percentage: object.percentage("rollout_percentage"),
        variant: object.text("variant", KEY_CHARS_MAX).map(str::to_owned),
        aggregation,
    })
}

fn group_kind(object: &mut Object<'_, '_>) -> Option<u8> {
    object.whole("aggregation_group_type_index", GROUP_KINDS_MAX - 1).map(|index| index as u8)
}

fn holdout(object: &mut Object<'_, '_>) -> Option<Holdout> {
    let id = object.whole("id", i64::MAX as u64);
    let exclusion = object.percentage("exclusion_percentage");
    if id.is_none() && object.raw("id").is_none() {
        object.missing("id");
    }
    Some(Holdout { id: i64::try_from(id?).ok()?, exclusion_percentage: exclusion? })
}

/// A variant, and the payload that stands beside it in the simple form.
pub(super) fn variant(object: &mut Object<'_, '_>) -> Option<(Variant, Option<Json>)> {
    let key = object.required_text("key", KEY_CHARS_MAX);
    let name = object.text("name", NAME_CHARS_MAX).unwrap_or_default().to_owned();
    let payload = object.raw("payload").cloned();
    if object.raw("rollout_percentage").is_none() {
        object.missing("rollout_percentage");
    }
    let rollout_percentage = object.percentage("rollout_percentage");
    let (key, rollout_percentage) = (key?.to_owned(), rollout_percentage?);
    Some((Variant { key, name, rollout_percentage }, payload))
}

fn payloads(entries: &Map<String, Json>) -> Vec<Payload> {
    let given = entries.iter().filter(|(_, value)| !value.is_null());
    given.map(|(key, value)| Payload { variant: key.clone(), value: value.clone() }).collect()
}

/// What holds between variants, conditions and payloads. `at` is the field the variants are in.
pub(super) fn check(
    object: &mut Object<'_, '_>,
    at: &str,
    filters: &Filters,
    variants: &[Variant],
) {
    for (index, variant) in variants.iter().enumerate() {
        if variants[..index].iter().any(|other| other.key == variant.key) {
            let message = format!("key {:?} is there twice", variant.key);
            object.invalid(&format!("{at}[{index}].key"), message);
        }
    }
    let sum: f64 = variants.iter().map(|variant| variant.rollout_percentage).sum();
    if !variants.is_empty() && (sum - 100.0).abs() > SUM_SLACK {
        object.invalid(at, format!("the percentages of variants sum to {sum}, it must be 100"));
    }
    let keys: Vec<&str> = variants.iter().map(|variant| variant.key.as_str()).collect();
    let allowed = if keys.is_empty() { "none, there are none".to_owned() } else { keys.join(", ") };
    for (index, group) in filters.groups.iter().flatten().enumerate() {
        if let Some(own) = group.variant.as_deref().filter(|own| !keys.contains(own)) {
            let message = format!("variant is {own:?}, it must be one of {allowed}");
            object.invalid(&format!("filters.groups[{index}].variant"), message);
        }
    }
    for payload in &filters.payloads {
        let key = payload.variant.as_str();
        let field = format!("filters.payloads.{key}");
        if key != "true" && !keys.contains(&key) && !key.starts_with("holdout-") {
            let message = format!("payload of {key:?}, it must be of true or one of {allowed}");
            object.invalid(&field, message);
        }
        let bytes = payload.value.to_string().len();
        if bytes > PAYLOAD_BYTES_MAX {
            let message = format!("payload has {bytes} bytes, the limit is {PAYLOAD_BYTES_MAX}");
            object.invalid(&field, message);
        }
    }
}
