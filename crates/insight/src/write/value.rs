//! Values, numbers and moments.

use event::{Event, Timestamp};
use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json, json};

use crate::{BreakdownValue, calendar};

/// A number; whole ones without a fraction, None and what JSON cannot write as null.
pub fn number(number: Option<f64>) -> Json {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number {
        Some(n) if n.fract() == 0.0 && n.abs() <= EXACT => json!(n as i64),
        other => json!(other),
    }
}

/// A value of a breakdown: `{"value": ..}`, `{"kind": "none"}` or `{"kind": "other"}`.
pub fn value(value: &BreakdownValue) -> Json {
    match value {
        BreakdownValue::Bool(truth) => json!({ "value": truth }),
        BreakdownValue::Number(n) => json!({ "value": number(Some(*n)) }),
        BreakdownValue::Text(text) => json!({ "value": text }),
        BreakdownValue::Json(raw) => json!({ "value": raw_json(raw) }),
        BreakdownValue::Null => json!({ "value": null }),
        BreakdownValue::None => json!({ "kind": "none" }),
        BreakdownValue::Other => json!({ "kind": "other" }),
    }
}

/// JSON that was stored as text; text that is none stays text.
pub(super) fn raw_json(raw: &str) -> Json {
    serde_json::from_str(raw).unwrap_or_else(|_| json!(raw))
}

/// The start of a bucket with the zone's offset.
pub(super) fn start(at: Timestamp, zone: &TimeZone) -> Json {
    json!(calendar::label(at, zone))
}

/// An event in its canonical fields; those it does not have are left out.
pub(super) fn event(event: &Event) -> Json {
    let mut map = Map::new();
    map.insert("event_id".into(), json!(event.id.to_string()));
    map.insert("event_type".into(), json!(&*event.event_type));
    map.insert("timestamp".into(), json!(event.timestamp.to_string()));
    map.insert("received_at".into(), json!(event.received_at.to_string()));
    map.insert("dialect".into(), json!(event.dialect.as_str()));
    map.insert("source".into(), json!(event.source.as_str()));
    for (field, text) in event.fields.view().iter() {
        map.insert(field.as_str().into(), json!(text));
    }
    if let Some(revenue) = event.revenue {
        map.insert("revenue".into(), number(Some(revenue.to_f64())));
    }
    let flags: Vec<&str> = event.marks.names().collect();
    if !flags.is_empty() {
        map.insert("flags".into(), json!(flags));
    }
    map.insert("properties".into(), raw_json(&event.properties));
    Json::Object(map)
}
