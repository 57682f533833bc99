//! Events in: one module per dialect, what they share here.
//!
//! A dialect does three things and no more: say which body it takes, parse it into drafts
//! (`parse.rs`), and write outcomes and refusals in its own shape (`answer.rs`). Who sends, how a
//! body is read, and what becomes of the drafts is the same for all.
//!
//! Where the key stands in the body, the body is read first ([`read`]) and the sender settled
//! behind it ([`sender`]); where it does not, [`receive`] settles the sender first, so that whoever
//! may not send does not get to make us read.

mod actor;
pub(crate) mod mobile;
pub(crate) mod posthog;
mod replay;
pub(crate) mod segment;
pub(crate) mod service;
pub(crate) mod simple;
pub(crate) mod trackflow;
pub(crate) mod trpc;
pub(crate) mod wire;

use axum::{
    extract::Request,
    http::{StatusCode, request::Parts},
};
use event::{Code, Dialect, Outcome, Reason, Source, TenantId, Timestamp};
use ingest::{Connection, Draft, Rules};

pub(crate) use actor::Actor;
pub(crate) use replay::replay;

use crate::{
    Problem, auth, connection,
    extract::{self, ReadBody},
    router::{Shape, shape_of},
    state::AppState,
};

/// A draft, or why the item is none.
pub(crate) type Parsed<'a> = Result<Draft<'a>, Reason>;

/// What a dialect says about all its events.
pub(crate) struct Kind {
    pub(crate) dialect: Dialect,
    /// The kind of sender, where a draft does not say its own.
    pub(crate) source: Source,
    pub(crate) rules: &'static Rules,
    /// Whether events without a key are taken at all; where they are, the configuration decides.
    pub(crate) keyless: bool,
}

impl Kind {
    /// Whether events tell who did them, by the log-in or token of the sender.
    fn tells_actor(&self) -> bool {
        self.dialect == Dialect::Trpc
    }
}

/// Who sends, and from where.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    /// Whose events these are.
    pub(crate) tenant: TenantId,
    /// The user behind a log-in or token; None for keys and for nobody.
    pub(crate) actor: Option<Actor>,
    /// Whether the sender may manage the tenant.
    pub(crate) is_admin: bool,
    /// The other end.
    pub(crate) connection: Connection,
}

/// A request whose sender is known and whose body is here.
pub(crate) struct Received {
    pub(crate) sender: Sender,
    pub(crate) parts: Parts,
    pub(crate) body: ReadBody,
}

/// Settles who sends, then reads the body.
pub(crate) async fn receive(
    app: &AppState,
    kind: &Kind,
    request: Request,
) -> Result<Received, Problem> {
    let (parts, body) = request.into_parts();
    hold_back(app, &parts)?;
    let sender = sender(app, kind, &parts, None)?;
    let bytes_max = app.parts.pipeline.limits().body_bytes;
    let body = extract::body(app, &parts.headers, body, bytes_max).await?;
    Ok(Received { sender, parts, body })
}

/// Reads a body whose key stands in it.
pub(crate) async fn read(app: &AppState, request: Request) -> Result<(Parts, ReadBody), Problem> {
    let (parts, body) = request.into_parts();
    hold_back(app, &parts)?;
    let bytes_max = app.parts.pipeline.limits().body_bytes;
    let body = extract::body(app, &parts.headers, body, bytes_max).await?;
    Ok((parts, body))
}

/// Who sends: by the key of the request, or the dialect's own field `in_body`.
pub(crate) fn sender(
    app: &AppState,
    kind: &Kind,
    parts: &Parts,
    in_body: Option<&str>,
) -> Result<Sender, Problem> {
    let writer = auth::writer(app, parts, in_body, kind.keyless);
    let auth::Writer { tenant, is_admin, actor } =
        writer.map_err(|problem| as_client_retries(parts, problem))?;
    Ok(Sender { tenant, actor, is_admin, connection: connection::of(app, parts) })
}

/// Refuses a request of an address that sends too many, before its body is read.
fn hold_back(app: &AppState, parts: &Parts) -> Result<(), Problem> {
    match connection::address(app, parts) {
        Some(address) => app
            .address_rate
            .address(address, app.started.elapsed())
            .map_err(|problem| as_client_retries(parts, problem)),
        None => Ok(()),
    }
}

/// PostHog's browser client never tries again after a 429.
fn as_client_retries(parts: &Parts, problem: Problem) -> Problem {
    let is_posthog = shape_of(parts.uri.path()) == Shape::Posthog;
    match problem.code {
        Code::RateLimited if is_posthog => problem.with_status(StatusCode::SERVICE_UNAVAILABLE),
        _ => problem,
    }
}

/// The drafts of one request.
pub(crate) struct Drafts<'a> {
    /// In the order of the request.
    pub(crate) items: Vec<Parsed<'a>>,
    /// When the client says it sent them.
    pub(crate) sent_at: Option<Timestamp>,
}

impl<'a> Drafts<'a> {
    /// Drafts of a request that does not say when it was sent.
    pub(crate) fn of(items: Vec<Parsed<'a>>) -> Self {
        Self { items, sent_at: None }
    }
}

/// Hands drafts to the pipeline: one outcome per draft, in order. `raw` gives the JSON of every
/// item, in order, and is asked only when one was rejected.
pub(crate) async fn admit<'a, R: IntoIterator<Item = &'a str>>(
    app: &AppState,
    kind: &Kind,
    sender: &Sender,
    drafts: Drafts<'_>,
    raw: impl FnOnce() -> R,
) -> Result<Vec<Outcome>, Problem> {
    let request = request_of(app, kind, sender, drafts.sent_at);
    let outcomes = app.parts.pipeline.admit(&request, drafts.items).await?;
    if outcomes.iter().any(|outcome| matches!(outcome, Outcome::Rejected(_))) {
        let actor = sender.actor.as_ref().filter(|_| kind.tells_actor());
        let raws = raw().into_iter().map(Some).chain(std::iter::repeat(None));
        for (outcome, raw) in outcomes.iter().zip(raws) {
            if let Outcome::Rejected(reason) = outcome {
                note_rejected(app, &request, reason, (raw.unwrap_or(""), actor));
            }
        }
    }
    Ok(outcomes)
}

/// What all drafts of a request share.
fn request_of(
    app: &AppState,
    kind: &Kind,
    sender: &Sender,
    sent_at: Option<Timestamp>,
) -> ingest::Request {
    ingest::Request {
        tenant: sender.tenant.clone(),
        dialect: kind.dialect,
        source: kind.source,
        received_at: app.now(),
        sent_at,
        rules: kind.rules,
        connection: sender.connection.clone(),
    }
}

/// Counts a refused event, and keeps it without its keys for whoever looks after refused ones;
/// `actor` is who did it, where the dialect tells.
fn note_rejected(
    app: &AppState,
    request: &ingest::Request,
    reason: &Reason,
    (raw, actor): (&str, Option<&Actor>),
) {
    app.count_rejected(reason.code());
    let raw = wire::without_keys(raw, request.dialect);
    app.parts.pipeline.note_rejected(request, reason, &raw, actor.map(Actor::to_json));
}
