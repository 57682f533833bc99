//! S1: mobile analytics. One event as an object, or a batch as `{"events": [..]}`; and sessions,
//! which clients start and end by name.

mod answer;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod parse;
mod session;

use axum::{
    extract::{Request, State},
    response::Response,
};
use event::{Dialect, Field, Source, json::elements};
use ingest::{Names, Rules};

use super::{Drafts, Kind, Parsed, Received, admit, receive};
use crate::{Problem, extract::aside, state::AppState};

pub(crate) use answer::refuse;
pub(crate) use session::{end, start};

pub(super) const KIND: Kind = Kind {
    dialect: Dialect::Mobile,
    source: Source::Mobile,
    // The person is always named.
    rules: &Rules {
        identity: &[],
        names: &Names { text: field_name, ..Names::CANONICAL },
        ..Rules::CANONICAL
    },
    keyless: true,
};

fn field_name(field: Field) -> &'static str {
    match field {
        Field::Os => "os_name",
        other => other.as_str(),
    }
}

/// One event on its own.
pub(super) fn item(raw: &str) -> Parsed<'_> {
    parse::event(raw)
}

/// `POST /api/v1/analytics/capture/`.
pub(crate) async fn single(State(app): State<AppState>, request: Request) -> Response {
    take_single(&app, request).await.unwrap_or_else(|problem| refuse(&problem))
}

async fn take_single(app: &AppState, request: Request) -> Result<Response, Problem> {
    let Received { sender, body, .. } = receive(app, &KIND, request).await?;
    let text = body.text()?;
    let (raw, draft) = aside(text.len(), || parse::single(text).map(|raw| (raw, item(raw))))?;
    let outcomes = admit(app, &KIND, &sender, Drafts::of(vec![draft]), || [raw]).await?;
    outcomes.first().map(answer::single).ok_or_else(Problem::internal)
}

/// `POST /api/v1/analytics/batch/`.
pub(crate) async fn batch(State(app): State<AppState>, request: Request) -> Response {
    take_batch(&app, request).await.unwrap_or_else(|problem| refuse(&problem))
}

async fn take_batch(app: &AppState, request: Request) -> Result<Response, Problem> {
    let Received { sender, body, .. } = receive(app, &KIND, request).await?;
    let text = body.text()?;
    let events_max = app.parts.pipeline.limits().batch_events;
    let split = || parse::batch(text, events_max);
    let (raw, items) =
        aside(text.len(), || split().map(|raw| (raw, elements(raw).map(item).collect())))?;
    let outcomes = admit(app, &KIND, &sender, Drafts::of(items), || elements(raw)).await?;
    Ok(answer::batch(&outcomes))
}
