//! S4: ingestion over tRPC, as its clients of version 10 and 11 speak it.
//!
//! One HTTP request is one or several calls of procedures ([`call`]). The events of all its calls
//! are checked as zod 3 would check them ([`schema`]), become drafts ([`parse`]) and are admitted
//! together; then each call gets its own result ([`answer`]), and the procedures for admins run
//! ([`admin`]).

mod admin;
mod answer;
mod call;
mod formats;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod input;
mod issue;
mod parse;
mod schema;

use axum::{
    extract::{Request, State},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use event::{Code, Dialect, Field, Outcome, Source, json::elements};
use ingest::{Names, Rules};

use self::{
    answer::{Answer, Failure},
    call::{Calls, Procedure},
    issue::Issue,
};
use super::{Drafts, Kind, Received, Sender, admit, receive};
use crate::{Problem, extract::aside, state::AppState};

pub(crate) use answer::refuse;
pub(crate) use parse::{acting, item};

const DAY_MS: i64 = 24 * 3_600_000;
/// Events of one `trackBatch`.
const BATCH_EVENTS_MAX: usize = 50;

const RULES: Rules = Rules {
    identity: &[Field::ActorId, Field::SessionId],
    names: &NAMES,
    strict_age_ms: Some(30 * DAY_MS),
    ..Rules::CANONICAL
};

const NAMES: Names = Names {
    event_id: "eventId",
    event_type: "eventType",
    timestamp: "props.occurred_at",
    properties: "props",
    text: parse::name_of,
};

pub(crate) const KIND: Kind =
    Kind { dialect: Dialect::Trpc, source: Source::Web, rules: &RULES, keyless: true };

/// `HEAD /api/trpc/{path}`: whether somebody is there.
pub(crate) async fn head() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// `GET` and `POST /api/trpc/{path}`.
pub(crate) async fn serve(State(app): State<AppState>, request: Request) -> Response {
    let path = call::path_of(request.uri().path());
    let superjson = app.config.trpc.superjson;
    let answered = take(&app, request).await;
    answered.unwrap_or_else(|problem| answer::refuse_as(&path, &problem, superjson))
}

async fn take(app: &AppState, request: Request) -> Result<Response, Problem> {
    let Received { sender, parts, body } = receive(app, &KIND, request).await?;
    if !body.is_empty() && !parts.headers.contains_key(header::CONTENT_TYPE) {
        return Err(Problem::new(Code::Unsupported, "missing content-type header"));
    }
    let calls_max = app.parts.pipeline.limits().batch_events;
    let calls = aside(body.len(), || {
        Calls::read(&parts, body.text()?, app.config.trpc.superjson, calls_max)
    })?;
    let answers = answers(app, &sender, &parts, &calls).await?;
    Ok(answer::response(&calls, answers))
}

/// What a call adds to the events of the request.
enum Part<'a> {
    /// So many of them.
    Events(Vec<&'a str>),
    /// None: it is refused.
    Refused(Failure),
    /// None: it is no call that sends events.
    Other,
}

fn part<'a>(call: &'a call::Call<'_>) -> Part<'a> {
    let input = call.input.as_deref();
    match &call.procedure {
        Ok(Procedure::Track) => match input {
            Some(event) => Part::Events(vec![event]),
            None => Part::Refused(Failure::invalid(&[Issue::required("object")])),
        },
        Ok(Procedure::TrackBatch) => match schema::batch(input, BATCH_EVENTS_MAX) {
            Ok(events) => Part::Events(elements(events).collect()),
            Err(issue) => Part::Refused(Failure::invalid(&[issue])),
        },
        Ok(Procedure::GetStats | Procedure::ForceFlush) => Part::Other,
        Err(failure) => Part::Refused(failure.clone()),
    }
}

async fn answers(
    app: &AppState,
    sender: &Sender,
    parts: &Parts,
    calls: &Calls<'_>,
) -> Result<Vec<Answer>, Problem> {
    let of_calls: Vec<Part<'_>> = calls.items.iter().map(part).collect();
    let events = || {
        of_calls.iter().flat_map(|part| match part {
            Part::Events(events) => events.as_slice(),
            _ => &[],
        })
    };
    let count = events().count();
    let limit = app.parts.pipeline.limits().batch_events;
    if count > limit {
        let detail = format!("batch has {count} events, the limit is {limit}");
        let problem = Problem::new(Code::BatchTooLarge, detail);
        return Err(problem.with_status(StatusCode::BAD_REQUEST));
    }
    let outcomes = if count == 0 {
        Vec::new()
    } else {
        let bytes = events().map(|event| event.len()).sum();
        let actor = sender.actor.as_ref();
        let drafts = aside(bytes, || events().map(|event| acting(item(event), actor)).collect());
        admit(app, &KIND, sender, Drafts::of(drafts), || events().copied()).await?
    };
    let mut outcomes = outcomes.iter();
    let mut answers = Vec::with_capacity(of_calls.len());
    for (call, part) in calls.items.iter().zip(&of_calls) {
        answers.push(match (part, &call.procedure) {
            (Part::Refused(failure), _) => Err(failure.clone()),
            (Part::Events(events), Ok(procedure)) => {
                let outcomes: Vec<&Outcome> = outcomes.by_ref().take(events.len()).collect();
                match procedure {
                    Procedure::TrackBatch => Ok(answer::batch(events, &outcomes)),
                    _ => outcomes.first().map_or_else(
                        || Err(Failure::from(&Problem::internal())),
                        |outcome| answer::track(events[0], outcome),
                    ),
                }
            }
            (_, Ok(procedure)) => admin::run(app, sender, parts, *procedure).await,
            (_, Err(failure)) => Err(failure.clone()),
        });
    }
    Ok(answers)
}
