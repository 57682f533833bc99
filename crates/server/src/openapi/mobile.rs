//! Events and sessions of apps.

use serde_json::{Value, json};

use super::{Auth, Example, Operation, Reply, reply};

const GROUP: &str = "Send events of an app";

pub(super) fn operations() -> Vec<Operation> {
    let mut all = vec![one(), batch(), start(), end()];
    for operation in &mut all {
        operation.replies.extend(refusals());
    }
    all
}

fn one() -> Operation {
    Operation {
        method: "POST",
        path: "/api/v1/analytics/capture",
        group: GROUP,
        title: "Capture one event",
        text: "The answer is sent after the event is safe on disk. An event without a session_id \
               joins the open session of its person and device.",
        auth: Auth::WriteOrOpen,
        parameters: vec![("api_key", "A key, where no header can be set.")],
        body: Some(event()),
        examples: vec![
            Example {
                title: "An event",
                body: r#"{
  "distinct_id": "user123",
  "event_type": "button_click",
  "properties": { "button_name": "submit", "page": "checkout" },
  "device_id": "device456",
  "app_version": "1.0.0",
  "os_name": "iOS",
  "os_version": "15.0",
  "timestamp": "2023-04-13T12:34:56Z"
}"#,
                status: 201,
            },
            Example {
                title: "Without a person",
                body: r#"{ "event_type": "button_click" }"#,
                status: 400,
            },
        ],
        replies: vec![
            reply(
                201,
                "The event is durable.",
                r#"{"status":"ok","event_id":"01998f4e-7c1a-7b3e-9f11-6f0a2b6c1d2e"}"#,
            ),
            reply(
                400,
                "The event is refused, or the body is not JSON.",
                r#"{"detail":"distinct_id is required","code":"missing_field","errors":{"distinct_id":["distinct_id is required"]}}"#,
            ),
        ],
    }
}

fn batch() -> Operation {
    Operation {
        method: "POST",
        path: "/api/v1/analytics/batch",
        group: GROUP,
        title: "Capture up to 1,000 events",
        text: "Each event gets its own result, in order; a bad one never costs its neighbours.",
        auth: Auth::WriteOrOpen,
        parameters: vec![("api_key", "A key, where no header can be set.")],
        body: Some(json!({
            "type": "object",
            "required": ["events"],
            "properties": {
                "events": {"type": "array", "minItems": 1, "maxItems": 1000, "items": event()}
            }
        })),
        examples: vec![
            Example {
                title: "Two events",
                body: r#"{
  "events": [
    {
      "distinct_id": "user123",
      "event_type": "button_click",
      "properties": { "button_name": "submit" },
      "device_id": "device456"
    },
    {
      "distinct_id": "user123",
      "event_type": "page_view",
      "properties": { "page": "checkout" },
      "device_id": "device456"
    }
  ]
}"#,
                status: 201,
            },
            Example {
                title: "One of them is bad",
                body: r#"{ "events": [{ "distinct_id": "user123", "event_type": "page_view" }, {}] }"#,
                status: 207,
            },
        ],
        replies: vec![
            reply(
                201,
                "All events are durable.",
                r#"{"status":"ok","accepted":2,"rejected":0,"results":[{"index":0,"status":"ok","event_id":"01998f4e-7c1a-7b3e-9f11-6f0a2b6c1d2e"},{"index":1,"status":"ok","event_id":"0f8fad5b-d9cb-469f-a165-70867728950e","duplicate":true}]}"#,
            ),
            reply(
                207,
                "Some events are durable, others are refused.",
                r#"{"status":"partial","accepted":1,"rejected":1,"results":[{"index":0,"status":"ok","event_id":"01998f4e-7c1a-7b3e-9f11-6f0a2b6c1d2e"},{"index":1,"status":"error","code":"missing_field","message":"distinct_id is required","field":"distinct_id"}]}"#,
            ),
            reply(
                400,
                "All events are refused, the batch is empty, or the body is not what it should be.",
                r#"{"detail":"batch has no events","code":"empty_batch","errors":{"events":["batch has no events"]}}"#,
            ),
        ],
    }
}

const OPEN: &str = r#"{"session_id":"01998f4e-7c1a-7b3e-9f11-6f0a2b6c1d2e","distinct_id":"user123","device_id":"device456","started_at":"2026-10-15T12:00:00.000Z","ended_at":null,"duration_seconds":null,"event_count":0,"is_active":true,"app_version":"1.0.0","os_name":"iOS","os_version":"15.0"}"#;
const OVER: &str = r#"{"session_id":"01998f4e-7c1a-7b3e-9f11-6f0a2b6c1d2e","distinct_id":"user123","device_id":"device456","started_at":"2026-10-15T12:00:00.000Z","ended_at":"2026-10-15T12:07:30.000Z","duration_seconds":450,"event_count":12,"is_active":false,"app_version":"1.0.0","os_name":"iOS","os_version":"15.0"}"#;

