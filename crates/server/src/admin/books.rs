//! `GET /api/v1/admin/books`: what came in, and what became of it.

use axum::{
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use ingest::{Books, PipelineStatus};
use serde_json::json;

use crate::{
    auth,
    reply::{self, Answered},
    state::AppState,
};

/// The books of the tenant, and how far the way to the store is behind.
pub(crate) async fn show(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = books(&app, &parts).await;
    reply::answer(&parts, answered)
}

async fn books(app: &AppState, parts: &Parts) -> Answered {
    let tenant = auth::reader(app, parts)?;
    let whose = tenant.clone();
    let logged = move |app: &AppState| app.parts.pipeline.rejected().count(&whose);
    let logged = reply::blocking(app, "the rejected-events log cannot be read", logged).await?;
    let all = app.parts.pipeline.books();
    let books = all.into_iter().find(|(of, _)| *of == tenant).map(|(_, books)| books);
    let Books { received, stored, removed, duplicate, rejected, pending } =
        books.unwrap_or_default();
    let PipelineStatus { queued_bytes, journal_bytes, pump, .. } = app.parts.pipeline.status();
    let body = json!({
        "received": received,
        "stored": stored,
        "duplicate": duplicate,
        "rejected": rejected,
        "pending": pending,
        "removed": removed,
        "balanced": received == stored + duplicate + rejected + pending,
        "rejected_log": {
            "entries": logged,
            "unlogged": app.parts.pipeline.rejected().unlogged(),
        },
        "pipeline": {
            "queued_bytes": queued_bytes,
            "journal_bytes": journal_bytes,
            "lag_records": pump.lag,
            "is_stuck": pump.trouble.is_some(),
        },
    });
    Ok((StatusCode::OK, body))
}
