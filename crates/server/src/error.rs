//! Refusals at the edge: one table of codes with status and advice, and the problem that carries
//! one to whoever writes the answer.

mod table;

use std::borrow::Cow;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use event::{Code, Reason};
use ingest::AdmitError;
use serde_json::json;

pub use table::{CODES, CodeInfo};

/// Seconds after which to try again when more comes in than can be written.
const OVERLOADED_RETRY_SECONDS: u32 = 1;
/// Seconds after which to try again when nothing can be written.
const UNAVAILABLE_RETRY_SECONDS: u32 = 5;

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The code in the one table.
    pub code: Code,
    /// Usually the status of the code.
    pub status: StatusCode,
    /// One sentence about this very request.
    pub detail: Cow<'static, str>,
    /// The field it is about.
    pub field: Option<String>,
    /// Everything that is wrong, when that is more than one thing.
    pub errors: Vec<FieldProblem>,
    /// Seconds after which to try again.
    pub retry_after: Option<u32>,
}

/// One of several things wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// Where.
    pub field: String,
    /// Its code.
    pub code: Code,
    /// A sentence.
    pub message: String,
}

impl Problem {
    /// A problem with the status of its code.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            status: table::info(code).status(),
            detail: detail.into(),
            field: None,
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// The same with another status than its code usually has.
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same with another sentence.
    pub(crate) fn saying(mut self, detail: &'static str) -> Self {
        self.detail = detail.into();
        self
    }

    /// The same, about a field.
    pub fn about(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same, with an advice when to try again.
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// No such route.
    pub fn no_route(path: &str) -> Self {
        let shown: String = path.chars().take(200).collect();
        Self::new(Code::NotFound, format!("there is nothing at {shown}, see /docs"))
    }

    /// The route exists, not with this method.
    pub fn method_not_allowed(method: &str) -> Self {
        let shown: String = method.chars().take(20).collect();
        Self::new(Code::Unsupported, format!("method {shown} is not allowed here"))
            .with_status(StatusCode::METHOD_NOT_ALLOWED)
    }

    /// A fault of ours, without its cause.
    pub fn internal() -> Self {
        Self::new(Code::Internal, "something went wrong on our side")
    }

    /// Something bounded is in full use.
    pub fn overloaded(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::Overloaded, detail).retry_after(OVERLOADED_RETRY_SECONDS)
    }

    /// Adds what every shape of this problem carries: status and headers.
    pub(crate) fn response(&self, content_type: &'static str, body: Vec<u8>) -> Response {
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }

    /// The problem as `application/problem+json`.
    pub(crate) fn to_problem_json(&self, request_id: &str, pretty: bool) -> Response {
        let info = table::info(self.code);
        let mut body = json!({
            "type": format!("/docs#code-{}", self.code.as_str()),
            "title": info.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
            "code": self.code.as_str(),
            "requestId": request_id,
        });
        let single = self.field.as_ref().map(
            |field| json!([{"field": field, "code": self.code.as_str(), "message": self.detail}]),
        );
        if !self.errors.is_empty() {
            let item = |e: &FieldProblem| json!({"field": e.field, "code": e.code.as_str(), "message": e.message});
            body["errors"] = self.errors.iter().map(item).collect();
        } else if let Some(errors) = single {
            body["errors"] = errors;
        }
        self.response("application/problem+json", to_json(&body, pretty))
    }
}

impl From<AdmitError> for Problem {
    fn from(error: AdmitError) -> Self {
        let detail = error.to_string();
        match error {
            AdmitError::Overloaded => Self::overloaded(detail),
            AdmitError::Unavailable => {
                Self::new(Code::Unavailable, detail).retry_after(UNAVAILABLE_RETRY_SECONDS)
            }
            AdmitError::TooLarge { .. } => Self::new(Code::BodyTooLarge, detail),
        }
    }
}

impl From<&Reason> for Problem {
    fn from(reason: &Reason) -> Self {
        let mut problem = Self::new(reason.code(), reason.to_string());
        problem.field = reason.field().map(str::to_owned);
        problem
    }
}

/// A value as JSON text; indented for people, with a line break at its end.
pub(crate) fn to_json(value: &impl serde::Serialize, pretty: bool) -> Vec<u8> {
    let written = if pretty { serde_json::to_vec_pretty(value) } else { serde_json::to_vec(value) };
    // Our own types have text keys and no failing parts, so this is never an error.
    let mut text = written.unwrap_or_default();
    if pretty {
        text.push(b'\n');
    }
    text
}

#[cfg(test)]
mod tests;
