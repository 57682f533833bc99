//! The procedures for admins: how events come in, and waiting until all are in the store.

use std::time::Duration;

use axum::http::request::Parts;
use event::{Code, TenantId};
use ingest::Books;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::{
    super::Sender,
    answer::{Answer, Failure},
    call::Procedure,
};
use crate::{Problem, auth, state::AppState};

/// How long a flush may be waited for.
const FLUSH_MAX: Duration = Duration::from_secs(10);
const FLUSH_LOOK: Duration = Duration::from_millis(2);

/// Runs a procedure that is for admins only.
pub(super) async fn run(
    app: &AppState,
    sender: &Sender,
    parts: &Parts,
    procedure: Procedure,
) -> Answer {
    allowed(app, sender, parts).map_err(|problem| Failure::from(&problem))?;
    match procedure {
        Procedure::ForceFlush => Ok(flush(app, &sender.tenant).await),
        _ => Ok(stats(app, &sender.tenant)),
    }
}

fn allowed(app: &AppState, sender: &Sender, parts: &Parts) -> Result<(), Problem> {
    if sender.is_admin {
        return Ok(());
    }
    if auth::caller(app, parts)?.is_none() {
        return Err(Problem::new(Code::Unauthorized, "UNAUTHORIZED"));
    }
    Err(Problem::new(Code::Forbidden, "FORBIDDEN"))
}

fn books(app: &AppState, tenant: &TenantId) -> Books {
    let all = app.parts.pipeline.books();
    let own = all.into_iter().find(|(other, _)| other == tenant);
    own.map(|(_, books)| books).unwrap_or_default()
}

fn stats(app: &AppState, tenant: &TenantId) -> serde_json::Value {
    let rules = app.parts.pipeline.trpc(tenant);
    let pending = books(app, tenant).pending;
    json!({
        "bufferSize": pending,
        "isProcessing": app.parts.pipeline.status().pump.lag > 0,
        "config": {
            "batchSize": rules.batch_size,
            "batchTimeoutMs": rules.batch_timeout.as_millis() as u64,
            "enableDeduplication": rules.deduplication,
            "enableEnrichment": true,
            "deduplicationTtlSeconds": rules.deduplication_ttl.as_secs(),
        },
    })
}

/// Waits for what is pending now, not for what comes in meanwhile.
async fn flush(app: &AppState, tenant: &TenantId) -> serde_json::Value {
    let Books { stored, pending, .. } = books(app, tenant);
    let deadline = Instant::now() + FLUSH_MAX;
    loop {
        let left = (stored + pending).saturating_sub(books(app, tenant).stored);
        if left == 0 {
            return json!({"flushed": true, "message": format!("Flushed {pending} events")});
        }
        if Instant::now() >= deadline {
            let seconds = FLUSH_MAX.as_secs();
            let message = format!("{left} events are not in the store after {seconds} seconds");
            return json!({"flushed": false, "message": message});
        }
        sleep(FLUSH_LOOK).await;
    }
}
