//! `POST /api/v1/query`: one question in, one answer out.
//!
//! Questions run on blocking threads, a bounded number at a time, each with a deadline. When the
//! client leaves, hyper drops the handler, and the guard in it cancels the question.

mod answer;

use std::time::{Duration, Instant};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header, request},
    response::Response,
};
use event::{Code, TenantId, Timestamp};
use insight::{Answer, Context, Meta, Question, read};
use jiff::tz::TimeZone;
use serde_json::Value;
use store::{AskError, Asking, Cancel};

use crate::{
    Problem,
    app::request_id,
    auth,
    error::{FieldProblem, to_json},
    extract, page,
    router::{self, Shape},
    state::AppState,
};

pub(crate) use answer::EventJson;

/// Beyond the deadline the store is given so long to notice by itself.
const DEADLINE_SLACK: Duration = Duration::from_secs(2);

/// Answers a question.
pub(crate) async fn ask(State(app): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    match try_ask(&app, &parts, body).await {
        Ok(response) => response,
        Err(problem) => router::refuse(&parts, Shape::Problem, &problem),
    }
}

async fn try_ask(app: &AppState, parts: &request::Parts, body: Body) -> Result<Response, Problem> {
    let start = Instant::now();
    let tenant = auth::reader(app, parts)?;
    let body = extract::body(app, &parts.headers, body, app.config.query.body_bytes_max).await?;
    let json: Value = serde_json::from_str(body.text()?)
        .map_err(|error| Problem::new(Code::MalformedJson, format!("body is not json: {error}")))?;
    let now = app.now();
    let question = read(app, &tenant, &json, now)?;
    let cancel = CancelOnDrop(Cancel::new());
    let asked = Asked {
        asking: asking(app, tenant, now, (start, &cancel)),
        question,
        backend: app.parts.backend,
        start,
        pretty: page::is_pretty(parts),
        request_id: request_id(&parts.headers).to_owned(),
    };
    let store = app.parts.pipeline.store().clone();
    on_a_slot(app, move || asked.answer(&*store)).await
}

/// Answers a question of ours, within the same bounds.
pub(crate) async fn answer(
    app: &AppState,
    tenant: &TenantId,
    question: Question,
) -> Result<Answer, Problem> {
    let start = Instant::now();
    let cancel = CancelOnDrop(Cancel::new());
    let asked = Asked {
        asking: asking(app, tenant.clone(), app.now(), (start, &cancel)),
        question,
        backend: app.parts.backend,
        start,
        pretty: false,
        request_id: String::new(),
    };
    let store = app.parts.pipeline.store().clone();
    let asked = move || asked.ask(&*store).map(|(answer, _)| answer);
    on_a_slot(app, asked).await
}

fn asking(
    app: &AppState,
    tenant: TenantId,
    now: Timestamp,
    (start, cancel): (Instant, &CancelOnDrop),
) -> Asking {
    let deadline = Some(start + app.config.query.timeout);
    Asking { tenant, now, deadline, cancel: cancel.0.clone() }
}

/// Works on one of the bounded places for questions.
async fn on_a_slot<T: Send + 'static>(
    app: &AppState,
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let slot = app.question_slots.clone().try_acquire_owned();
    let slot = slot.map_err(|_| Problem::overloaded("too many questions are being answered"))?;
    let work = tokio::task::spawn_blocking(move || {
        let _slot = slot;
        work()
    });
    match tokio::time::timeout(app.config.query.timeout + DEADLINE_SLACK, work).await {
        Ok(Ok(answered)) => answered,
        // It panicked; the message is on stderr already.
        Ok(Err(_)) => Err(Problem::internal()),
        Err(_) => Err(too_slow(app.config.query.timeout)),
    }
}

/// Reads a question; its cursor must be one of the very same list.
fn read(
    app: &AppState,
    tenant: &TenantId,
    json: &Value,
    now: Timestamp,
) -> Result<Question, Problem> {
    let zone = app.parts.catalog.tenant(tenant).map(|tenant| tenant.time_zone);
    let zone = zone.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC);
    let question = read::question(json, &Context::new(now, zone)).map_err(problem_of)?;
    if let Question::Events(list) = &question
        && let Some(cursor) = &list.after
        && cursor.of != read::fingerprint(tenant, &list.selector, list.order)
    {
        let detail = "cursor belongs to another question";
        return Err(Problem::new(Code::InvalidValue, detail).about("cursor"));
    }
    Ok(question)
}

/// What is wrong with a question, or a part of one.
pub(crate) fn problem_of(problems: Vec<insight::Problem>) -> Problem {
    let item =
        |p: insight::Problem| FieldProblem { field: p.field, code: p.code, message: p.message };
    all_of(problems.into_iter().map(item).collect())
}

/// One problem for several; its code is that of the first.
fn all_of(errors: Vec<FieldProblem>) -> Problem {
    let (code, detail) = match errors.as_slice() {
        [] => (Code::InvalidValue, "the question cannot be read".to_owned()),
        [one] => (one.code, one.message.clone()),
        [first, ..] => (first.code, format!("the question has {} problems", errors.len())),
    };
    // A wrong question is always a 400, also where the first code alone would say otherwise.
    Problem { errors, ..Problem::new(code, detail).with_status(StatusCode::BAD_REQUEST) }
}

/// A question on its way to the store.
struct Asked {
    question: Question,
    asking: Asking,
    backend: &'static str,
    start: Instant,
    pretty: bool,
    request_id: String,
}

impl Asked {
    fn answer(self, store: &dyn store::Store) -> Result<Response, Problem> {
        let (answer, meta) = self.ask(store)?;
        Ok(self.write(&answer, meta))
    }

    fn ask(&self, store: &dyn store::Store) -> Result<(Answer, Meta), Problem> {
        store.ask(&self.question, &self.asking).map_err(|error| self.problem(&error))
    }

    fn write(&self, answer: &Answer, meta: Meta) -> Response {
        let body = answer::Body::new(self, answer, meta, self.start.elapsed());
        let mut response = Response::new(Body::from(to_json(&body, self.pretty)));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    fn problem(&self, error: &AskError) -> Problem {
        match error {
            AskError::Timeout | AskError::Cancelled => {
                let allowed = self.asking.deadline.map(|end| end - self.start);
                too_slow(allowed.unwrap_or_default())
            }
            AskError::Busy { .. } => Problem::new(Code::RateLimited, error.to_string()),
            AskError::Invalid { field, .. } => {
                Problem::new(Code::InvalidValue, error.to_string()).about(field)
            }
            AskError::Read { .. } => {
                tracing::error!(request.id = self.request_id, %error, "a question was not answered");
                Problem::internal()
            }
        }
    }
}

fn too_slow(allowed: Duration) -> Problem {
    let seconds = allowed.as_secs_f64();
    let detail = format!("the answer took longer than {seconds} seconds, ask for a shorter range");
    Problem::new(Code::Unavailable, detail).with_status(StatusCode::GATEWAY_TIMEOUT)
}

/// Cancels a question when nobody waits for its answer any more.
struct CancelOnDrop(Cancel);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
