//! S0's JSON to drafts, in one pass over the bytes.
//!
//! Values stay raw text (`RawValue`) until their field is known, so a field of a wrong type, half
//! of a surrogate pair or a number beyond every type is the item's own fault and never fails its
//! neighbours. Only text that is not JSON fails the whole body. Of a key that is there twice the
//! last counts.

use std::fmt;

use event::{Code, Field, Fields, Reason};
use ingest::Draft;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::super::{
    Parsed,
    wire::{self, object, text, time, with_extra},
};
use crate::Problem;

/// Reads a body that is one event.
pub(super) fn single(text: &str) -> Result<Parsed<'_>, Problem> {
    match whole(text, Item) {
        Ok(Err(_)) if text.trim_ascii_start().starts_with('[') => {
            let detail = "body must be one event; send an array to /apiv1/events/batch";
            Err(Problem::new(Code::InvalidType, detail))
        }
        Ok(mut parsed) => {
            if let Ok(draft) = &mut parsed {
                draft.bytes = text.len();
            }
            Ok(parsed)
        }
        Err(error) => alone(text, &error),
    }
}

/// Reads a body that is an array of at most `events_max` events.
pub(super) fn batch(text: &str, events_max: usize) -> Result<Vec<Parsed<'_>>, Problem> {
    match whole(text, Items { events_max }) {
        Ok(Batch::Items(items)) if items.is_empty() => {
            Err(Problem::new(Code::EmptyBatch, "batch has no events"))
        }
        Ok(Batch::Items(items)) => Ok(items),
        Ok(Batch::TooLong(count)) => Err(Problem::new(
            Code::BatchTooLarge,
            format!("batch has {count} events, the limit is {events_max}"),
        )),
        Ok(Batch::NoArray { has_events }) => {
            let hint = if has_events { ": send the array of \"events\" itself" } else { "" };
            let detail = format!("body must be an array of events{hint}");
            Err(Problem::new(Code::InvalidType, detail))
        }
        Err(error) => one_by_one(text, events_max, &error),
    }
}

/// Reads all of `text`; the error is serde's, with line and column.
fn whole<'a, S: DeserializeSeed<'a>>(text: &'a str, seed: S) -> serde_json::Result<S::Value> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// An event that failed though its text is JSON is refused as an event.
fn alone<'a>(text: &str, error: &serde_json::Error) -> Result<Parsed<'a>, Problem> {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(_) => Ok(Err(unreadable(error))),
        Err(error) => Err(malformed(&error)),
    }
}

/// The slow way for a batch that failed as a whole: either the text is no JSON, or single items
/// hold what no event can, like a key with half of a surrogate pair. Those alone are refused.
fn one_by_one<'a>(
    text: &'a str,
    events_max: usize,
    error: &serde_json::Error,
) -> Result<Vec<Parsed<'a>>, Problem> {
    let raws: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| malformed(error))?;
    if raws.len() > events_max {
        let detail = format!("batch has {} events, the limit is {events_max}", raws.len());
        return Err(Problem::new(Code::BatchTooLarge, detail));
    }
    let read = |raw: &'a RawValue| whole(raw.get(), Item).unwrap_or_else(|e| Err(unreadable(&e)));
    Ok(raws.into_iter().map(read).collect())
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(Code::MalformedJson, format!("body is not json: {error}"))
}

fn unreadable(error: &serde_json::Error) -> Reason {
    Reason::MalformedJson { detail: format!("event cannot be read: {error}") }
}

enum Batch<'a> {
    Items(Vec<Parsed<'a>>),
    TooLong(usize),
    NoArray { has_events: bool },
}

/// Reads a batch.
struct Items {
    events_max: usize,
}

impl<'de> DeserializeSeed<'de> for Items {
    type Value = Batch<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Batch<'de>, D::Error> {
        reader.deserialize_any(self)
    }
}

/// Scalars where an object or array belongs.
macro_rules! scalars {
    ($value:expr) => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($value)
        }
    };
}

