//! Events of the browser tracker.

use serde_json::{Value, json};

use super::{Auth, Example, Operation, Reply, reply};

const GROUP: &str = "Send events of a website";

pub(super) fn operations() -> Vec<Operation> {
    let text = "The key is the tenantId that all events of a request name, or comes with the \
                request. Bodies may be sent as text/plain, so that a browser asks nothing first. \
                Control characters are taken out of texts, and texts are cut at 8 KB, a stack at \
                32 KB. Each event is stored once, however often it is sent again. An own path for \
                this is set with capture.tracker_path.";
    let events = Operation {
        method: "POST",
        path: "/v1/events",
        group: GROUP,
        title: "Take events of the tracker",
        text,
        auth: Auth::Write,
        parameters: vec![("api_key", "A key, where the events name no tenant.")],
        body: Some(json!({
            "type": "object",
            "required": ["events"],
            "properties": {
                "events": {"type": "array", "minItems": 1, "maxItems": 1000, "items": event()},
                "sentAt": {
                    "type": ["string", "number", "null"],
                    "description": "When they are sent, by the clock of the browser; corrects it."
                }
            }
        })),
        examples: vec![
            Example { title: "A page view", body: PAGE_VIEW, status: 200 },
            Example { title: "An error, and an event without an id", body: MIXED, status: 200 },
            Example { title: "An event without anything", body: r#"{"events":[{}]}"#, status: 400 },
        ],
        replies: replies(),
    };
    let alias = |path, title, text| Operation {
        path,
        title,
        text,
        examples: vec![Example { title: "A click", body: CLICK, status: 200 }],
        ..events.clone()
    };
    let aliases = [
        alias("/apiv1/track", "The same under another path", "See /v1/events."),
        alias(
            "/track",
            "The same where several kinds of trackers send",
            "A body with an array events is read like that of /v1/events.",
        ),
    ];
    std::iter::once(events.clone()).chain(aliases).collect()
}

const PAGE_VIEW: &str = r#"{
  "events": [
    {
      "eventId": "550e8400-e29b-41d4-a716-446655440000",
      "eventType": "page_view",
      "timestamp": 1625539200000,
      "tenantId": "your-api-key",
      "sessionId": "session-123",
      "userId": "user-456",
      "pageUrl": "https://example.com",
      "referrer": "https://google.com",
      "deviceInfo": { "deviceType": "desktop", "os": "Windows", "browser": "Chrome" },
      "properties": { "title": "Example Page" }
    }
  ]
}"#;

const CLICK: &str = r#"{
  "events": [
    {
      "eventId": "550e8400-e29b-41d4-a716-446655440001",
      "eventType": "click",
      "timestamp": 1625539201000,
      "tenantId": "your-api-key",
      "sessionId": "session-123",
      "userId": null,
      "pageUrl": "https://example.com",
      "referrer": null,
      "deviceInfo": { "deviceType": "desktop", "os": "Windows", "browser": "Chrome" },
      "properties": { "tag": "BUTTON", "id": "submit-button" }
    }
  ]
}"#;

const MIXED: &str = r#"{
  "events": [
    {
      "eventId": "550e8400-e29b-41d4-a716-446655440002",
      "eventType": "error",
      "timestamp": 1625539202000,
      "tenantId": "your-api-key",
      "sessionId": "session-123",
      "pageUrl": "https://example.com",
      "deviceInfo": { "deviceType": "desktop", "os": "Windows", "browser": "Chrome" },
      "name": "TypeError",
      "message": "Cannot read property 'x' of undefined",
      "source": "https://example.com/app.js",
      "line": 42,
      "col": 15
    },
    { "eventType": "click", "tenantId": "your-api-key" }
  ]
}"#;

fn event() -> Value {
    let text = |what: &str| json!({"type": "string", "description": what});
    let optional = |what: &str| json!({"type": ["string", "null"], "description": what});
    json!({
        "type": "object",
        "required": ["eventId", "eventType", "timestamp", "tenantId", "sessionId", "pageUrl", "deviceInfo", "properties"],
        "properties": {
            "eventId": {"type": "string", "format": "uuid"},
            "eventType": text("page_view, click, error, performance, or a name of your own."),
            "timestamp": {"type": ["number", "string"], "description": "Milliseconds since 1970, or RFC 3339."},
            "tenantId": text("The write key; the same in all events of a request."),
            "sessionId": text("The visit it belongs to."),
            "userId": optional("Who did it."),
            "pageUrl": text("The page."),
            "referrer": optional("The page before."),
            "deviceInfo": {
                "type": "object",
                "required": ["deviceType", "os", "browser"],
                "properties": {
                    "deviceType": {"type": "string"}, "os": {"type": "string"}, "browser": {"type": "string"}
                }
            },
            "properties": {
                "type": "object",
                "description": "page_view: title. click: tag, id. error: message, source, line, col, stack, name; these may also stand beside properties. performance: loadTime, domContentLoaded."
            }
        }
    })
}

fn replies() -> Vec<Reply> {
    vec![
        reply(
            200,
            "Events are durable; those of rejected are refused.",
            r#"{"success":false,"accepted":1,"duplicates":0,"rejected":[{"index":1,"eventId":null,"code":"missing_field","message":"eventId is required","field":"eventId"}]}"#,
        ),
        reply(
            400,
            "All events are refused, or the body is not what it should be.",
            r#"{"success":false,"accepted":0,"duplicates":0,"rejected":[{"index":null,"eventId":null,"code":"empty_batch","message":"batch has no events","field":"events"}]}"#,
        ),
        reply(
            401,
            "No key, a wrong one, or several.",
            r#"{"success":false,"accepted":0,"duplicates":0,"rejected":[{"index":null,"eventId":null,"code":"unknown_key","message":"the key is not known, expired or revoked","field":null}]}"#,
        ),
        reply(
            413,
            "The body or the batch is too large; nothing of it is stored.",
            r#"{"success":false,"accepted":0,"duplicates":0,"rejected":[{"index":null,"eventId":null,"code":"batch_too_large","message":"batch has 1200 events, the limit is 1000","field":null}]}"#,
        ),
        reply(
            503,
            "Events cannot be stored now; nothing of the request is. Send it again after Retry-After seconds.",
            r#"{"success":false,"accepted":0,"duplicates":0,"rejected":[{"index":null,"eventId":null,"code":"overloaded","message":"more events are coming in than can be written","field":null}]}"#,
        ),
    ]
}
