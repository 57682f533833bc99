//! S0: simple events. One event as an object, or a batch as a bare array of them.

mod answer;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod parse;

use axum::{
    extract::{Request, State},
    response::Response,
};
use event::{Dialect, Reason, Source, json::elements};
use ingest::Rules;

use super::{Drafts, Kind, Parsed, Received, admit, receive};
use crate::{Problem, extract::aside, state::AppState};

pub(crate) use answer::refuse;

pub(super) const KIND: Kind =
    Kind { dialect: Dialect::Simple, source: Source::Api, rules: &Rules::CANONICAL, keyless: true };

/// One event alone.
pub(super) fn item(raw: &str) -> Parsed<'_> {
    parse::single(raw).unwrap_or_else(|problem| {
        Err(Reason::MalformedJson { detail: problem.detail.into_owned() })
    })
}

/// `POST /apiv1/events`.
pub(crate) async fn single(State(app): State<AppState>, request: Request) -> Response {
    take_single(&app, request).await.unwrap_or_else(|problem| refuse(&problem))
}

async fn take_single(app: &AppState, request: Request) -> Result<Response, Problem> {
    let Received { sender, body, .. } = receive(app, &KIND, request).await?;
    let text = body.text()?;
    let draft = aside(text.len(), || parse::single(text))?;
    let drafts = Drafts::of(vec![draft]);
    let outcomes = admit(app, &KIND, &sender, drafts, || [text]).await?;
    outcomes.first().map(answer::single).ok_or_else(Problem::internal)
}

/// `POST /apiv1/events/batch`.
pub(crate) async fn batch(State(app): State<AppState>, request: Request) -> Response {
    take_batch(&app, request).await.unwrap_or_else(|problem| refuse(&problem))
}

async fn take_batch(app: &AppState, request: Request) -> Result<Response, Problem> {
    let Received { sender, body, .. } = receive(app, &KIND, request).await?;
    let text = body.text()?;
    let events_max = app.parts.pipeline.limits().batch_events;
    let drafts = aside(text.len(), || parse::batch(text, events_max))?;
    let drafts = Drafts::of(drafts);
    let outcomes = admit(app, &KIND, &sender, drafts, || elements(text)).await?;
    Ok(answer::batch(&outcomes))
}
