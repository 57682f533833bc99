//! PostHog's SDKs: one decoder for all routes that take events.
//!
//! Its clients send an event, an array of them or a batch, packed in one of many ways
//! (`decode.rs`), with the key somewhere inside (`envelope.rs`). What they send again and what they
//! drop hangs on the status alone, so a request is refused only when nothing of it can be taken,
//! and what is not kept by design (recordings, heatmaps) is answered as if it were.

mod answer;
mod config;
mod decode;
mod envelope;
mod facts;
mod flags;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod lz;
mod parse;
mod time;
mod v1;

use std::sync::OnceLock;

use axum::{
    extract::{Request, State},
    http::request::Parts,
    response::Response,
};
use catalog::Catalog;
use event::{Dialect, Field, Marks, Source, Timestamp};
use ingest::{Draft, Names, Pages, Rules};

use super::{Drafts, Kind, Parsed, admit, read, receive, sender};
use crate::{
    Problem,
    extract::{ReadBody, aside},
    state::AppState,
};
use decode::Bounds;
use envelope::Envelope;
use parse::Context;

pub(crate) use answer::{ok, refuse};
pub(crate) use config::{remote_config, remote_config_script};
pub(crate) use flags::{definitions, flags};
pub(crate) use parse::item;
pub(crate) use v1::events as v1_events;

/// What holds for all its events.
pub(crate) const KIND: Kind =
    Kind { dialect: Dialect::Posthog, source: Source::Api, rules: &RULES, keyless: false };

/// No field stands in for a missing distinct id: an event without one belongs to nobody.
const RULES: Rules = Rules {
    identity: &[],
    names: &NAMES,
    browser: false,
    pages: Pages::ByLibrary,
    lenient_time: true,
    strict_age_ms: None,
    cut_ids: true,
};

const NAMES: Names = Names {
    event_id: "uuid",
    event_type: "event",
    timestamp: "timestamp",
    properties: "properties",
    text: |field| match field {
        Field::UserId => "$user_id",
        Field::DeviceId => "$device_id",
        Field::SessionId => "$session_id",
        field => field.as_str(),
    },
};

/// A time may lie so far ahead of our clock before it is replaced.
const AHEAD_MS_MAX: i64 = 23 * 3_600_000;

/// Whether a route takes events, and is no question of a client.
pub(crate) fn takes_events(path: &str) -> bool {
    !["/flags", "/decide", "/array", "/api/feature_flag"].iter().any(|base| path.starts_with(base))
}

/// `POST` and `GET` of every route that takes events.
pub(crate) async fn events(State(app): State<AppState>, request: Request) -> Response {
    take(&app, request).await
}

/// Takes the events of a request.
pub(crate) async fn take(app: &AppState, mut request: Request) -> Response {
    let hint = decode::take_hint(request.headers_mut());
    let taken = match read(app, request).await {
        Ok((parts, body)) => take_events(app, &parts, &body, hint.as_deref()).await,
        Err(problem) => Err(problem),
    };
    taken.unwrap_or_else(|problem| refuse(&problem))
}

/// Takes the events of a request whose body is read already.
pub(crate) async fn take_read(app: &AppState, parts: Parts, body: ReadBody) -> Response {
    let taken = take_events(app, &parts, &body, None).await;
    taken.unwrap_or_else(|problem| refuse(&problem))
}

async fn take_events(
    app: &AppState,
    parts: &Parts,
    body: &[u8],
    hint: Option<&str>,
) -> Result<Response, Problem> {
    let unpacked = aside(body.len() * 4, || decode::text(parts, body, hint, &bounds(app)))?;
    let text = &*unpacked.text;
    let events_max = app.parts.pipeline.limits().batch_events;
    let envelope = aside(text.len(), || Envelope::of(text, events_max))?;
    let sender = sender(app, &KIND, parts, envelope.key.as_deref())?;
    let context = context(Some(&app.parts.catalog), parts, &envelope);
    let now = app.now();
    let drafts = aside(text.len(), || {
        let mut drafts: Vec<Parsed<'_>> = Vec::with_capacity(envelope.items.len());
        for &raw in &envelope.items {
            drafts.push(parse::read(raw, &context).map(|draft| settled(draft, now)));
        }
        drafts
    });
    let alone = OnceLock::new();
    let outcomes = admit(app, &KIND, &sender, Drafts::of(drafts), || {
        // What is not kept by design is not kept as a refused event either.
        let text = |raw: &&str| match context.refused {
            Some(_) => String::new(),
            None => parse::alone(raw, &context, now),
        };
        let texts = || envelope.items.iter().map(text).collect();
        alone.get_or_init(|| -> Vec<String> { texts() }).iter().map(String::as_str)
    })
    .await?;
    Ok(answer::outcomes(&outcomes, is_beacon(parts)))
}

fn bounds(app: &AppState) -> Bounds<'_> {
    Bounds { bytes_max: app.parts.pipeline.limits().body_bytes, budget: &app.body_budget }
}

fn is_beacon(parts: &Parts) -> bool {
    decode::value(parts.uri.query().unwrap_or(""), "beacon").is_some_and(|beacon| beacon == "1")
}

/// What path, query and envelope say about all events of a request.
fn context<'a>(
    keys: Option<&'a Catalog>,
    parts: &Parts,
    envelope: &'a Envelope<'_>,
) -> Context<'a> {
    let query = parts.uri.query().unwrap_or("");
    let (event_type, refused) = match parts.uri.path().trim_end_matches('/') {
        "/engage" => (Some("$identify"), None),
        "/s" => (None, Some("a session recording")),
        _ => (None, None),
    };
    Context {
        key: envelope.key.as_deref(),
        keys,
        sent_at: envelope.sent_at.or_else(|| sent_at_in(query)),
        event_type,
        no_ip: decode::value(query, "ip").is_some_and(|ip| ip == "0"),
        refused,
    }
}

/// When a request was sent by its query, in milliseconds; times before this client could exist are
/// something else.
fn sent_at_in(query: &str) -> Option<Timestamp> {
    const END_OF_2020: i64 = 1_609_459_200_000;
    let text = decode::value(query, "sent_at").or_else(|| decode::value(query, "_"))?;
    let millis = text.parse().ok().filter(|millis| *millis >= END_OF_2020)?;
    Some(Timestamp(millis)).filter(|time| *time <= Timestamp::NEWEST)
}

/// The same draft, its time left out where it lies too far ahead.
fn settled(mut draft: Draft<'_>, now: Timestamp) -> Draft<'_> {
    let time = draft.timestamp.as_ref().and_then(|time| time::corrected(time, draft.sent_at, now));
    if time.is_some_and(|time| time.0 > now.0.saturating_add(AHEAD_MS_MAX)) {
        draft.timestamp = None;
        draft.marks.insert(Marks::TIME_ADJUSTED);
    }
    draft
}

/// `POST /i/v0/ai`: not kept, and not unpacked.
pub(crate) async fn ai(State(app): State<AppState>, request: Request) -> Response {
    refuse_ai(&app, request).await.unwrap_or_else(|problem| refuse(&problem))
}

async fn refuse_ai(app: &AppState, request: Request) -> Result<Response, Problem> {
    let received = receive(app, &KIND, request).await?;
    let context = Context { refused: Some("an event of an ai"), ..Context::default() };
    let drafts = Drafts::of(vec![parse::read("{}", &context)]);
    let outcomes = admit(app, &KIND, &received.sender, drafts, || ["{}"]).await?;
    Ok(answer::outcomes(&outcomes, false))
}
