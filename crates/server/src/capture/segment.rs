//! Segment's SDKs, and those of RudderStack, which speak the same.
//!
//! They look at the status alone, and drop what is refused: so a request whose JSON can be read is
//! answered with success, and events that cannot be kept are in the log of rejected events.

mod answer;
mod context;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod parse;

use std::sync::OnceLock;

use axum::{
    extract::{Request, State},
    response::Response,
};
use event::{Code, Dialect, Field, Source};
use ingest::{Names, Pages, Rules};

use super::{Drafts, Kind, Parsed, admit, read, sender};
use crate::{Problem, extract::aside, state::AppState};
use parse::{Call, Envelope};

pub(crate) use answer::refuse;
pub(crate) use parse::item;

/// What holds for all its events.
pub(crate) const KIND: Kind =
    Kind { dialect: Dialect::Segment, source: Source::Api, rules: &RULES, keyless: false };

/// The identity is settled when a call is read, as it has an order of its own.
const RULES: Rules = Rules {
    identity: &[],
    names: &NAMES,
    browser: false,
    pages: Pages::ByLibrary,
    lenient_time: false,
    strict_age_ms: None,
    cut_ids: false,
};

const NAMES: Names = Names {
    event_id: "messageId",
    event_type: "event",
    timestamp: "timestamp",
    properties: "properties",
    text: |field| match field {
        Field::UserId => "userId",
        Field::DistinctId => "userId or anonymousId",
        Field::DeviceId => "context.device.id",
        Field::SessionId => "context.sessionId",
        field => field.as_str(),
    },
};

/// Calls in one batch.
const BATCH_CALLS_MAX: usize = 2_500;

/// `POST /v1/batch`.
pub(crate) async fn batch(State(app): State<AppState>, request: Request) -> Response {
    take(&app, request, None).await.unwrap_or_else(|problem| refuse(&problem))
}

/// `POST /v1/identify`.
pub(crate) async fn identify(State(app): State<AppState>, request: Request) -> Response {
    single(&app, request, Call::Identify).await
}

/// `POST /v1/track`.
pub(crate) async fn track(State(app): State<AppState>, request: Request) -> Response {
    single(&app, request, Call::Track).await
}

/// `POST /v1/page`.
pub(crate) async fn page(State(app): State<AppState>, request: Request) -> Response {
    single(&app, request, Call::Page).await
}

/// `POST /v1/screen`.
pub(crate) async fn screen(State(app): State<AppState>, request: Request) -> Response {
    single(&app, request, Call::Screen).await
}

/// `POST /v1/group`.
pub(crate) async fn group(State(app): State<AppState>, request: Request) -> Response {
    single(&app, request, Call::Group).await
}

/// `POST /v1/alias`.
pub(crate) async fn alias(State(app): State<AppState>, request: Request) -> Response {
    single(&app, request, Call::Alias).await
}

async fn single(app: &AppState, request: Request, call: Call) -> Response {
    take(app, request, Some(call)).await.unwrap_or_else(|problem| refuse(&problem))
}

/// Takes one call, or without one a batch of them.
async fn take(app: &AppState, request: Request, call: Option<Call>) -> Result<Response, Problem> {
    let (parts, body) = read(app, request).await?;
    let text = body.text()?;
    let (envelope, items) = aside(text.len(), || Envelope::of(text, call))?;
    if items.len() > BATCH_CALLS_MAX {
        let count = items.len();
        let detail = format!("batch has {count} calls, the limit is {BATCH_CALLS_MAX}");
        return Err(Problem::new(Code::BatchTooLarge, detail));
    }
    let sender = sender(app, &KIND, &parts, envelope.key.as_deref())?;
    let drafts = aside(text.len(), || {
        let mut drafts: Vec<Parsed<'_>> = Vec::with_capacity(items.len());
        for &raw in &items {
            drafts.push(parse::read(raw, &envelope));
        }
        drafts
    });
    let (alone, now) = (OnceLock::new(), app.now());
    let outcomes = admit(app, &KIND, &sender, Drafts::of(drafts), || {
        let texts = || items.iter().map(|raw| parse::alone(raw, &envelope, now)).collect();
        alone.get_or_init(|| -> Vec<String> { texts() }).iter().map(String::as_str)
    })
    .await?;
    answer::outcomes(&outcomes, call.is_some())
}
