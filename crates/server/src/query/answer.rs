//! Answers as JSON.

use std::time::Duration;

use event::{Event, Field, Marks};
use insight::{Answer, EventsAnswer, Meta, Question, Range, calendar::label, write};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Value, value::RawValue};

use super::Asked;

/// The whole body.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    pub(super) question: Value,
    result: ResultJson<'a>,
    meta: MetaJson<'a>,
}

impl<'a> Body<'a> {
    pub(super) fn new(asked: &'a Asked, answer: &'a Answer, meta: Meta, elapsed: Duration) -> Self {
        let range = asked.question.range();
        Self {
            question: write::question(&asked.question),
            result: ResultJson { question: &asked.question, answer },
            meta: MetaJson {
                backend: asked.backend,
                range: RangeMeta {
                    from: label(range.from, &range.zone),
                    to: label(range.to, &range.zone),
                    tz: range.zone.iana_name().unwrap_or("UTC"),
                },
                rows_read: meta.rows_read,
                bytes_read: meta.bytes_read,
                elapsed_ms: (elapsed.as_secs_f64() * 1e6).round() / 1e3,
                from_rollups: false,
                partial_from: partial_from(answer, range),
            },
        }
    }
}

#[derive(Serialize)]
struct MetaJson<'a> {
    backend: &'a str,
    range: RangeMeta<'a>,
    rows_read: u64,
    bytes_read: u64,
    elapsed_ms: f64,
    from_rollups: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    partial_from: Option<String>,
}

#[derive(Serialize)]
struct RangeMeta<'a> {
    from: String,
    to: String,
    tz: &'a str,
}

/// The start of the last bucket, when that one is not over yet.
fn partial_from(answer: &Answer, range: &Range) -> Option<String> {
    let Answer::Trend(trend) = answer else { return None };
    let last = trend.series.first()?.data.last()?;
    last.partial.then(|| label(last.start, &range.zone))
}

struct ResultJson<'a> {
    question: &'a Question,
    answer: &'a Answer,
}

impl Serialize for ResultJson<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self.answer {
            // Lists are long, and their properties go out as they came in.
            Answer::Events(list) => {
                let mut map = out.serialize_map(Some(2))?;
                write_events(&mut map, list)?;
                map.end()
            }
            other => write::answer(other, self.question).serialize(out),
        }
    }
}

fn write_events<M: SerializeMap>(map: &mut M, list: &EventsAnswer) -> Result<(), M::Error> {
    let events: Vec<_> = list.events.iter().map(EventJson).collect();
    map.serialize_entry("events", &events)?;
    map.serialize_entry("next_cursor", &list.next.map(|cursor| cursor.to_string()))
}

/// The canonical event; text fields that are not set are left out.
pub(crate) struct EventJson<'a>(pub(crate) &'a Event);

impl Serialize for EventJson<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let event = self.0;
        let mut map = out.serialize_map(None)?;
        map.serialize_entry("event_id", &event.id.to_string())?;
        map.serialize_entry("tenant_id", event.tenant.as_str())?;
        map.serialize_entry("event_type", &event.event_type)?;
        map.serialize_entry("timestamp", &event.timestamp.to_string())?;
        map.serialize_entry("received_at", &event.received_at.to_string())?;
        map.serialize_entry("source", event.source.as_str())?;
        map.serialize_entry("dialect", event.dialect.as_str())?;
        let shown = |field: &Field| *field != Field::IdempotencyKey;
        for (field, text) in event.fields.view().iter().filter(|(field, _)| shown(field)) {
            map.serialize_entry(field.as_str(), text)?;
        }
        if let Some(revenue) = event.revenue {
            map.serialize_entry("revenue", &revenue.to_f64())?;
        }
        map.serialize_entry("flags", &flags(event.marks))?;
        // The text was checked when it came in; it goes out as it was sent.
        match serde_json::from_str::<&RawValue>(&event.properties) {
            Ok(raw) => map.serialize_entry("properties", raw)?,
            Err(_) => map.serialize_entry("properties", &event.properties)?,
        }
        map.end()
    }
}

fn flags(marks: Marks) -> Vec<&'static str> {
    marks.names().collect()
}
