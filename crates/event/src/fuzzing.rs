//! What fuzz targets call: each takes any bytes, and panics when a promise of this crate is broken.

use serde_json::{Value as Json, value::RawValue};

use crate::{Field, FieldsRef, Limits, Timestamp, codec::EventView, json};

/// Raw JSON: the walks see what a parser sees, and what passes the check can be read.
pub fn event_json(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    // Texts that are no JSON never get here; should one, nothing may break.
    let _ = json::check(text, "properties", &Limits::default());
    let _ = (json::entries(text).count(), json::elements(text).count(), json::unescape(text));
    let _ = json::find(text, "a.b");
    let Ok(raw) = serde_json::from_str::<&RawValue>(text) else { return };
    let raw = raw.get();
    if let Ok(all) = serde_json::from_str::<Vec<&RawValue>>(raw) {
        let all: Vec<&str> = all.into_iter().map(RawValue::get).collect();
        assert_eq!(json::elements(raw).collect::<Vec<_>>(), all, "elements of {raw}");
    }
    if raw.starts_with('"') {
        let parsed = serde_json::from_str::<String>(raw).ok();
        assert_eq!(json::unescape(raw).map(String::from), parsed, "the text of {raw}");
    }
    if raw.starts_with('{') {
        object(raw);
    }
}

fn object(raw: &str) {
    for (key, value) in json::entries(raw) {
        let is_json = |part: &str| serde_json::from_str::<&RawValue>(part).is_ok();
        assert!(is_json(key) && is_json(value), "an entry of {raw}: {key:?} {value:?}");
        let name = json::unescape(key).filter(|name| !name.contains('.'));
        let Some(name) = name else { continue };
        let same = |other: &str| json::unescape(other).is_some_and(|other| other == name);
        let last = json::entries(raw).filter(|(other, _)| same(other)).last();
        assert_eq!(json::find(raw, &name), last.map(|(_, value)| value), "{name:?} in {raw}");
    }
    if json::check(raw, "properties", &Limits::default()).is_err() {
        return;
    }
    match serde_json::from_str::<Json>(raw) {
        Ok(Json::Object(parsed)) => {
            let mut names: Vec<_> =
                json::entries(raw).filter_map(|(key, _)| json::unescape(key)).collect();
            names.sort_unstable();
            names.dedup();
            let parsed: std::collections::BTreeSet<&String> = parsed.keys().collect();
            assert!(parsed.into_iter().eq(names.iter().map(|name| &**name)), "keys of {raw}");
        }
        // Numbers stay the digits that were sent.
        Err(error) if error.to_string().starts_with("number out of range") => {}
        other => panic!("{raw} passed the check and is {other:?}"),
    }
}

/// The stored form of an event: what can be read is written the same again.
pub fn event_record(data: &[u8]) {
    let _ = EventView::decode_trusted(data).map(|view| view.to_event());
    let mut sealed = data.to_vec();
    // Random bytes have no right checksum, so they get one.
    if let Some(body) = sealed.len().checked_sub(4) {
        let crc = crc32fast::hash(&sealed[..body]);
        sealed[body..].copy_from_slice(&crc.to_le_bytes());
    }
    let Ok(view) = EventView::decode(&sealed) else { return };
    let mut again = Vec::new();
    view.encode(&mut again);
    let read = EventView::decode(&again).expect("what was written can be read");
    let mut third = Vec::new();
    read.encode(&mut third);
    assert_eq!(again, third, "what is read is written the same");
    assert_eq!(again, sealed, "a record has one form");
    if let Ok(event) = view.to_event() {
        let mut owned = Vec::new();
        EventView::of(&event).encode(&mut owned);
        assert_eq!(owned, again, "an owned copy is written as the view is");
    }
}

/// The buffer of text fields.
pub fn event_fields(data: &[u8]) {
    let _ = FieldsRef::trusted(data).iter().count();
    let Some(view) = FieldsRef::checked(data) else { return };
    let mut made = crate::Fields::new();
    for (field, text) in view.iter() {
        assert_eq!(view.get(field), Some(text), "{field:?}");
        made.set(field, text);
    }
    let mut copy = view.to_fields();
    assert!(FieldsRef::checked(copy.as_bytes()).is_some());
    copy.set(Field::UserId, "somebody");
    assert_eq!(copy.get(Field::UserId), Some("somebody"));
    assert!(FieldsRef::checked(copy.as_bytes()).is_some(), "fields of {data:?} are of no form");
    for (field, text) in made.view().iter() {
        let expected = if field == Field::UserId { "somebody" } else { text };
        assert_eq!(copy.get(field), Some(expected), "{field:?}");
    }
}

/// Times: what was read is read the same from its own text.
pub fn timestamp(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(time) = Timestamp::parse(text) else { return };
    // Years before 0 are read as well; the pipeline refuses them later.
    assert!(time <= Timestamp::NEWEST, "{text:?} is {}", time.0);
    assert_eq!(Timestamp::parse(&time.to_string()), Ok(time), "{text:?} is shown as {time}");
}

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

/// Every target by its name.
#[cfg(test)]
const TARGETS: &[replay::Target] = &[
    ("event_json", event_json),
    ("event_record", event_record),
    ("event_fields", event_fields),
    ("timestamp", timestamp),
];

#[cfg(test)]
mod tests {
    #[test]
    fn the_corpus_is_replayed() {
        super::replay::replay(super::TARGETS);
    }
}
