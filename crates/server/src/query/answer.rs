//! Answers as JSON.

use std::time::Duration;

use event::{Event, Field, Marks};
use insight::{
    Answer, CountsAnswer, EventCount, EventsAnswer, Meta, Question, Range, SeriesAnswer,
    calendar::label,
};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::value::RawValue;

use super::{
    Asked,
    question::{QuestionJson, zone_name},
};

/// The whole body.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    question: QuestionJson<'a>,
    result: ResultJson<'a>,
    meta: MetaJson<'a>,
}

impl<'a> Body<'a> {
    pub(super) fn new(asked: &'a Asked, answer: &'a Answer, meta: Meta, elapsed: Duration) -> Self {
        let range = asked.question.range();
        Self {
            question: QuestionJson(&asked.question),
            result: ResultJson { question: &asked.question, answer },
            meta: MetaJson {
                backend: asked.backend,
                range: RangeMeta {
                    from: label(range.from, &range.zone),
                    to: label(range.to, &range.zone),
                    tz: zone_name(range),
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
        let mut map = out.serialize_map(None)?;
        match self.answer {
            Answer::Counts(counts) => write_counts(&mut map, counts)?,
            Answer::Events(list) => write_events(&mut map, list)?,
            Answer::Trend(trend) => {
                let range = self.question.range();
                let series: Vec<_> =
                    trend.series.iter().map(|series| SeriesJson { series, range }).collect();
                map.serialize_entry("series", &series)?;
            }
        }
        map.end()
    }
}

fn write_counts<M: SerializeMap>(map: &mut M, counts: &CountsAnswer) -> Result<(), M::Error> {
    #[derive(Serialize)]
    struct Row<'a> {
        event_type: &'a str,
        count: u64,
        unique_persons: u64,
    }
    fn row(row: &EventCount) -> Row<'_> {
        Row { event_type: &row.event_type, count: row.count, unique_persons: row.unique_persons }
    }
    let rows: Vec<_> = counts.events.iter().map(row).collect();
    map.serialize_entry("total", &counts.total)?;
    map.serialize_entry("unique_persons", &counts.unique_persons)?;
    map.serialize_entry("events", &rows)
}

fn write_events<M: SerializeMap>(map: &mut M, list: &EventsAnswer) -> Result<(), M::Error> {
    let events: Vec<_> = list.events.iter().map(EventJson).collect();
    map.serialize_entry("events", &events)?;
    map.serialize_entry("next_cursor", &list.next.map(|cursor| cursor.to_string()))
}

struct SeriesJson<'a> {
    series: &'a SeriesAnswer,
    range: &'a Range,
}

impl Serialize for SeriesJson<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Point {
            t: String,
            v: u64,
            partial: bool,
        }
        let point = |p: &insight::Point| Point {
            t: label(p.start, &self.range.zone),
            v: p.value,
            partial: p.partial,
        };
        let data: Vec<_> = self.series.data.iter().map(point).collect();
        let mut map = out.serialize_map(Some(3))?;
        map.serialize_entry("name", &self.series.name)?;
        map.serialize_entry("total", &self.series.total)?;
        map.serialize_entry("data", &data)?;
        map.end()
    }
}

/// The canonical event; text fields that are not set are left out.
struct EventJson<'a>(&'a Event);

impl Serialize for EventJson<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let event = self.0;
        let mut map = out.serialize_map(None)?;
        map.serialize_entry("event_id", &event.id.to_string())?;
        map.serialize_entry("tenant_id", event.tenant.as_str())?;
        map.serialize_entry("event_type", &event.event_type)?;
        map.serialize_entry("timestamp", &event.timestamp.0)?;
        map.serialize_entry("received_at", &event.received_at.0)?;
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
