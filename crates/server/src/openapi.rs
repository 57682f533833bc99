//! The description of every route: one list ([`operations`]) from which both the OpenAPI document
//! and the page for people are drawn. Tests hold that it has the routes of the router and that
//! every example request gets its documented status.

mod account;
mod admin;
mod analytics;
mod capture;
mod document;
mod experiments;
mod flags;
mod library;
mod live;
mod mobile;
mod posthog;
mod privacy;
mod query;
mod report;
mod segment;
mod service;
mod tenant;
mod trackflow;
mod trpc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use serde_json::Value;

use crate::state::AppState;

pub use document::document;

/// One method of one route.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The method, upper-case.
    pub method: &'static str,
    /// The path, as in the router.
    pub path: &'static str,
    /// The group it is shown in.
    pub group: &'static str,
    /// A few words.
    pub title: &'static str,
    /// Some sentences.
    pub text: &'static str,
    /// Who may.
    pub auth: Auth,
    /// Parameters of the query string: name and meaning.
    pub parameters: Vec<(&'static str, &'static str)>,
    /// The schema of the body, for methods that have one.
    pub body: Option<Value>,
    /// Requests that work as they are, `GET` routes without a body included.
    pub examples: Vec<Example>,
    /// What may come back, by status.
    pub replies: Vec<Reply>,
}

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// Everyone.
    Open,
    /// Everyone, or the holder of a key with the scope `write`.
    WriteOrOpen,
    /// The holder of a key with the scope `write`.
    Write,
    /// The holder of a secret key with the scope `read`.
    Read,
    /// The holder of a secret key with the scope `admin`.
    Admin,
}

/// A request that works.
#[derive(Clone, Debug)]
pub struct Example {
    /// A few words.
    pub title: &'static str,
    /// The body; empty for none.
    pub body: &'static str,
    /// The status it gets.
    pub status: u16,
}

/// One kind of answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// When it comes.
    pub text: &'static str,
    /// Its content type.
    pub content_type: &'static str,
    /// An example of its body.
    pub example: &'static str,
}

const JSON: &str = "application/json";
const PROBLEM: &str = "application/problem+json";

fn reply(status: u16, text: &'static str, example: &'static str) -> Reply {
    Reply { status, text, content_type: JSON, example }
}

/// Refusals of what only a secret key with the scope admin may do.
fn refusals() -> [Reply; 2] {
    [
        problem(
            401,
            "No key, or a wrong one.",
            r##"{"code":"unauthorized","detail":"this needs a secret key with the scope admin","requestId":"9f2c4a7b01d35e68","status":401,"title":"Key needed","type":"/docs#code-unauthorized"}"##,
        ),
        problem(
            403,
            "A key without the scope admin.",
            r##"{"code":"forbidden","detail":"this key may not do this; it needs a secret key with the scope admin","requestId":"9f2c4a7b01d35e68","status":403,"title":"Forbidden","type":"/docs#code-forbidden"}"##,
        ),
    ]
}

fn problem(status: u16, text: &'static str, example: &'static str) -> Reply {
    Reply { status, text, content_type: PROBLEM, example }
}

/// Every operation, in the order in which a newcomer reads.
pub fn operations() -> Vec<Operation> {
    let mut all = capture::operations();
    all.extend(mobile::operations());
    all.extend(trackflow::operations());
    all.extend(posthog::operations());
    all.extend(segment::operations());
    all.extend(analytics::operations());
    all.extend(trpc::operations());
    all.extend(flags::operations());
    all.extend(experiments::operations());
    all.extend(query::operations());
    all.extend(library::operations());
    all.extend(report::operations());
    all.extend(live::operations());
    all.extend(privacy::operations());
    all.extend(account::operations());
    all.extend(tenant::operations());
    all.extend(admin::operations());
    all.extend(service::operations());
    all
}

/// `GET /openapi.json`.
pub(crate) async fn json(State(app): State<AppState>) -> Response {
    let mut response = Response::new(Body::from(app.pages.openapi.clone()));
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
