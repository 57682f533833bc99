//! S0: simple events. One event as an object, or a batch as a bare array of them.

mod answer;
mod parse;

use axum::{
    extract::{Request, State},
    response::Response,
};
use event::{Dialect, Field, Source};
use ingest::Names;

use super::{Kind, Received, admit, receive};
use crate::{Problem, extract::aside, state::AppState};

pub(crate) use answer::refuse;

const KIND: Kind = Kind {
    dialect: Dialect::Simple,
    source: Source::Api,
    identity: &[Field::UserId, Field::SessionId],
    names: &Names::CANONICAL,
};

/// `POST /apiv1/events`.
pub(crate) async fn single(State(app): State<AppState>, request: Request) -> Response {
    take_single(&app, request).await.unwrap_or_else(|problem| refuse(&problem))
}

async fn take_single(app: &AppState, request: Request) -> Result<Response, Problem> {
    let Received { tenant, body } = receive(app, request).await?;
    let text = body.text()?;
    let draft = aside(text.len(), || parse::single(text))?;
    let outcomes = admit(app, &KIND, tenant, vec![draft]).await?;
    outcomes.first().map(answer::single).ok_or_else(Problem::internal)
}

/// `POST /apiv1/events/batch`.
pub(crate) async fn batch(State(app): State<AppState>, request: Request) -> Response {
    take_batch(&app, request).await.unwrap_or_else(|problem| refuse(&problem))
}

async fn take_batch(app: &AppState, request: Request) -> Result<Response, Problem> {
    let Received { tenant, body } = receive(app, request).await?;
    let text = body.text()?;
    let events_max = app.parts.pipeline.limits().batch_events;
    let drafts = aside(text.len(), || parse::batch(text, events_max))?;
    let outcomes = admit(app, &KIND, tenant, drafts).await?;
    Ok(answer::batch(&outcomes))
}
