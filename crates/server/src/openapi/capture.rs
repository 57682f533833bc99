//! Events in.

use serde_json::{Value, json};

use super::{Auth, Example, Operation, Reply, reply};

const GROUP: &str = "Send events";

pub(super) fn operations() -> Vec<Operation> {
    vec![one(), batch()]
}

fn one() -> Operation {
    Operation {
        method: "POST",
        path: "/apiv1/events",
        group: GROUP,
        title: "Record one event",
        text: "The answer is sent after the event is safe on disk. With an event_id of your \
                   own a retry is stored once: a duplicate is answered like the first time and \
                   marked.",
        auth: Auth::WriteOrOpen,
        parameters: vec![("api_key", "A key, where no header can be set.")],
        body: Some(event()),
        examples: vec![
            Example {
                title: "An event",
                body: r#"{
  "event_type": "button_click",
  "user_id": "user123",
  "session_id": "session456",
  "properties": { "button_name": "submit", "page": "homepage" }
}"#,
                status: 201,
            },
            Example {
                title: "With your own id and time",
                body: r#"{
  "event_type": "order_completed",
  "user_id": "user123",
  "event_id": "order-4711",
  "timestamp": "2026-10-01T12:30:00Z",
  "properties": { "amount": 49.9, "currency": "EUR" }
}"#,
                status: 201,
            },
            Example {
                title: "Without event_type",
                body: r#"{ "user_id": "user123" }"#,
                status: 400,
            },
        ],
        replies: with_refusals(vec![
            reply(
                201,
                "The event is durable.",
                r#"{"success":true,"message":"Event recorded","id":"01998f4e-7c1a-7b3e-9f11-6f0a2b6c1d2e"}"#,
            ),
            reply(
                400,
                "The event is refused, or the body is not JSON.",
                r#"{"success":false,"error":"event_type is required","code":"missing_field","field":"event_type"}"#,
            ),
        ]),
    }
}

fn batch() -> Operation {
    Operation {
        method: "POST",
        path: "/apiv1/events/batch",
        group: GROUP,
        title: "Record up to 1,000 events",
        text: "The body is a bare array. Each event gets its own result, in order; a bad one \
                   never costs its neighbours.",
        auth: Auth::WriteOrOpen,
        parameters: vec![("api_key", "A key, where no header can be set.")],
        body: Some(json!({"type": "array", "minItems": 1, "maxItems": 1000, "items": event()})),
        examples: vec![
            Example {
                title: "Two events",
                body: r#"[
  {
    "event_type": "page_view",
    "user_id": "user123",
    "session_id": "session456",
    "properties": { "page": "homepage", "referrer": "https://example.com" }
  },
  {
    "event_type": "button_click",
    "user_id": "user123",
    "session_id": "session456",
    "properties": { "button_name": "submit", "page": "homepage" }
  }
]"#,
                status: 201,
            },
            Example {
                title: "One of them is bad",
                body: r#"[
  { "event_type": "page_view" },
  { "event_type": "page_view", "properties": "homepage" }
]"#,
                status: 207,
            },
        ],
        replies: with_refusals(vec![
            reply(
                201,
                "All events are durable.",
                r#"{"success":true,"results":[{"success":true,"id":"01998f4e-7c1a-7b3e-9f11-6f0a2b6c1d2e"},{"success":true,"id":"0f8fad5b-d9cb-469f-a165-70867728950e","duplicate":true}]}"#,
            ),
            reply(
                207,
                "Some events are durable, others are refused.",
                r#"{"success":false,"results":[{"success":true,"id":"01998f4e-7c1a-7b3e-9f11-6f0a2b6c1d2e"},{"success":false,"error":"properties must be an object","code":"invalid_type","field":"properties"}]}"#,
            ),
            reply(
                400,
                "All events are refused, the batch is empty, or the body is not a JSON array.",
                r#"{"success":false,"error":"batch has no events","code":"empty_batch"}"#,
            ),
        ]),
    }
}

fn event() -> Value {
    let text =
        |what: &str| json!({"type": ["string", "null"], "maxLength": 200, "description": what});
    json!({
        "type": "object",
        "required": ["event_type"],
        "properties": {
            "event_type": {"type": "string", "minLength": 1, "maxLength": 200, "description": "What happened."},
            "user_id": text("Who did it."),
            "session_id": text("The visit it belongs to."),
            "distinct_id": text("Whom the event counts for; user_id, else session_id, when absent."),
            "event_id": text("Your id of the event: a UUID or any text. A retry with it is stored once."),
            "timestamp": {
                "type": ["string", "number", "null"],
                "description": "RFC 3339, a date, or seconds or milliseconds since 1970. Now when absent."
            },
            "properties": {
                "type": ["object", "null"],
                "description": "Anything else, at most 16 levels and 500 keys. Fields of the event that have no place of their own are kept under $extra."
            }
        }
    })
}

fn with_refusals(mut replies: Vec<Reply>) -> Vec<Reply> {
    replies.extend([
        reply(
            401,
            "The key is wrong, or events without a key are not taken.",
            r#"{"success":false,"error":"the key is not known, expired or revoked","code":"unknown_key"}"#,
        ),
        reply(
            403,
            "The key is good and has no right to send events.",
            r#"{"success":false,"error":"this key may not send events","code":"forbidden"}"#,
        ),
        reply(
            405,
            "Another method than in the Allow header.",
            r#"{"success":false,"error":"method GET is not allowed here","code":"unsupported"}"#,
        ),
        reply(
            408,
            "The body did not arrive in time.",
            r#"{"success":false,"error":"body did not arrive within 30 seconds","code":"unavailable"}"#,
        ),
        reply(
            413,
            "The body or the batch is too large; nothing of it is stored.",
            r#"{"success":false,"error":"batch has 1200 events, the limit is 1000","code":"batch_too_large"}"#,
        ),
        reply(
            415,
            "A content encoding other than gzip, deflate, br or zstd.",
            r#"{"success":false,"error":"content-encoding \"lzma\" is not supported, use one of gzip, deflate, br, zstd","code":"unsupported"}"#,
        ),
        reply(
            500,
            "A fault of ours.",
            r#"{"success":false,"error":"something went wrong on our side","code":"internal"}"#,
        ),
        reply(
            503,
            "Events cannot be stored now; nothing of the request is. Send it again after Retry-After seconds.",
            r#"{"success":false,"error":"more events are coming in than can be written","code":"overloaded"}"#,
        ),
    ]);
    replies
}
