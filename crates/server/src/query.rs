//! `POST /api/v1/query`: one question in, one answer out.
//!
//! Questions run on blocking threads, a bounded number at a time, each with a deadline. When the
//! client leaves, hyper drops the handler, and the guard in it cancels the question.

mod answer;
mod saved;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header, request},
    response::Response,
};
use catalog::FirstDay;
use event::{Code, TenantId, Timestamp};
use insight::{Answer, Context, Meta, Question, WeekStart, read};
use jiff::tz::TimeZone;
use serde_json::Value;
use store::{AskError, Asking, Cancel};
use tokio::sync::Semaphore;

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
pub(crate) use saved::with_cohorts;

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
    let asker = Asker { start, ..Asker::new(app, parts, tenant) };
    let question = asker.read(&json).map_err(problem_of)?;
    let pretty = page::is_pretty(parts);
    asker.tell(question, pretty, |_| ()).await
}

/// Questions of one request that run at once: by default all that one tenant may, so more would
/// only take places from requests that wait.
const AT_ONCE: usize = 4;

/// Asks the questions of one request: they are about one tenant and moment, and share a deadline.
/// They may be asked together.
pub(crate) struct Asker<'a> {
    app: &'a AppState,
    parts: &'a request::Parts,
    pub(crate) tenant: TenantId,
    pub(crate) now: Timestamp,
    start: Instant,
    turns: Semaphore,
}

impl<'a> Asker<'a> {
    /// Whoever may read a tenant asks from now on.
    pub(crate) fn new(app: &'a AppState, parts: &'a request::Parts, tenant: TenantId) -> Self {
        let turns = Semaphore::new(AT_ONCE);
        Self { app, parts, tenant, now: app.now(), start: Instant::now(), turns }
    }

    /// What questions of the tenant are read against.
    pub(crate) fn context(&self) -> Context {
        let catalog = &self.app.parts.catalog;
        let tenant = catalog.tenant(&self.tenant);
        let zone = tenant.and_then(|tenant| TimeZone::get(&tenant.time_zone).ok());
        let settings = catalog.settings(&self.tenant);
        let week_start = match settings.week_start {
            FirstDay::Monday => WeekStart::Monday,
            FirstDay::Sunday => WeekStart::Sunday,
            FirstDay::Saturday => WeekStart::Saturday,
        };
        let classes = Arc::new(settings.classes.clone());
        let context = Context::new(self.now, zone.unwrap_or(TimeZone::UTC));
        Context { week_start, classes, ..context }
    }

    /// Reads a question; its cursor must be one of the very same list.
    pub(crate) fn read(&self, json: &Value) -> Result<Question, Vec<read::Problem>> {
        let question = read::question(json, &self.knowing(json)?)?;
        let of_list = match &question {
            Question::Events(list) => {
                let of = read::fingerprint(&self.tenant, &list.selector, list.order);
                list.after.map(|cursor| (cursor, of))
            }
            Question::Sessions(list) => {
                list.after.map(|cursor| (cursor, list.fingerprint(&self.tenant)))
            }
            _ => None,
        };
        if of_list.is_some_and(|(cursor, of)| cursor.of != of) {
            let message = "cursor belongs to another question".to_owned();
            let code = Code::InvalidValue;
            return Err(vec![read::Problem { field: "cursor".into(), code, message }]);
        }
        Ok(question)
    }

    /// The context with the saved cohorts that a question names.
    fn knowing(&self, json: &Value) -> Result<Context, Vec<read::Problem>> {
        let context = self.context();
        if catalog::cohorts_named(json).is_empty() {
            return Ok(context);
        }
        let catalog = &self.app.parts.catalog;
        // The catalog is on disk.
        let found =
            extract::aside(usize::MAX, || with_cohorts(catalog, &self.tenant, context, json));
        found.map_err(|error| {
            tracing::error!(%error, "saved cohorts cannot be looked up");
            let message = "saved cohorts cannot be looked up".to_owned();
            vec![read::Problem { field: "cohort".into(), code: Code::Internal, message }]
        })
    }

    /// Answers a question with the whole body; `hide` takes out of the question what the caller is
    /// not to see.
    pub(crate) async fn tell(
        &self,
        question: Question,
        pretty: bool,
        hide: fn(&mut Value),
    ) -> Result<Response, Problem> {
        let write =
            move |asked: &Asked, answer: Answer, meta| asked.write(&answer, meta, (pretty, hide));
        self.run(question, write).await
    }

    /// Answers a question.
    pub(crate) async fn answer(&self, question: Question) -> Result<(Answer, Meta), Problem> {
        self.run(question, |_, answer, meta| (answer, meta)).await
    }

    /// Answers a question on a thread of its own, in turn and in time; `with` makes something of
    /// the answer there.
    async fn run<T: Send + 'static>(
        &self,
        question: Question,
        with: impl FnOnce(&Asked, Answer, Meta) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let app = self.app;
        let _turn = self.turns.acquire().await.map_err(|_| Problem::internal())?;
        let cancel = CancelOnDrop(Cancel::new());
        let asked = Asked {
            asking: Asking {
                tenant: self.tenant.clone(),
                now: self.now,
                deadline: Some(self.start + app.config.query.timeout),
                cancel: cancel.0.clone(),
            },
            question,
            backend: app.parts.backend,
            start: self.start,
            request_id: request_id(&self.parts.headers).to_owned(),
        };
        let slot = app.question_slots.clone().try_acquire_owned();
        let slot =
            slot.map_err(|_| Problem::overloaded("too many questions are being answered"))?;
        let store = app.parts.pipeline.store().clone();
        let work = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            let found = store.ask(&asked.question, &asked.asking);
            let (answer, meta) = found.map_err(|error| asked.problem(&error))?;
            Ok(with(&asked, answer, meta))
        });
        match tokio::time::timeout(app.config.query.timeout + DEADLINE_SLACK, work).await {
            Ok(Ok(answered)) => answered,
            // It panicked; the message is on stderr already.
            Ok(Err(_)) => Err(Problem::internal()),
            Err(_) => Err(too_slow(app.config.query.timeout)),
        }
    }
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
    let problem = Problem { errors, ..Problem::new(code, detail) };
    match code {
        Code::Internal => problem,
        _ => problem.with_status(StatusCode::BAD_REQUEST),
    }
}

/// A question on its way to the store.
struct Asked {
    question: Question,
    asking: Asking,
    backend: &'static str,
    start: Instant,
    request_id: String,
}

impl Asked {
    fn write(
        &self,
        answer: &Answer,
        meta: Meta,
        (pretty, hide): (bool, fn(&mut Value)),
    ) -> Response {
        let mut body = answer::Body::new(self, answer, meta, self.start.elapsed());
        hide(&mut body.question);
        let mut response = Response::new(Body::from(to_json(&body, pretty)));
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
