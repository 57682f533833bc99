//! Which events and properties were ever seen.

use std::collections::{BTreeMap, BTreeSet};

use event::{Value, json};

use super::world::{Seen, World};
use crate::{NameCount, PropertySeen, Taxonomy, TaxonomyAnswer};

const EXAMPLES: usize = 3;
const EXAMPLE_BYTES_MAX: usize = 100;

pub(super) fn answer(q: &Taxonomy, world: &World<'_>) -> TaxonomyAnswer {
    let mut types: BTreeMap<&str, Vec<Seen<'_>>> = BTreeMap::new();
    let mut keys: BTreeMap<String, (BTreeMap<&'static str, u64>, BTreeSet<&str>)> = BTreeMap::new();
    for seen in &world.rows {
        types.entry(&seen.event.event_type).or_default().push(*seen);
        if q.event.as_deref().is_some_and(|event| event != &*seen.event.event_type) {
            continue;
        }
        // Of a key that is there twice the last counts, as in filters.
        let entries: BTreeMap<String, &str> = json::entries(&seen.event.properties)
            .filter_map(|(key, value)| Some((json::unescape(key)?.into_owned(), value)))
            .collect();
        for (key, raw) in entries {
            let (kinds, examples) = keys.entry(key).or_default();
            *kinds.entry(kind(&Value::from_json(raw))).or_default() += 1;
            if raw.len() <= EXAMPLE_BYTES_MAX {
                examples.insert(raw);
            }
        }
    }
    let name = |(name, rows): (&str, Vec<Seen<'_>>)| NameCount {
        name: name.to_owned(),
        count: rows.len() as u64,
        first_seen: rows[0].at(),
        last_seen: rows[rows.len() - 1].at(),
    };
    let mut events: Vec<NameCount> = types.into_iter().map(name).collect();
    events.sort_by_key(|seen| std::cmp::Reverse(seen.count));
    let mut properties = Vec::new();
    for (name, (kinds, examples)) in keys {
        properties.push(PropertySeen {
            name,
            count: kinds.values().sum(),
            types: kinds.into_iter().collect(),
            examples: examples.into_iter().take(EXAMPLES).map(str::to_owned).collect(),
        });
    }
    properties.sort_by_key(|seen: &PropertySeen| std::cmp::Reverse(seen.count));
    events.truncate(q.limit);
    properties.truncate(q.limit);
    TaxonomyAnswer { events, properties }
}

fn kind(value: &Value<'_>) -> &'static str {
    match value {
        Value::Missing | Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(..) | Value::BigNumber(_) => "number",
        Value::Text(_) => "text",
        Value::Object(_) => "object",
        Value::Array(_) => "array",
    }
}
