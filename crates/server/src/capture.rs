//! Events in: one module per dialect, what they share here.
//!
//! A dialect does three things and no more: say which body it takes, parse it into drafts
//! (`parse.rs`), and write outcomes and refusals in its own shape (`answer.rs`). Who sends, how a
//! body is read, and what becomes of the drafts is the same for all.

pub(crate) mod simple;

use axum::{extract::Request, http::request};
use event::{Dialect, Field, Outcome, Reason, Source, TenantId};
use ingest::{Draft, Names};

use crate::{
    Problem, auth,
    extract::{self, ReadBody},
    state::AppState,
};

/// A request whose sender is known and whose body is here.
pub(crate) struct Received {
    /// Whose events these are.
    pub(crate) tenant: TenantId,
    /// Its body.
    pub(crate) body: ReadBody,
}

/// What a dialect says about all its events.
pub(crate) struct Kind {
    pub(crate) dialect: Dialect,
    pub(crate) source: Source,
    pub(crate) identity: &'static [Field],
    pub(crate) names: &'static Names,
}

/// Settles who sends, then reads the body: whoever may not send does not get to make us read.
pub(crate) async fn receive(app: &AppState, request: Request) -> Result<Received, Problem> {
    let (parts, body) = request.into_parts();
    let tenant = auth::writer(app, &parts)?;
    receive_as(app, tenant, &parts, body).await
}

async fn receive_as(
    app: &AppState,
    tenant: TenantId,
    parts: &request::Parts,
    body: axum::body::Body,
) -> Result<Received, Problem> {
    let bytes_max = app.parts.pipeline.limits().body_bytes;
    let body = extract::body(app, &parts.headers, body, bytes_max).await?;
    Ok(Received { tenant, body })
}

/// Hands drafts to the pipeline: one outcome per draft, in order.
pub(crate) async fn admit(
    app: &AppState,
    kind: &Kind,
    tenant: TenantId,
    drafts: Vec<Result<Draft<'_>, Reason>>,
) -> Result<Vec<Outcome>, Problem> {
    let request = ingest::Request {
        tenant,
        dialect: kind.dialect,
        source: kind.source,
        received_at: app.now(),
        sent_at: None,
        identity: kind.identity,
        names: kind.names,
    };
    let outcomes = app.parts.pipeline.admit(&request, drafts).await?;
    for outcome in &outcomes {
        if let Outcome::Rejected(reason) = outcome {
            app.count_rejected(reason.code());
        }
    }
    Ok(outcomes)
}
