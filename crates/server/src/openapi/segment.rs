//! What the SDKs of Segment and RudderStack use.

use serde_json::{Value, json};

use super::{Auth, Example, Operation, Reply, reply};

const GROUP: &str = "Segment SDKs";

pub(super) fn operations() -> Vec<Operation> {
    let mut all: Vec<Operation> = CALLS.into_iter().map(call).collect();
    all.push(batch());
    all
}

/// Path, title, text, and an example with its title.
type Call = [&'static str; 5];

const CALLS: [Call; 6] = [
    [
        "/v1/track",
        "Something happened",
        "An event by its name.",
        "An order",
        r#"{
  "userId": "user123",
  "event": "Order Completed",
  "properties": { "total": 49.9, "currency": "EUR" },
  "messageId": "order-4711"
}"#,
    ],
    [
        "/v1/identify",
        "Who somebody is",
        "An event $identify. Links anonymousId with userId, and sets the traits as properties of \
         the person.",
        "A visitor logs in",
        r#"{ "userId": "user123", "anonymousId": "a-1", "traits": { "plan": "pro" } }"#,
    ],
    [
        "/v1/page",
        "A page was seen",
        "An event page.",
        "A page",
        r#"{ "anonymousId": "a-1", "name": "Home", "properties": { "url": "https://shop.example/" } }"#,
    ],
    [
        "/v1/screen",
        "A screen was seen",
        "An event screen.",
        "A screen",
        r#"{ "userId": "user123", "name": "Settings" }"#,
    ],
    [
        "/v1/group",
        "Somebody belongs to a group",
        "An event $groupidentify, with groupId and traits among its properties.",
        "A company",
        r#"{ "userId": "user123", "groupId": "acme", "traits": { "size": 7 } }"#,
    ],
    [
        "/v1/alias",
        "Two ids are one person",
        "An event $create_alias. Links previousId with userId.",
        "An older id",
        r#"{ "userId": "user123", "previousId": "a-1" }"#,
    ],
];

fn call([path, title, text, example, body]: Call) -> Operation {
    let works = Example { title: example, body, status: 200 };
    let broken = Example { title: "Not JSON", body: "{", status: 400 };
    operation(path, title, text, fields(), vec![works, broken])
}

fn batch() -> Operation {
    let schema = json!({
        "type": "object",
        "required": ["batch"],
        "properties": {
            "batch": {"type": "array", "minItems": 1, "maxItems": 2500, "description": "Calls, each with its type: identify, track, page, screen, group or alias."},
            "context": {"type": "object", "description": "Stands in for what a call's own context does not have."},
            "sentAt": {"type": "string", "description": "When it was sent; corrects the client's clock."},
            "writeKey": {"type": "string", "description": "The key, where no header has it."}
        }
    });
    let example = Example {
        title: "Two calls",
        body: r#"{
  "batch": [
    { "type": "identify", "userId": "user123", "traits": { "plan": "pro" } },
    { "type": "track", "userId": "user123", "event": "Signed Up" }
  ],
  "sentAt": "2026-10-01T12:30:01Z"
}"#,
        status: 200,
    };
    let empty = Example { title: "No calls", body: r#"{ "batch": [] }"#, status: 400 };
    operation(
        "/v1/batch",
        "Up to 2,500 calls",
        "Success whatever becomes of the single calls; those that cannot be kept are among the \
         refused events.",
        schema,
        vec![example, empty],
    )
}

fn operation(
    path: &'static str,
    title: &'static str,
    text: &'static str,
    body: Value,
    examples: Vec<Example>,
) -> Operation {
    Operation {
        method: "POST",
        path,
        group: GROUP,
        title,
        text,
        auth: Auth::Write,
        parameters: vec![],
        body: Some(body),
        examples,
        replies: replies(),
    }
}

fn fields() -> Value {
    let text = |what: &str| json!({"type": "string", "maxLength": 200, "description": what});
    let object = |what: &str| json!({"type": "object", "description": what});
    json!({
        "type": "object",
        "properties": {
            "userId": text("Who it is."),
            "anonymousId": text("The device or visitor; whom the event counts for without a userId."),
            "event": text("What happened, for track."),
            "properties": object("Anything else."),
            "traits": object("Properties of the person or group."),
            "context": object("Page, campaign, device, app, library, ip .."),
            "messageId": text("Your id of the event. A retry with it is stored once."),
            "timestamp": {"type": ["string", "number"], "description": "When it happened. Now when absent."},
            "sentAt": {"type": "string", "description": "When it was sent; corrects the client's clock."},
            "writeKey": text("The key, where no header has it.")
        }
    })
}

fn replies() -> Vec<Reply> {
    vec![
        reply(200, "What can be kept is durable.", r#"{"success":true}"#),
        reply(
            400,
            "The body is not JSON, or too large; nothing of it is stored.",
            r#"{"success":false,"message":"batch has no calls","code":"empty_batch"}"#,
        ),
        reply(
            401,
            "No key, a wrong one, or several that differ.",
            r#"{"success":false,"message":"events need a key","code":"unauthorized"}"#,
        ),
        reply(
            403,
            "The key is good and has no right to send events.",
            r#"{"success":false,"message":"this key may not send events","code":"forbidden"}"#,
        ),
        reply(
            415,
            "A content encoding other than gzip, deflate, br or zstd.",
            r#"{"success":false,"message":"content-encoding \"lzma\" is not supported","code":"unsupported"}"#,
        ),
        reply(
            503,
            "Events cannot be stored now; nothing of the request is.",
            r#"{"success":false,"message":"more events are coming in than can be written","code":"overloaded"}"#,
        ),
    ]
}
