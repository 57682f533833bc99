//! Erasing persons.

use serde_json::json;

use super::{Auth, Example, Operation, problem, refusals, reply};

const GROUP: &str = "Protect people";

pub(super) fn operations() -> Vec<Operation> {
    let mut all = vec![erase(), list(), one()];
    for operation in &mut all {
        operation.replies.extend(refusals());
    }
    all
}

const RECEIPT: &str = r#"{"id":1,"mode":"delete","state":"done","requested_at":"2026-10-15T12:00:00.000Z","finished_at":"2026-10-15T12:00:01.200Z","ids":3,"holders":{"parts":{"files":2,"events":41,"mentions":0},"journal":{"records":12},"people":{"links":2,"properties":1,"first_seen":0},"quarantine":{"files":0}}}"#;

fn erase() -> Operation {
    Operation {
        method: "POST",
        path: "/api/v1/privacy/erase",
        group: GROUP,
        title: "Erase a person",
        text: "Any distinct id names the person; ids linked to it are found. Everything that was \
               acknowledged before goes: with mode delete the events themselves, with anonymise \
               their ids and identifying properties, so that counts stay. The answer comes when \
               the request is safe on disk; its receipt then goes from pending over hidden (no \
               answer tells of the person) to done (no file does). Events sent later are of a new \
               person.",
        auth: Auth::Admin,
        parameters: vec![("pretty", "Indent the answer for people.")],
        body: Some(json!({
            "type": "object",
            "required": ["distinct_id"],
            "additionalProperties": false,
            "properties": {
                "distinct_id": {"type": "string"},
                "mode": {"type": "string", "enum": ["delete", "anonymise"], "default": "delete"}
            }
        })),
        examples: vec![
            Example {
                title: "Delete everything of a person",
                body: r#"{ "distinct_id": "user123" }"#,
                status: 202,
            },
            Example {
                title: "Keep the counts",
                body: r#"{ "distinct_id": "user124", "mode": "anonymise" }"#,
                status: 202,
            },
            Example { title: "Nobody is named", body: r#"{ "mode": "delete" }"#, status: 400 },
        ],
        replies: vec![
            reply(
                202,
                "It is noted; the receipt.",
                r#"{"id":1,"mode":"delete","state":"pending","requested_at":"2026-10-15T12:00:00.000Z","finished_at":null,"ids":0,"holders":{"parts":{"files":0,"events":0,"mentions":0},"journal":{"records":0},"people":{"links":0,"properties":0,"first_seen":0},"quarantine":{"files":0}}}"#,
            ),
            problem(
                400,
                "The request cannot be read.",
                r##"{"code":"missing_field","detail":"distinct_id is required","errors":[{"code":"missing_field","field":"distinct_id","message":"distinct_id is required"}],"requestId":"9f2c4a7b01d35e68","status":400,"title":"Missing field","type":"/docs#code-missing_field"}"##,
            ),
            problem(
                503,
                "Too many are waiting already.",
                r##"{"code":"overloaded","detail":"1000 erasures are waiting already","requestId":"9f2c4a7b01d35e68","status":503,"title":"Overloaded","type":"/docs#code-overloaded"}"##,
            ),
        ],
    }
}

fn list() -> Operation {
    Operation {
        method: "GET",
        path: "/api/v1/privacy/erasures",
        title: "Receipts",
        text: "The newest 1,000, newest first. They hold nothing about the persons.",
        replies: vec![reply(
            200,
            "The receipts.",
            r#"{"erasures":[{"id":1,"mode":"delete","state":"done"}]}"#,
        )],
        ..get()
    }
}

fn one() -> Operation {
    Operation {
        method: "GET",
        path: "/api/v1/privacy/erasures/{id}",
        title: "One receipt",
        text: "How far an erasure is, and what was found in each holder of personal data.",
        replies: vec![
            reply(200, "The receipt.", RECEIPT),
            problem(
                404,
                "There is none with this number.",
                r##"{"code":"not_found","detail":"there is no such erasure","requestId":"9f2c4a7b01d35e68","status":404,"title":"Not found","type":"/docs#code-not_found"}"##,
            ),
        ],
        ..get()
    }
}

fn get() -> Operation {
    Operation {
        method: "GET",
        path: "",
        group: GROUP,
        title: "",
        text: "",
        auth: Auth::Admin,
        parameters: vec![("pretty", "Indent the answer for people.")],
        body: None,
        examples: vec![Example { title: "Ask", body: "", status: 200 }],
        replies: Vec::new(),
    }
}
