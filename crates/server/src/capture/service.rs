//! S3: the analytics service. One event, a batch of them, or the bare data of an event whose type
//! is the end of the path.

mod answer;
mod bare;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod parse;
mod rules;

use axum::{
    extract::{Request, State},
    response::Response,
};
use event::{Dialect, Field, Source};
use ingest::{Names, Rules};

use super::{Drafts, Kind, Parsed, Received, admit, receive};
use crate::{Problem, extract::aside, state::AppState};

pub(crate) use super::simple::refuse;
pub(crate) use parse::item;

pub(crate) const KIND: Kind = Kind {
    dialect: Dialect::Service,
    source: Source::Api,
    rules: &Rules { names: &NAMES, ..Rules::CANONICAL },
    keyless: true,
};

const NAMES: Names = Names {
    event_id: "eventId",
    event_type: "eventType",
    timestamp: "timestamp",
    properties: "data",
    text: parse::name_of,
};

/// `POST /events/track`.
pub(crate) async fn track(State(app): State<AppState>, request: Request) -> Response {
    take(&app, request, None).await.unwrap_or_else(|problem| refuse(&problem))
}

/// `POST /events/view` and the other types with a route of their own.
pub(crate) async fn typed(app: AppState, request: Request, event_type: &str) -> Response {
    take(&app, request, Some(event_type)).await.unwrap_or_else(|problem| refuse(&problem))
}

async fn take(
    app: &AppState,
    request: Request,
    event_type: Option<&str>,
) -> Result<Response, Problem> {
    let Received { sender, body, .. } = receive(app, &KIND, request).await?;
    let text = body.text()?;
    let event = aside(text.len(), || bare::whole(text, event_type))?;
    let draft = item(&event);
    let is_old = is_old(&draft);
    let outcomes = admit(app, &KIND, &sender, Drafts::of(vec![draft]), || [&*event]).await?;
    let response = outcomes.first().map(answer::single).ok_or_else(Problem::internal)?;
    Ok(answer::dated(app, is_old, response))
}

/// `POST /events/batch`.
pub(crate) async fn batch(State(app): State<AppState>, request: Request) -> Response {
    take_batch(&app, request).await.unwrap_or_else(|problem| refuse(&problem))
}

async fn take_batch(app: &AppState, request: Request) -> Result<Response, Problem> {
    let Received { sender, body, .. } = receive(app, &KIND, request).await?;
    let text = body.text()?;
    let events_max = app.parts.pipeline.limits().batch_events;
    let (events, drafts) = aside(text.len(), || {
        let events = bare::batch(text, events_max)?;
        let drafts: Vec<Parsed<'_>> = events.iter().map(|event| item(event)).collect();
        Ok::<_, Problem>((events, drafts))
    })?;
    let is_old = drafts.iter().any(is_old);
    let outcomes = admit(app, &KIND, &sender, Drafts::of(drafts), || events).await?;
    Ok(answer::dated(app, is_old, answer::batch(&outcomes)))
}

/// Whether an event is of a schema that has a successor.
fn is_old(draft: &Parsed<'_>) -> bool {
    let version = |draft: &ingest::Draft<'_>| {
        draft.fields.get(Field::SchemaVersion).is_some_and(|version| version != rules::NEWEST)
    };
    draft.as_ref().is_ok_and(version)
}
