//! Experiments.

use std::collections::BTreeSet;

use event::Code;
use serde_json::Value as Json;

use super::{Scope, common::selector, filter, object::Object, range::range};
use crate::{Experiment, Goal, GoalMeasure};

/// Characters of the key of a flag or a variant.
const KEY_CHARS_MAX: usize = 400;

pub(super) fn experiment(object: &mut Object<'_>, scope: &Scope<'_>) -> Option<Experiment> {
    let range = range(object, "range", scope, "30d");
    let flag = object.text("flag").map(str::to_owned);
    let variants = variants(object);
    for name in ["flag", "variants", "goals"] {
        if !object.has(name) {
            object.missing(name);
        }
    }
    if let Some(flag) = &flag {
        keyed(object, "flag", flag);
    }
    let goals = object.objects("goals", Experiment::GOALS_MAX, |item| goal(item, scope));
    Some(Experiment { range: range?, flag: flag?, variants: variants?, goals: goals? })
}

fn keyed(object: &mut Object<'_>, name: &str, key: &str) {
    let chars = key.chars().count();
    if chars == 0 || chars > KEY_CHARS_MAX {
        let message = format!("{name} has {chars} characters, it must have 1 to {KEY_CHARS_MAX}");
        object.problem(name, Code::InvalidValue, message);
    }
}

fn variants(object: &mut Object<'_>) -> Option<Vec<String>> {
    let value = object.raw("variants")?;
    let Some(items) = value.as_array() else {
        object.problem("variants", Code::InvalidType, "variants must be an array".into());
        return None;
    };
    let (count, max) = (items.len(), Experiment::VARIANTS_MAX);
    if count == 0 || count > max {
        let message = format!("variants has {count} items, it must have 1 to {max}");
        object.problem("variants", Code::InvalidValue, message);
        return None;
    }
    let keys: Option<Vec<&str>> = items.iter().map(Json::as_str).collect();
    let Some(keys) = keys else {
        object.problem("variants", Code::InvalidType, "variants must be strings".into());
        return None;
    };
    keys.iter().enumerate().for_each(|(index, key)| {
        keyed(object, &format!("variants[{index}]"), key);
    });
    let mut met = BTreeSet::new();
    if let Some(twice) = keys.iter().find(|key| !met.insert(**key)) {
        let message = format!("variants has {twice:?} twice");
        object.problem("variants", Code::InvalidValue, message);
    }
    Some(keys.into_iter().map(str::to_owned).collect())
}

/// A selector, its name, and what is measured.
fn goal(item: &mut Object<'_>, scope: &Scope<'_>) -> Option<Goal> {
    let name = item.text("name").map(str::to_owned);
    let measure = match item.choice("measure", GoalMeasure::NAMES) {
        None | Some("conversion") => Some(GoalMeasure::Conversion),
        Some("count") => Some(GoalMeasure::Count),
        Some("sum") => filter::subject(item).map(GoalMeasure::Sum),
        Some(_) => filter::subject(item).map(GoalMeasure::Mean),
    };
    let selector = selector(item, scope)?;
    Some(Goal { name: name.unwrap_or_else(|| selector.name()), selector, measure: measure? })
}
