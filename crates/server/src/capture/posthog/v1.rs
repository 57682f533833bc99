//! Capture v1: a batch with a result for each of its events.
//!
//! An event is written as one of the older form, with its options among the properties, and read
//! as that. A request whose results could not be named by uuid is refused as a whole, as is one of
//! which no event can be taken.

use std::{collections::BTreeSet, sync::OnceLock};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use event::{
    Code, Outcome, Reason,
    json::{elements, entries, find, unescape},
};
use serde_json::{Map, Value, json};

use super::{
    super::{Drafts, Parsed, admit, receive, wire},
    KIND,
    answer::{json as answer, refuse_v1},
    parse::{self, Context},
    settled, time,
};
use crate::{Problem, error::to_json, extract::aside, state::AppState};

/// Headers a client of this version always sends.
const REQUIRED: [&str; 4] =
    ["posthog-sdk-info", "posthog-attempt", "posthog-request-id", "posthog-request-timestamp"];
/// Ids that are the fault of a program, beside those that no dialect takes for a person.
const MALFORMED: &str = "00000000-0000-0000-0000-000000000000";

/// A refusal and its tag.
type Refused = (Problem, &'static str);

/// `POST /i/v1/analytics/events`.
pub(crate) async fn events(State(app): State<AppState>, request: Request) -> Response {
    take(&app, request).await.unwrap_or_else(|(problem, tag)| refuse_v1(&problem, tag))
}

async fn take(app: &AppState, request: Request) -> Result<Response, Refused> {
    check_headers(request.headers())?;
    let received = receive(app, &KIND, request).await.map_err(untagged)?;
    let text = received.body.text().map_err(untagged)?;
    let events_max = app.parts.pipeline.limits().batch_events;
    let (items, uuids) = aside(text.len(), || batch(text, events_max))?;
    let stamp = received.parts.headers.get("posthog-request-timestamp");
    let sent_at = stamp.and_then(|stamp| time::parse(stamp.to_str().ok()?));
    let keys = Some(&*app.parts.catalog);
    let context = Context { keys, sent_at, ..Context::default() };
    let now = app.now();
    let mut tags = Vec::with_capacity(items.len());
    let drafts: Vec<Parsed<'_>> = items
        .iter()
        .map(|raw| {
            let wrong = wrong(raw);
            tags.push(wrong.as_ref().map(|(tag, _)| *tag));
            match wrong {
                Some((_, reason)) => Err(reason),
                None => parse::read(raw, &context).map(|draft| settled(draft, now)),
            }
        })
        .collect();
    let alone = OnceLock::new();
    let raws = || {
        let texts = || items.iter().map(|raw| parse::alone(raw, &context, now)).collect();
        alone.get_or_init(|| -> Vec<String> { texts() }).iter().map(String::as_str)
    };
    let outcomes = admit(app, &KIND, &received.sender, Drafts::of(drafts), raws).await;
    results(&uuids, &outcomes.map_err(untagged)?, &tags)
}

fn untagged(problem: Problem) -> Refused {
    let tag = match problem.status.as_u16() {
        401 | 403 => "unauthorized",
        408 => "request_timeout",
        413 => "payload_too_large",
        415 => "unsupported_media_type",
        429 => "rate_limited",
        500.. => "service_unavailable",
        _ => "invalid_request",
    };
    (problem, tag)
}

fn check_headers(headers: &HeaderMap) -> Result<(), Refused> {
    let kind = headers.get(header::CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
    let required = REQUIRED.iter().filter(|name| !headers.contains_key(**name));
    let missing: Vec<&str> = required.copied().collect();
    if !missing.is_empty() || kind.is_empty() {
        let missing = if missing.is_empty() { "content-type".into() } else { missing.join(", ") };
        let problem = Problem::new(Code::MissingField, format!("headers are missing: {missing}"));
        return Err((problem, "missing_required_headers"));
    }
    if !kind.starts_with(b"application/json") {
        let problem = Problem::new(Code::Unsupported, "content-type must be application/json");
        return Err((problem, "unsupported_media_type"));
    }
    Ok(())
}

/// The events in the older form, and their uuids as they were sent.
pub(super) fn batch(text: &str, events_max: usize) -> Result<(Vec<String>, Vec<String>), Refused> {
    let raw = wire::json(text).map_err(untagged)?;
    let Some(batch) = find(raw, "batch").filter(|batch| batch.starts_with('[')) else {
        let problem = Problem::new(Code::InvalidType, "batch must be an array").about("batch");
        return Err((problem, "invalid_request"));
    };
    let raws: Vec<&str> = elements(batch).collect();
    if raws.is_empty() {
        return Err((Problem::new(Code::EmptyBatch, "batch has no events"), "empty_batch"));
    }
    if raws.len() > events_max {
        let detail = format!("batch has {} events, the limit is {events_max}", raws.len());
        return Err((Problem::new(Code::BatchTooLarge, detail), "payload_too_large"));
    }
    let mut uuids = Vec::with_capacity(raws.len());
    let mut seen = BTreeSet::new();
    for raw in &raws {
        let uuid = find(raw, "uuid").and_then(unescape).filter(|uuid| !uuid.is_empty());
        let Some(uuid) = uuid else {
            let problem = Problem::new(Code::MissingField, "every event needs a uuid");
            return Err((problem.about("uuid"), "missing_event_uuid"));
        };
        if !seen.insert(uuid.to_ascii_lowercase()) {
            let problem = Problem::new(Code::InvalidValue, format!("uuid {uuid} is there twice"));
            return Err((problem.about("uuid"), "duplicate_event_uuid"));
        }
        uuids.push(uuid.into_owned());
    }
    Ok((raws.into_iter().map(older).collect(), uuids))
}

/// An event in the older form: options and ids of the session are properties.
fn older(raw: &str) -> String {
    let (mut around, mut moved, mut properties) = (Vec::new(), Vec::new(), "{}");
    for (key, value) in entries(raw) {
        match &*wire::name(key) {
            "session_id" => moved.push(format!("\"$session_id\":{value}")),
            "window_id" => moved.push(format!("\"$window_id\":{value}")),
            "properties" => properties = value,
            "options" => moved.extend(entries(value).map(|(key, value)| {
                let name = wire::name(key);
                let name = if name == "disable_skew_correction" { "ignore_sent_at" } else { &name };
                let key = serde_json::to_string(&format!("${name}")).unwrap_or_default();
                format!("{key}:{value}")
            })),
            _ => around.push(format!("{key}:{value}")),
        }
    }
    if properties.starts_with('{') {
        let own = entries(properties).map(|(key, value)| format!("{key}:{value}"));
        let all: Vec<String> = moved.into_iter().chain(own).collect();
        around.push(format!("\"properties\":{{{}}}", all.join(",")));
    } else {
        around.push(format!("\"properties\":{properties}"));
    }
    format!("{{{}}}", around.join(","))
}

/// What this version refuses and the older ones let through.
pub(super) fn wrong(raw: &str) -> Option<(&'static str, Reason)> {
    let long = |field: &'static str, text: &str| {
        let chars = text.chars().count();
        (chars > 200).then(|| Reason::TooLong { field: field.into(), chars, limit: 200 })
    };
    let name = find(raw, "event").and_then(unescape);
    if let Some(reason) = name.and_then(|name| long("event", &name)) {
        return Some(("event_name_too_long", reason));
    }
    let id = find(raw, "distinct_id").and_then(unescape)?;
    if let Some(reason) = long("distinct_id", &id) {
        return Some(("distinct_id_too_large", reason));
    }
    let malformed = id == MALFORMED || !id.is_empty() && !insight::is_linkable(&id);
    let reason = || Reason::invalid("distinct_id", format!("is no id of anybody: {id:?}"));
    malformed.then(|| ("malformed_distinct_id", reason()))
}

fn results(
    uuids: &[String],
    outcomes: &[Outcome],
    tags: &[Option<&'static str>],
) -> Result<Response, Refused> {
    let mut all = Map::new();
    let mut refused: Option<Refused> = None;
    let mut taken = 0;
    for ((uuid, outcome), tag) in uuids.iter().zip(outcomes).zip(tags) {
        let result = match outcome {
            Outcome::Stored { .. } | Outcome::Duplicate { .. } => {
                taken += 1;
                json!({"result": "ok"})
            }
            Outcome::Rejected(reason) => {
                let left_out = matches!(reason, Reason::Unsupported { .. });
                taken += usize::from(left_out);
                let tag =
                    tag.unwrap_or(if left_out { "not_persisted" } else { reason.code().as_str() });
                let problem = || Problem::from(reason).with_status(StatusCode::BAD_REQUEST);
                refused.get_or_insert_with(|| (problem(), tag));
                json!({"result": "drop", "details": tag})
            }
        };
        all.insert(uuid.clone(), result);
    }
    match refused {
        Some(refused) if taken == 0 => Err(refused),
        _ => Ok(answer(StatusCode::OK, to_json(&json!({"results": Value::Object(all)}), false))),
    }
}