fn start() -> Operation {
    Operation {
        method: "POST",
        path: "/api/v1/analytics/session/start",
        group: GROUP,
        title: "Start a session",
        text: "The id is yours or made here. An open session of the same person and device is \
               ended first. A session nobody hears of for 30 minutes ends with its last event. \
               Start and end are events too: session_start and session_end.",
        auth: Auth::WriteOrOpen,
        parameters: vec![("api_key", "A key, where no header can be set.")],
        body: Some(json!({
            "type": "object",
            "required": ["distinct_id"],
            "properties": {
                "distinct_id": text("Whose session it is."),
                "session_id": optional("Your id of it; made here when absent."),
                "device_id": optional("On which device."),
                "app_version": optional("Version of the app."),
                "os_name": optional("Operating system."),
                "os_version": optional("Its version."),
                "properties": {"type": ["object", "null"], "description": "Anything else."}
            }
        })),
        examples: vec![
            Example {
                title: "With an id of your own",
                body: r#"{
  "distinct_id": "user123",
  "session_id": "1",
  "device_id": "device456",
  "app_version": "1.0.0",
  "os_name": "iOS",
  "os_version": "15.0"
}"#,
                status: 201,
            },
            Example {
                title: "One that is known",
                body: r#"{ "distinct_id": "user123", "session_id": "1" }"#,
                status: 200,
            },
            Example { title: "Whose?", body: "{}", status: 400 },
        ],
        replies: vec![
            reply(201, "There is a new session.", OPEN),
            reply(200, "The session is known already, open or over.", OVER),
            reply(
                400,
                "The start is refused, or the body is not JSON.",
                r#"{"detail":"distinct_id is required","code":"missing_field","errors":{"distinct_id":["distinct_id is required"]}}"#,
            ),
        ],
    }
}

fn end() -> Operation {
    Operation {
        method: "PUT",
        path: "/api/v1/analytics/session/{id}/end",
        group: GROUP,
        title: "End a session",
        text: "A session that is over already is answered as it is. The body is not looked at.",
        auth: Auth::WriteOrOpen,
        parameters: vec![("api_key", "A key, where no header can be set.")],
        body: None,
        examples: vec![Example { title: "The session started above", body: "", status: 200 }],
        replies: vec![
            reply(200, "The session is over.", OVER),
            reply(
                400,
                "The end is refused.",
                r#"{"detail":"the person has not consented to analytics","code":"no_consent","errors":{}}"#,
            ),
            reply(
                404,
                "There is no such session.",
                r#"{"detail":"there is no such session","code":"not_found","errors":{}}"#,
            ),
        ],
    }
}

fn text(what: &str) -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 200, "description": what})
}

fn optional(what: &str) -> Value {
    json!({"type": ["string", "null"], "maxLength": 200, "description": what})
}

fn event() -> Value {
    json!({
        "type": "object",
        "required": ["distinct_id", "event_type"],
        "properties": {
            "distinct_id": text("Who did it."),
            "event_type": text("What happened."),
            "properties": {"type": ["object", "null"], "description": "Anything else, at most 16 levels and 500 keys."},
            "device_id": optional("On which device."),
            "session_id": optional("The session it belongs to; the open one when absent."),
            "app_version": {"type": ["string", "null"], "description": "Version of the app."},
            "os_name": {"type": ["string", "null"], "description": "Operating system."},
            "os_version": {"type": ["string", "null"], "description": "Its version."},
            "timestamp": {
                "type": ["string", "number", "null"],
                "description": "RFC 3339, a date, or seconds or milliseconds since 1970. Now when absent."
            },
            "event_id": optional("Your id of the event: a UUID or any text. A retry with it is stored once.")
        }
    })
}

fn refusals() -> Vec<Reply> {
    vec![
        reply(
            401,
            "The key is wrong, or events without a key are not taken.",
            r#"{"detail":"the key is not known, expired or revoked","code":"unknown_key","errors":{}}"#,
        ),
        reply(
            403,
            "The key is good and has no right to send events.",
            r#"{"detail":"this key may not send events","code":"forbidden","errors":{}}"#,
        ),
        reply(
            413,
            "The body or the batch is too large; nothing of it is stored.",
            r#"{"detail":"body has 30000000 bytes, the limit is 20971520","code":"body_too_large","errors":{}}"#,
        ),
        reply(
            503,
            "Nothing can be stored now. Send it again after Retry-After seconds.",
            r#"{"detail":"more events are coming in than can be written","code":"overloaded","errors":{}}"#,
        ),
    ]
}
