//! Results and errors as tRPC writes them, each packed as its call was.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use event::Outcome;
use serde_json::{Value, json};

use super::{
    call::{Call, Calls, path_of},
    issue::{self, Issue},
    schema,
};
use crate::{Problem, error::to_json};

/// What a call gets.
pub(super) type Answer = Result<Value, Failure>;

/// Why a call failed.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    status: StatusCode,
    message: String,
    /// The issues by field, where the input was at fault.
    zod: Value,
}

impl Failure {
    /// A failure that is not about the input.
    pub(super) fn of(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), zod: Value::Null }
    }

    /// An input with issues.
    pub(super) fn invalid(issues: &[Issue]) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            message: issue::message(issues),
            zod: issue::flattened(issues),
        }
    }

    fn to_json(&self, path: Option<&str>) -> Value {
        let (name, number) = code(self.status);
        let mut data =
            json!({"code": name, "httpStatus": self.status.as_u16(), "zodError": self.zod});
        if let Some(path) = path {
            data["path"] = path.into();
        }
        json!({"message": self.message, "code": number, "data": data})
    }
}

impl From<&Problem> for Failure {
    fn from(problem: &Problem) -> Self {
        Self::of(problem.status, problem.detail.clone())
    }
}

/// Name and number of an error, by its status.
fn code(status: StatusCode) -> (&'static str, i32) {
    match status.as_u16() {
        400 => ("BAD_REQUEST", -32600),
        401 => ("UNAUTHORIZED", -32001),
        403 => ("FORBIDDEN", -32003),
        404 => ("NOT_FOUND", -32004),
        405 => ("METHOD_NOT_SUPPORTED", -32005),
        408 => ("TIMEOUT", -32008),
        413 => ("PAYLOAD_TOO_LARGE", -32013),
        415 => ("UNSUPPORTED_MEDIA_TYPE", -32015),
        429 => ("TOO_MANY_REQUESTS", -32029),
        503 => ("SERVICE_UNAVAILABLE", -32603),
        504 => ("GATEWAY_TIMEOUT", -32603),
        _ => ("INTERNAL_SERVER_ERROR", -32603),
    }
}

/// What became of the event of a `track`.
pub(super) fn track(event: &str, outcome: &Outcome) -> Answer {
    taken(outcome).ok_or_else(|| Failure::invalid(&issues(event, outcome)))
}

/// What became of the events of a `trackBatch`, one by one.
pub(super) fn batch(events: &[&str], outcomes: &[&Outcome]) -> Value {
    let one = |(index, (event, outcome)): (usize, (&&str, &&Outcome))| match taken(outcome) {
        Some(data) => json!({"index": index, "status": "fulfilled", "data": data, "error": null}),
        None => {
            let error = issue::sentence(&issues(event, outcome));
            json!({"index": index, "status": "rejected", "data": null, "error": error})
        }
    };
    let failed = outcomes.iter().filter(|o| matches!(o, Outcome::Rejected(_))).count();
    json!({
        "total": outcomes.len(),
        "successful": outcomes.len() - failed,
        "failed": failed,
        "results": events.iter().zip(outcomes).enumerate().map(one).collect::<Vec<_>>(),
    })
}

/// The data of an event that is safe; None for others.
fn taken(outcome: &Outcome) -> Option<Value> {
    match outcome {
        Outcome::Stored { id } => Some(json!({"eventId": id.to_string(), "tracked": true})),
        Outcome::Duplicate { id } => {
            Some(json!({"eventId": id.to_string(), "tracked": true, "duplicate": true}))
        }
        Outcome::Rejected(_) => None,
    }
}

/// What is wrong with a rejected event: its own issues, else those of the pipeline.
fn issues(event: &str, outcome: &Outcome) -> Vec<Issue> {
    let mut issues = schema::read(event).err().unwrap_or_default();
    if let (true, Outcome::Rejected(reason)) = (issues.is_empty(), outcome) {
        issues.push(Issue::of_reason(reason));
    }
    issues
}

/// The answer to all calls of a request: their own status, or 207 where it differs.
pub(super) fn response(calls: &Calls<'_>, answers: Vec<Answer>) -> Response {
    let status_of = |answer: &Answer| match answer {
        Ok(_) => StatusCode::OK,
        Err(failure) => failure.status,
    };
    let first = answers.first().map_or(StatusCode::OK, status_of);
    let all_same = answers.iter().all(|answer| status_of(answer) == first);
    let status = if all_same { first } else { StatusCode::MULTI_STATUS };
    let results = calls.items.iter().zip(answers).map(|(call, answer)| result(call, answer));
    let body = match calls.is_batch {
        true => results.collect(),
        false => results.into_iter().next().unwrap_or(Value::Null),
    };
    let mut response = Response::new(Body::from(to_json(&body, false)));
    *response.status_mut() = status;
    marked(response)
}

fn result(call: &Call<'_>, answer: Answer) -> Value {
    let pack = |value: Value| if call.superjson { json!({"json": value}) } else { value };
    match answer {
        Ok(data) => json!({"result": {"data": pack(data)}}),
        Err(failure) => json!({"error": pack(failure.to_json(Some(&call.path)))}),
    }
}

/// A refusal of the whole request: one object, which clients copy to each call.
pub(crate) fn refuse(path: &str, problem: &Problem) -> Response {
    refuse_as(&path_of(path), problem, false)
}

/// The same, packed as asked; `path` names the procedures.
pub(super) fn refuse_as(path: &str, problem: &Problem, superjson: bool) -> Response {
    let path = Some(path).filter(|path| !path.is_empty() && !path.contains(','));
    let error = Failure::from(problem).to_json(path);
    let error = if superjson { json!({"json": error}) } else { error };
    marked(problem.response("application/json", to_json(&json!({"error": error}), false)))
}

fn marked(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::VARY, HeaderValue::from_static("trpc-accept, accept"));
    response
}
