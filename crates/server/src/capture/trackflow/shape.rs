//! What the tracker's own types of events must look like, and the two shapes of an error.

use std::borrow::Cow;

use event::{Reason, json::entries};

use super::super::wire;

/// The JSON type of a property.
#[derive(Clone, Copy)]
enum Type {
    Text,
    Number,
}

/// A property that is checked: its key, its name in a reason, its type.
struct Known(&'static str, &'static str, Type);

const PAGE_VIEW: &[Known] = &[Known("title", "properties.title", Type::Text)];
const CLICK: &[Known] =
    &[Known("tag", "properties.tag", Type::Text), Known("id", "properties.id", Type::Text)];
const ERROR: &[Known] = &[
    Known("message", "properties.message", Type::Text),
    Known("source", "properties.source", Type::Text),
    Known("line", "properties.line", Type::Number),
    Known("col", "properties.col", Type::Number),
    Known("stack", "properties.stack", Type::Text),
    Known("name", "properties.name", Type::Text),
];
const PERFORMANCE: &[Known] = &[
    Known("loadTime", "properties.loadTime", Type::Number),
    Known("domContentLoaded", "properties.domContentLoaded", Type::Number),
];
const IDENTIFY: &[Known] =
    &[Known("$anon_distinct_id", "properties.$anon_distinct_id", Type::Text)];

fn known(event_type: &str) -> &'static [Known] {
    match event_type {
        "page_view" => PAGE_VIEW,
        "click" => CLICK,
        "error" => ERROR,
        "performance" => PERFORMANCE,
        "$identify" => IDENTIFY,
        _ => &[],
    }
}

/// The facts of an error where they stand beside `properties` instead of in them: raw key and value.
#[derive(Default)]
pub(super) struct Flat<'a>([Option<(&'a str, &'a str)>; ERROR.len()]);

impl<'a> Flat<'a> {
    /// Takes a field of an event when it may be one; whether it is. Of several the last counts.
    pub(super) fn take(&mut self, name: &str, key: &'a str, value: &'a str) -> bool {
        let Some(at) = ERROR.iter().position(|Known(known, ..)| *known == name) else {
            return false;
        };
        self.0[at] = Some((key, value));
        true
    }

    /// All of them, when the event is no error after all.
    pub(super) fn into_all(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.into_iter().flatten()
    }

    /// The properties of an error with its flat facts in them, and those of the latter that the
    /// properties have already.
    pub(super) fn merged(
        self,
        properties: Option<&'a str>,
    ) -> (Option<Cow<'a, str>>, Vec<(&'a str, &'a str)>) {
        let given = |name: &str| {
            let same = |(key, value): &(&str, &str)| wire::name(key) == name && *value != "null";
            entries(properties.unwrap_or("{}")).any(|entry| same(&entry))
        };
        let (twice, fresh): (Vec<_>, Vec<_>) = ERROR
            .iter()
            .zip(self.0)
            .filter_map(|(known, flat)| flat.map(|flat| (known.0, flat)))
            .filter(|(_, (_, value))| *value != "null")
            .partition(|(name, _)| given(name));
        let twice = twice.into_iter().map(|(_, flat)| flat).collect();
        if fresh.is_empty() {
            return (properties.map(Cow::Borrowed), twice);
        }
        let inner = properties.and_then(|raw| raw.strip_prefix('{')?.strip_suffix('}'));
        let mut all = String::from("{");
        all.push_str(inner.unwrap_or("").trim_ascii());
        for (_, (key, value)) in fresh {
            if all.len() > 1 {
                all.push(',');
            }
            all.push_str(key);
            all.push(':');
            all.push_str(value);
        }
        all.push('}');
        (Some(Cow::Owned(all)), twice)
    }
}

/// Checks the properties that a type of event is known for; null is absent.
pub(super) fn check(event_type: &str, properties: &str) -> Result<(), Reason> {
    let known = known(event_type);
    if known.is_empty() {
        return Ok(());
    }
    let mut values = [None; ERROR.len()];
    for (key, value) in entries(properties) {
        let name = wire::name(key);
        if let Some(at) = known.iter().position(|Known(known, ..)| *known == name) {
            values[at] = Some(value);
        }
    }
    for (Known(_, name, is), value) in known.iter().zip(values) {
        match is {
            Type::Text => drop(wire::text(name, value)?),
            Type::Number => drop(wire::number(name, value)?),
        }
    }
    // The one thing an error cannot be without.
    if event_type == "error" && matches!(values[0], None | Some("null" | "\"\"")) {
        return Err(Reason::missing("properties.message"));
    }
    Ok(())
}
