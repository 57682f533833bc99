//! A flag as people send it. An answer has both forms of a flag, and what was answered may be sent
//! back with either of them edited: the form that is as it was gives way to the other.

use event::Code;
use flag::{Flag, Problem, read, write};
use serde_json::{Map, Value};

/// The canonical form with the simple one beside it.
pub(super) fn written(flag: &Flag) -> Value {
    let mut json = write::flag(flag);
    json["rollout_percentage"] = write::rollout_percentage(flag).into();
    json["variants"] = write::variants(flag);
    json
}

/// A flag that is new.
pub(super) fn new(mut json: Value) -> Result<Flag, Vec<Problem>> {
    let canonical = shares(json.pointer("/filters/multivariate/variants"));
    if canonical.is_some()
        && shares(json.get("variants")) == canonical
        && let Some(fields) = json.as_object_mut()
    {
        fields.remove("variants");
    }
    read::flag(&json)
}

/// Keys and percentages of variants.
fn shares(variants: Option<&Value>) -> Option<Vec<(&Value, &Value)>> {
    fn share(variant: &Value) -> Option<(&Value, &Value)> {
        let variant = variant.as_object()?;
        Some((variant.get("key")?, variant.get("rollout_percentage")?))
    }
    variants?.as_array()?.iter().map(share).collect()
}

/// A flag in place of another.
pub(super) fn replaced(before: &Flag, mut json: Value) -> Result<Flag, Vec<Problem>> {
    check_version(before, &json)?;
    if let Value::Object(fields) = &mut json {
        settle(fields, &written(before));
    }
    read::flag(&json)
}

/// A flag with some of its fields changed.
pub(super) fn patched(before: &Flag, json: Value) -> Result<Flag, Vec<Problem>> {
    check_version(before, &json)?;
    let Value::Object(changes) = json else { return read::flag(&json) };
    let was = written(before);
    let mut fields = was.as_object().cloned().unwrap_or_default();
    if changes.contains_key("filters") {
        // Filters that are sent say by themselves for how many they are.
        fields.remove("rollout_percentage");
    }
    fields.extend(changes);
    settle(&mut fields, &was);
    read::flag(&Value::Object(fields))
}

/// Who names a version changes that one and no other.
fn check_version(before: &Flag, json: &Value) -> Result<(), Vec<Problem>> {
    match json.get("version").and_then(Value::as_u64) {
        Some(version) if version != before.version => {
            let message = format!("version is {version}, the flag has {} by now", before.version);
            Err(vec![Problem { field: "version".into(), code: Code::Conflict, message }])
        }
        _ => Ok(()),
    }
}

/// Takes out the form that says what the flag was.
fn settle(fields: &mut Map<String, Value>, was: &Value) {
    let variants = fields.get("variants").filter(|list| list.is_array()).cloned();
    let percentage = fields.get("rollout_percentage").cloned();
    let Some(filters) = fields.get_mut("filters").and_then(Value::as_object_mut) else { return };
    if percentage.is_some_and(|percentage| percentage != was["rollout_percentage"])
        && filters.get("groups") == Some(&was["filters"]["groups"])
    {
        let groups = filters.get_mut("groups").and_then(Value::as_array_mut);
        for group in groups.into_iter().flatten().filter_map(Value::as_object_mut) {
            group.remove("rollout_percentage");
        }
    }
    let Some(variants) = variants else { return };
    if variants == was["variants"] {
        if filters.contains_key("multivariate") {
            fields.remove("variants");
        }
    } else if filters.get("multivariate") == was["filters"].get("multivariate") {
        filters.remove("multivariate");
        if let Some(payloads) = filters.get_mut("payloads").and_then(Value::as_object_mut) {
            payloads.retain(|key, _| key == "true" || key.starts_with("holdout-"));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn flag() -> Flag {
        let json = json!({"key": "a", "rollout_percentage": 50, "variants": [
            {"key": "x", "rollout_percentage": 40, "payload": 1},
            {"key": "y", "rollout_percentage": 60}]});
        new(json).unwrap()
    }

    #[test]
    fn what_was_answered_may_be_sent_back() {
        let flag = flag();
        assert_eq!(replaced(&flag, written(&flag)).unwrap(), flag);
        assert_eq!(new(written(&flag)).unwrap(), flag);
        assert_eq!(patched(&flag, json!({})).unwrap(), flag);
    }

    #[test]
    fn either_form_may_be_edited() {
        let flag = flag();
        let half = patched(&flag, json!({"rollout_percentage": 20})).unwrap();
        assert_eq!(half.groups[0].rollout_percentage, Some(20.0));
        let variants = json!([{"key": "z", "rollout_percentage": 100, "payload": 2}]);
        let other = patched(&flag, json!({"variants": variants})).unwrap();
        assert_eq!((other.variants.len(), other.payloads.len()), (1, 1));
        let none = patched(&flag, json!({"variants": []})).unwrap();
        assert_eq!((none.variants.len(), none.payloads.len()), (0, 0));
        let filters = json!({"groups": [{"rollout_percentage": null}], "multivariate": null});
        let canonical = patched(&flag, json!({"filters": filters})).unwrap();
        assert_eq!(canonical.groups[0].rollout_percentage, None);
        assert!(canonical.variants.is_empty());
        let mut sent = written(&flag);
        sent["filters"]["multivariate"]["variants"][0]["name"] = json!("X");
        assert_eq!(replaced(&flag, sent).unwrap().variants[0].name, "X");
    }

    #[test]
    fn an_older_version_is_not_changed() {
        let refused = patched(&flag(), json!({"version": 7})).unwrap_err();
        assert_eq!(refused[0].code, Code::Conflict);
    }
}