impl<'de> Visitor<'de> for Items {
    type Value = Batch<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Batch<'de>, A::Error> {
        let mut items = Vec::new();
        while items.len() < self.events_max {
            match seq.next_element_seed(Item)? {
                Some(item) => items.push(item),
                None => return Ok(Batch::Items(items)),
            }
        }
        let mut count = items.len();
        while seq.next_element::<IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok(if count > items.len() { Batch::TooLong(count) } else { Batch::Items(items) })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Batch<'de>, A::Error> {
        let mut has_events = false;
        while let Some((key, _)) = map.next_entry::<&RawValue, IgnoredAny>()? {
            has_events |= key.get() == "\"events\"";
        }
        Ok(Batch::NoArray { has_events })
    }

    scalars!(Batch::NoArray { has_events: false });
}

/// Reads one event.
struct Item;

impl<'de> DeserializeSeed<'de> for Item {
    type Value = Parsed<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Parsed<'de>, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Item {
    type Value = Parsed<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parsed<'de>, A::Error> {
        let mut wire = Wire::default();
        // Keys are raw as well: an escaped one is rare, and a comparison with quotes is as good.
        while let Some(key) = map.next_key::<&'de RawValue>()? {
            let value: &'de RawValue = map.next_value()?;
            wire.set(key.get(), value.get());
        }
        Ok(wire.into_draft())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Parsed<'de>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Err(no_object()))
    }

    scalars!(Err(no_object()));
}

fn no_object() -> Reason {
    Reason::wrong_type("event", "an object")
}

/// The fields of one event, raw.
#[derive(Default)]
struct Wire<'a> {
    event_type: Option<&'a str>,
    user_id: Option<&'a str>,
    session_id: Option<&'a str>,
    properties: Option<&'a str>,
    event_id: Option<&'a str>,
    timestamp: Option<&'a str>,
    distinct_id: Option<&'a str>,
    /// Fields that are none of these: raw key, raw value.
    extra: Vec<(&'a str, &'a str)>,
    /// Bytes of keys and values.
    bytes: usize,
}

impl<'a> Wire<'a> {
    fn set(&mut self, key: &'a str, value: &'a str) {
        // With the colon and the comma or brace; white space between is not part of an event.
        self.bytes += key.len() + value.len() + 2;
        let slot = match &*wire::name(key) {
            "event_type" => &mut self.event_type,
            "user_id" => &mut self.user_id,
            "session_id" => &mut self.session_id,
            "properties" => &mut self.properties,
            "event_id" => &mut self.event_id,
            "timestamp" => &mut self.timestamp,
            "distinct_id" => &mut self.distinct_id,
            // Keys of ours that clients put into bodies are never stored.
            name if wire::is_key(name) => return,
            _ => return self.extra.push((key, value)),
        };
        *slot = Some(value);
    }

    fn into_draft(self) -> Parsed<'a> {
        let event_type = text("event_type", self.event_type)?;
        let user_id = text("user_id", self.user_id)?;
        let session_id = text("session_id", self.session_id)?;
        let distinct_id = text("distinct_id", self.distinct_id)?;
        let texts = [&user_id, &distinct_id, &session_id];
        let len = texts.into_iter().flatten().map(|text| text.len() + 5).sum();
        let mut fields = Fields::with_capacity(len);
        fields.set_some(Field::UserId, user_id.as_deref());
        fields.set_some(Field::DistinctId, distinct_id.as_deref());
        fields.set_some(Field::SessionId, session_id.as_deref());
        Ok(Draft {
            event_id: text("event_id", self.event_id)?,
            event_type,
            timestamp: time("timestamp", self.timestamp)?,
            fields,
            properties: with_extra(object("properties", self.properties)?, &self.extra),
            bytes: self.bytes + 1,
            ..Draft::default()
        })
    }
}

#[cfg(test)]
mod tests;
