//! S1's JSON to drafts.

use std::borrow::Cow;

use event::{
    Code, Field, Fields, Reason,
    json::{elements, entries},
};
use ingest::Draft;

use super::super::{
    Parsed,
    wire::{self, object, text, time, with_extra},
};
use crate::Problem;

/// The raw event of a body that is one.
pub(super) fn single(text: &str) -> Result<&str, Problem> {
    let raw = wire::json(text)?;
    if raw.starts_with('[') {
        let detail = "body must be one event; send {\"events\": [..]} to /api/v1/analytics/batch/";
        return Err(Problem::new(Code::InvalidType, detail));
    }
    Ok(raw)
}

/// The raw array of events of a body that has at most `events_max` of them.
pub(super) fn batch(text: &str, events_max: usize) -> Result<&str, Problem> {
    let body = wire::json(text)?;
    let named = entries(body).filter(|(key, _)| wire::name(key) == "events");
    let Some(raw) = named.last().map(|(_, raw)| raw).filter(|raw| raw.starts_with('[')) else {
        let detail = "body must be an object with an array of events";
        return Err(Problem::new(Code::InvalidType, detail).about("events"));
    };
    let count = elements(raw).count();
    if count == 0 {
        return Err(Problem::new(Code::EmptyBatch, "batch has no events").about("events"));
    }
    if count > events_max {
        let detail = format!("batch has {count} events, the limit is {events_max}");
        return Err(Problem::new(Code::BatchTooLarge, detail).about("events"));
    }
    Ok(raw)
}

/// Reads one event.
pub(super) fn event(raw: &str) -> Parsed<'_> {
    let wire = Wire::of(raw, true)?;
    wire.into_draft(raw.len())
}

/// Reads the start of a session; what is kept of it in memory has at most `chars_max` characters.
/// The draft outlives the body.
pub(super) fn start(text: &str, chars_max: usize) -> Result<Parsed<'static>, Problem> {
    let raw = wire::json(text)?;
    let short = |draft: &Draft<'_>| {
        for (field, name) in [
            (Field::AppVersion, "app_version"),
            (Field::Os, "os_name"),
            (Field::OsVersion, "os_version"),
        ] {
            let chars = draft.fields.get(field).map_or(0, |text| text.chars().count());
            if chars > chars_max {
                return Err(Reason::TooLong { field: name.into(), chars, limit: chars_max });
            }
        }
        Ok(())
    };
    let draft = Wire::of(raw, false).and_then(|wire| wire.into_draft(raw.len()));
    Ok(draft.and_then(|draft| short(&draft).map(|()| owned(draft))))
}

/// A draft of what a start can say.
fn owned(draft: Draft<'_>) -> Draft<'static> {
    let Draft { fields, properties, bytes, .. } = draft;
    let properties = properties.map(|raw| Cow::Owned(raw.into_owned()));
    Draft { fields, properties, bytes, ..Draft::default() }
}

/// The start of a session as the event it is kept as, for whoever looks at what was refused.
pub(super) fn start_as_event(text: &str) -> Cow<'_, str> {
    let inner = text.trim_ascii().strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    match inner.map(str::trim_ascii) {
        None => Cow::Borrowed(text),
        Some("") => Cow::Borrowed(r#"{"event_type":"session_start"}"#),
        // Of a key that is there twice the last counts, and a start may have a field of that name.
        Some(inner) => Cow::Owned(format!(r#"{{{inner},"event_type":"session_start"}}"#)),
    }
}

/// The fields of one event, raw.
#[derive(Default)]
struct Wire<'a> {
    distinct_id: Option<&'a str>,
    event_type: Option<&'a str>,
    properties: Option<&'a str>,
    device_id: Option<&'a str>,
    app_version: Option<&'a str>,
    os_name: Option<&'a str>,
    os_version: Option<&'a str>,
    timestamp: Option<&'a str>,
    session_id: Option<&'a str>,
    event_id: Option<&'a str>,
    /// Fields that are none of these: raw key, raw value.
    extra: Vec<(&'a str, &'a str)>,
}

impl<'a> Wire<'a> {
    /// Splits an object. The start of a session is no event that a client names, times or types.
    fn of(raw: &'a str, is_event: bool) -> Result<Self, Reason> {
        if !raw.starts_with('{') {
            let what = if is_event { "event" } else { "session" };
            return Err(Reason::wrong_type(what, "an object"));
        }
        let mut wire = Self::default();
        for (key, value) in entries(raw) {
            wire.set(key, value, is_event);
        }
        Ok(wire)
    }

    fn set(&mut self, key: &'a str, value: &'a str, is_event: bool) {
        let slot = match &*wire::name(key) {
            "distinct_id" => &mut self.distinct_id,
            "properties" => &mut self.properties,
            "device_id" => &mut self.device_id,
            "app_version" => &mut self.app_version,
            "os_name" => &mut self.os_name,
            "os_version" => &mut self.os_version,
            "session_id" => &mut self.session_id,
            "event_type" if is_event => &mut self.event_type,
            "timestamp" if is_event => &mut self.timestamp,
            "event_id" if is_event => &mut self.event_id,
            // Keys of ours that clients put into bodies are never stored.
            name if wire::is_key(name) => return,
            _ => return self.extra.push((key, value)),
        };
        *slot = Some(value);
    }

    fn into_draft(self, bytes: usize) -> Parsed<'a> {
        let distinct_id = text("distinct_id", self.distinct_id)?;
        let distinct_id = distinct_id.ok_or_else(|| Reason::missing("distinct_id"))?;
        let event_type = text("event_type", self.event_type)?;
        let mut fields = Fields::with_capacity(distinct_id.len() + 128);
        fields.set(Field::DistinctId, &distinct_id);
        for (field, name, raw) in [
            (Field::DeviceId, "device_id", self.device_id),
            (Field::SessionId, "session_id", self.session_id),
            (Field::AppVersion, "app_version", self.app_version),
            (Field::Os, "os_name", self.os_name),
            (Field::OsVersion, "os_version", self.os_version),
        ] {
            fields.set_some(field, text(name, raw)?.as_deref());
        }
        Ok(Draft {
            event_id: text("event_id", self.event_id)?,
            event_type,
            timestamp: time("timestamp", self.timestamp)?,
            fields,
            properties: with_extra(object("properties", self.properties)?, &self.extra),
            bytes,
            ..Draft::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_kept_as_a_start_whatever_it_says() {
        for text in [r#"{"distinct_id":"u"}"#, r#" {"distinct_id":"u","event_type":"x"} "#] {
            let kept = start_as_event(text);
            let draft = event(&kept).unwrap();
            assert_eq!(draft.event_type.as_deref(), Some("session_start"), "{kept}");
        }
    }
}
