//! The properties of a person, folded from its events.
//!
//! Any event may carry `$set` and `$set_once` in its properties, and an `$identify` event
//! `traits`, which is the same as `$set`. Of each key the latest `$set` by (time, id) holds; a
//! key that was never set holds its earliest `$set_once`. So the order of arrival is all the same.

use std::collections::BTreeMap;

use event::{EventId, Timestamp, json};

mod stored;

type At = (Timestamp, EventId);

/// Whether an event may set properties of its person. It costs a search over the text; false is
/// certain.
pub fn may_set_traits(event_type: &str, properties: &str) -> bool {
    // A key may be spelled with escapes: those of ASCII letters all begin alike.
    event_type == "$identify" || properties.contains("\"$set") || properties.contains("\\u00")
}

/// A fold over the events of one person, in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonTraits {
    latest: BTreeMap<String, (At, String)>,
    earliest: BTreeMap<String, (At, String)>,
}

impl PersonTraits {
    /// Takes in one event.
    pub fn add(&mut self, at: Timestamp, id: EventId, event_type: &str, properties: &str) {
        let at = (at, id);
        let identify = if event_type == "$identify" { &["$set", "traits"][..] } else { &["$set"] };
        for object in identify.iter().filter_map(|key| json::find(properties, key)) {
            for (key, value) in json::entries(object) {
                let slot = self.latest.entry(key.to_owned());
                let slot = slot.or_insert_with(|| (at, value.to_owned()));
                if at >= slot.0 {
                    *slot = (at, value.to_owned());
                }
            }
        }
        for (key, value) in json::find(properties, "$set_once").into_iter().flat_map(json::entries)
        {
            let slot = self.earliest.entry(key.to_owned());
            let slot = slot.or_insert_with(|| (at, value.to_owned()));
            if at < slot.0 {
                *slot = (at, value.to_owned());
            }
        }
    }

    /// Whether no property was ever set.
    pub fn is_empty(&self) -> bool {
        self.latest.is_empty() && self.earliest.is_empty()
    }

    /// Takes in what is known of the same person under another id.
    pub fn merge(&mut self, other: &Self) {
        for (key, value) in &other.latest {
            let slot = self.latest.entry(key.clone()).or_insert_with(|| value.clone());
            if value.0 > slot.0 {
                slot.clone_from(value);
            }
        }
        for (key, value) in &other.earliest {
            let slot = self.earliest.entry(key.clone()).or_insert_with(|| value.clone());
            if value.0 < slot.0 {
                slot.clone_from(value);
            }
        }
    }

    /// The properties as a JSON object, keys in byte order.
    pub fn to_json(&self) -> String {
        let mut all: BTreeMap<&str, &str> = BTreeMap::new();
        all.extend(self.earliest.iter().map(|(key, (_, value))| (key.as_str(), value.as_str())));
        all.extend(self.latest.iter().map(|(key, (_, value))| (key.as_str(), value.as_str())));
        let parts: Vec<String> = all.iter().map(|(key, value)| format!("{key}:{value}")).collect();
        format!("{{{}}}", parts.join(","))
    }
}
