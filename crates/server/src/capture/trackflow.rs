//! S2: the browser tracker. A body is `{"events": [..]}`, sent as JSON or, so that browsers need no
//! preflight, as plain text. The key is the `tenantId` every event names.

mod answer;
mod clean;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod parse;
mod shape;

use axum::{
    extract::{Request, State},
    http::request::Parts,
    response::Response,
};
use event::{Dialect, Field, Reason, Source, json::elements};
use ingest::{Names, Pages, Rules};

use super::{Drafts, Kind, Parsed, admit, posthog, read, sender};
use crate::{
    Problem,
    extract::{ReadBody, aside},
    state::AppState,
};

pub(crate) use answer::refuse;

pub(super) const KIND: Kind = Kind {
    dialect: Dialect::Trackflow,
    source: Source::Web,
    rules: &Rules {
        identity: &[Field::UserId, Field::SessionId],
        names: &Names {
            event_id: "eventId",
            event_type: "eventType",
            timestamp: "timestamp",
            properties: "properties",
            text: field_name,
        },
        browser: true,
        pages: Pages::All,
        ..Rules::CANONICAL
    },
    keyless: false,
};

fn field_name(field: Field) -> &'static str {
    match field {
        Field::UserId | Field::DistinctId => "userId",
        Field::SessionId => "sessionId",
        Field::PageUrl => "pageUrl",
        Field::PageTitle => "properties.title",
        Field::Os => "deviceInfo.os",
        Field::Browser => "deviceInfo.browser",
        Field::DeviceType => "deviceInfo.deviceType",
        other => other.as_str(),
    }
}

/// One event on its own; its `tenantId` may be absent.
pub(super) fn item(raw: &str) -> Parsed<'_> {
    parse::item(raw).1
}

/// `POST /v1/events`, `POST /apiv1/track`, and the path of `capture.tracker_path`.
pub(crate) async fn events(State(app): State<AppState>, request: Request) -> Response {
    match read(&app, request).await {
        Ok((parts, body)) => answered(&app, &parts, &body).await,
        Err(problem) => refuse(&problem),
    }
}

/// `POST /track`, a path that trackers of several kinds use: bodies with an array `events` are
/// ours, others PostHog's.
pub(crate) async fn track(State(app): State<AppState>, request: Request) -> Response {
    match read(&app, request).await {
        Ok((parts, body)) if parse::is_ours(&body) => answered(&app, &parts, &body).await,
        Ok((parts, body)) => posthog::take_read(&app, parts, body).await,
        Err(problem) => refuse(&problem),
    }
}

async fn answered(app: &AppState, parts: &Parts, body: &ReadBody) -> Response {
    take(app, parts, body).await.unwrap_or_else(|problem| refuse(&problem))
}

async fn take(app: &AppState, parts: &Parts, body: &ReadBody) -> Result<Response, Problem> {
    let text = body.text()?;
    let events_max = app.parts.pipeline.limits().batch_events;
    let mut batch = aside(text.len(), || parse::batch(text, events_max))?;
    let by = sender(app, &KIND, parts, batch.tenant.as_deref())?;
    // An event need not name its tenant where the request does.
    if !batch.nameless.is_empty() && sender(app, &KIND, parts, None).is_err() {
        for at in &batch.nameless {
            if let Some(item @ Ok(_)) = batch.items.get_mut(*at) {
                *item = Err(Reason::missing("tenantId"));
            }
        }
    }
    let raw = batch.raw;
    let drafts = Drafts { items: batch.items, sent_at: batch.sent_at };
    let outcomes = admit(app, &KIND, &by, drafts, || elements(raw)).await?;
    Ok(answer::batch(&outcomes, raw))
}
