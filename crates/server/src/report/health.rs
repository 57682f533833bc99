//! `GET /events/health` and `GET /events/metrics`: how the service does.

use std::time::Instant;

use axum::{
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use event::TenantId;
use ingest::Health;
use insight::{exact, write};
use serde_json::{Value, json};

use super::reader;
use crate::{
    reply::{self, Answered},
    state::AppState,
};

/// `GET /events/health`: 200 while all is well, else 503.
pub(crate) async fn health(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let checked = reply::blocking(&app, "health cannot be told", checked).await;
    reply::answer(&parts, checked)
}

/// `GET /events/metrics`.
pub(crate) async fn metrics(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = measured(&app, &parts).await;
    reply::answer(&parts, answered)
}

async fn measured(app: &AppState, parts: &Parts) -> Answered {
    reader(app, parts)?;
    let figures = reply::blocking(app, "metrics cannot be told", |app| {
        Ok::<_, std::convert::Infallible>(figures(app))
    });
    Ok((StatusCode::OK, figures.await?))
}

fn checked(app: &AppState) -> Result<(StatusCode, Value), std::convert::Infallible> {
    let status = app.parts.pipeline.status();
    let (journal, disk) = match status.health {
        Health::Good => ("ok", "ok"),
        // It takes events again when there is room.
        Health::Blocked(_) => ("blocked", "full"),
        Health::Poisoned(_) => ("failed", "failed"),
    };
    let store = if status.pump.trouble.is_some() { "delayed" } else { "ok" };
    let known = app.parts.catalog.tenant(&TenantId::default_tenant()).is_some();
    let catalog = if known { "ok" } else { "failed" };
    let checks = [journal, store, catalog, disk];
    let is_well = checks.iter().all(|check| *check == "ok") && !app.is_stopping();
    let body = json!({
        "status": if is_well { "ok" } else { "degraded" },
        "uptime": app.started.elapsed().as_secs(),
        "version": env!("CARGO_PKG_VERSION"),
        "checks": {"journal": journal, "store": store, "catalog": catalog, "disk": disk},
        "metrics": figures(app),
    });
    Ok((if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, body))
}

/// Of all tenants together, over the last minute.
fn figures(app: &AppState) -> Value {
    let pipeline = &app.parts.pipeline;
    let rates = app.figures.rates(pipeline, Instant::now());
    let status = pipeline.status();
    let used = pipeline.store().status().bytes + status.journal_bytes;
    json!({
        "ingestionRate": write::number(Some(exact::six(rates.per_second))),
        "processingLatencyMs": status.pump.latency_ms,
        "errorRate": write::number(Some(exact::six(rates.refused))),
        "storageUsedBytes": used,
    })
}
