//! Looking after a tenant.

use serde_json::json;

use super::{Auth, Example, Operation, Reply, problem, refusals, reply};

const GROUP: &str = "Look after a tenant";

pub(super) fn operations() -> Vec<Operation> {
    let mut all = vec![books(), rejected(), replay(), jobs(), run_job()];
    for operation in &mut all {
        operation.replies.extend(refusals());
    }
    all
}

fn get(path: &'static str, title: &'static str, text: &'static str, auth: Auth) -> Operation {
    Operation {
        method: "GET",
        path,
        group: GROUP,
        title,
        text,
        auth,
        parameters: Vec::new(),
        body: None,
        examples: vec![Example { title: "As it is", body: "", status: 200 }],
        replies: Vec::new(),
    }
}

fn books() -> Operation {
    let text = "received = stored + duplicate + rejected + pending, at every moment. Of those \
                stored, removed are gone again, by retention or deletion.";
    let replies: Vec<Reply> = vec![reply(
        200,
        "The books.",
        r#"{"received":12,"stored":9,"duplicate":1,"rejected":2,"pending":0,"removed":0,"balanced":true,"rejected_log":{"entries":2,"unlogged":0},"pipeline":{"queued_bytes":0,"journal_bytes":67108864,"lag_records":0,"is_stuck":false}}"#,
    )];
    Operation { replies, ..get("/api/v1/admin/books", "The books", text, Auth::Read) }
}

fn rejected() -> Operation {
    let text = "The newest refused events with their reasons, newest first. A bounded number is \
                kept; of an event refused for want of consent the payload is not. The actor is who \
                did it, by the log-in or token of a sender over tRPC; an event that is sent again \
                has the same.";
    let replies: Vec<Reply> = vec![reply(
        200,
        "A page of entries.",
        r#"{"entries":[{"id":7,"at":"2026-10-15T12:00:00.000Z","dialect":"simple","code":"missing_field","field":"event_type","message":"event_type is required","payload":"{\"user_id\":\"user123\"}","actor":null,"is_cut":false,"replayed_at":null}],"next_before":null}"#,
    )];
    let parameters = vec![
        ("code", "Only entries with this code."),
        ("before", "Only entries with a smaller id: next_before of the page before."),
        ("limit", "Entries of a page, at most 1000; 100 when absent."),
    ];
    let path = "/api/v1/admin/rejected";
    Operation { replies, parameters, ..get(path, "Refused events", text, Auth::Admin) }
}

fn replay() -> Operation {
    let text = "After a fix: by ids, all of a code, or all that were not taken yet, at most 1,000 \
                at once, oldest first. They are received once more, so the books count them again.";
    Operation {
        method: "POST",
        path: "/api/v1/admin/rejected/replay",
        group: GROUP,
        title: "Send refused events again",
        text,
        auth: Auth::Admin,
        parameters: Vec::new(),
        body: Some(json!({
            "type": "object",
            "properties": {
                "ids": {"type": "array", "items": {"type": "integer"}, "maxItems": 1000},
                "code": {"$ref": "#/components/schemas/Code"},
                "all": {"type": "boolean", "const": true}
            }
        })),
        examples: vec![
            Example { title: "All that were not taken", body: r#"{ "all": true }"#, status: 200 },
            Example { title: "All of a code", body: r#"{ "code": "too_old" }"#, status: 200 },
            Example { title: "Nothing said", body: "{}", status: 400 },
        ],
        replies: vec![
            reply(
                200,
                "What became of each.",
                r#"{"stored":1,"duplicate":0,"rejected":0,"results":[{"id":7,"outcome":"stored","event_id":"01998f4e-7c1a-7b3e-9f11-6f0a2b6c1d2e"}]}"#,
            ),
            problem(
                400,
                "Which ones is not said, or a parameter has an impossible value.",
                r##"{"code":"invalid_value","detail":"one of ids, code, or all (true) is required","requestId":"9f2c4a7b01d35e68","status":400,"title":"Invalid value","type":"/docs#code-invalid_value"}"##,
            ),
        ],
    }
}

fn jobs() -> Operation {
    let text = "What is done again and again: by which timetable, how the last run went, and when \
                the next one is. Jobs for all tenants are listed to admins of the default tenant. What \
                is done to a data folder is listed once per folder; other jobs have null there.";
    let replies: Vec<Reply> = vec![reply(
        200,
        "The jobs.",
        r#"{"jobs":[{"name":"expire-events","folder":"3fa94c11","about":"Removes events past the retention of a tenant","timetable":"daily at 01:00 in Europe/Berlin","tenant":"default","running":false,"last_started_at":"2026-10-15T23:00:00.012Z","last_finished_at":"2026-10-15T23:00:01.530Z","last_duration_ms":1518,"last_result":"1204 removed","last_error":null,"next_at":"2026-10-16T23:00:00.000Z"}]}"#,
    )];
    Operation { replies, ..get("/api/v1/admin/jobs", "Jobs", text, Auth::Admin) }
}

fn run_job() -> Operation {
    let text = "The job is due at once, and runs within moments; the list tells how it went. Jobs \
                that are done per tenant run for the tenant of the key, those that are done per data \
                folder in all of them.";
    Operation {
        method: "POST",
        path: "/api/v1/admin/jobs/{name}/run",
        group: GROUP,
        title: "Run a job now",
        text,
        auth: Auth::Admin,
        parameters: Vec::new(),
        body: None,
        examples: vec![Example { title: "No such job", body: "", status: 404 }],
        replies: vec![
            reply(202, "It is due.", r#"{"name":"expire-events","status":"due"}"#),
            problem(
                404,
                "There is no such job, or it is not for this tenant.",
                r##"{"code":"not_found","detail":"there is no job \"name\"","requestId":"9f2c4a7b01d35e68","status":404,"title":"Not found","type":"/docs#code-not_found"}"##,
            ),
            problem(
                409,
                "It is running.",
                r##"{"code":"conflict","detail":"compact is running already, since 2026-10-15T12:05:00.000Z","requestId":"9f2c4a7b01d35e68","status":409,"title":"Conflict","type":"/docs#code-conflict"}"##,
            ),
        ],
    }
}
