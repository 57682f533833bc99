//! Starting and ending sessions. Each runs to its end also when the client leaves in between: what
//! is written and what memory knows of a session must not part.

use axum::{
    extract::{Path, Request, State, rejection::PathRejection},
    http::StatusCode,
    response::Response,
};
use event::Code;
use ingest::{Ended, Started};

use super::{
    super::{Received, note_rejected, receive, request_of, sender},
    KIND, answer, parse, refuse,
};
use crate::{Problem, extract::aside, state::AppState};

/// `POST /api/v1/analytics/session/start/`.
pub(crate) async fn start(State(app): State<AppState>, request: Request) -> Response {
    try_start(&app, request).await.unwrap_or_else(|problem| refuse(&problem))
}

async fn try_start(app: &AppState, request: Request) -> Result<Response, Problem> {
    let Received { sender, body, .. } = receive(app, &KIND, request).await?;
    let text = body.text()?;
    let chars_max = app.parts.pipeline.limits().id_chars;
    let draft = aside(text.len(), || parse::start(text, chars_max))?;
    let request = request_of(app, &KIND, &sender, None);
    let (pipeline, asked) = (app.parts.pipeline.clone(), request.clone());
    let started = async move { pipeline.sessions().start(&asked, draft).await };
    match tokio::spawn(started).await.map_err(|_| Problem::internal())?? {
        Started::New(session) => Ok(answer::session(StatusCode::CREATED, &session)),
        Started::Known(session) => Ok(answer::session(StatusCode::OK, &session)),
        Started::Refused(reason) => {
            note_rejected(app, &request, &reason, (&parse::start_as_event(text), None));
            Err(Problem::from(&reason))
        }
    }
}

/// `PUT /api/v1/analytics/session/{session_id}/end/`.
pub(crate) async fn end(
    State(app): State<AppState>,
    id: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    // What is no text is nobody's id.
    let id = id.map(|Path(id)| id).unwrap_or_default();
    try_end(&app, &id, request).await.unwrap_or_else(|problem| refuse(&problem))
}

async fn try_end(app: &AppState, id: &str, request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let sender = sender(app, &KIND, &parts, None)?;
    let unknown = || Problem::new(Code::NotFound, "there is no such session");
    let limits = app.parts.pipeline.limits();
    if id.is_empty() || id.chars().count() > limits.id_chars {
        return Err(unknown());
    }
    let request = request_of(app, &KIND, &sender, None);
    let (pipeline, asked, id) = (app.parts.pipeline.clone(), request.clone(), id.to_owned());
    let ended = async move { pipeline.sessions().end(&asked, &id).await };
    match tokio::spawn(ended).await.map_err(|_| Problem::internal())?? {
        Ended::Over(session) => Ok(answer::session(StatusCode::OK, &session)),
        Ended::Unknown => Err(unknown()),
        Ended::Refused(reason) => {
            note_rejected(app, &request, &reason, ("", None));
            Err(Problem::from(&reason))
        }
    }
}
