//! Events in, as the analytics service takes them.

use serde_json::{Map, Value, json};

use super::{Auth, Example, Operation, Reply, reply};

const GROUP: &str = "Send events to the analytics service";

pub(super) fn operations() -> Vec<Operation> {
    let mut all = vec![track(), batch()];
    all.extend(TYPES.iter().map(typed));
    all
}

/// A type with a route of its own.
struct Type {
    path: &'static str,
    title: &'static str,
    /// What its data must have, and may.
    text: &'static str,
    required: &'static [&'static str],
    example: &'static str,
}

const TYPES: &[Type] = &[
    Type {
        path: "/events/view",
        title: "Record that somebody saw something",
        text: "Data: contentType and contentId, and if you like viewDuration in seconds and \
               scrollDepth. The body is the bare data, among it userId, sessionId, timestamp, \
               platform, eventId and schemaVersion, or a whole event with its data.",
        required: &["contentType", "contentId"],
        example: r#"{ "contentType": "post", "contentId": "post-123", "viewDuration": 45, "userId": "user-123" }"#,
    },
    Type {
        path: "/events/engagement",
        title: "Record that somebody did something to something",
        text: "Data: action, targetType and targetId, and if you like an object metadata. The body \
               is the bare data or a whole event, as for views.",
        required: &["action", "targetType", "targetId"],
        example: r#"{ "action": "like", "targetType": "post", "targetId": "post-123", "metadata": { "source": "feed" } }"#,
    },
    Type {
        path: "/events/purchase",
        title: "Record a purchase",
        text: "Data: orderId and amount, which is not negative; currency is USD and quantity is 1 \
               where they are absent. The revenue is amount times quantity. The body is the bare \
               data or a whole event, as for views.",
        required: &["orderId", "amount"],
        example: r#"{ "orderId": "order-789", "productId": "product-456", "amount": 29.99, "paymentMethod": "wallet" }"#,
    },
    Type {
        path: "/events/stream",
        title: "Record what happens around a live stream",
        text: "Data: streamId and action. The body is the bare data or a whole event, as for views.",
        required: &["streamId", "action"],
        example: r#"{ "streamId": "stream-1", "action": "join", "sessionId": "session-456" }"#,
    },
    Type {
        path: "/events/session",
        title: "Record the start, end or heartbeat of a session",
        text: "Data: action, one of start, end and heartbeat. The body is the bare data or a whole \
               event, as for views.",
        required: &["action"],
        example: r#"{ "action": "start", "sessionId": "session-456", "platform": "mobile" }"#,
    },
];

fn track() -> Operation {
    Operation {
        method: "POST",
        path: "/events/track",
        group: GROUP,
        title: "Record one event",
        text: "Also below /analytics and /api/analytics, like every route of this group. The types \
               view, engagement, purchase, stream and session have data they need; all other types \
               are yours. Schema 1.1.0 only adds optional fields to 1.0.0, so data of both is one \
               shape to questions, and schema_version tells which was sent.",
        auth: Auth::WriteOrOpen,
        parameters: vec![("api_key", "A key, where no header can be set.")],
        body: Some(event()),
        examples: vec![
            Example {
                title: "A view",
                body: r#"{
  "eventType": "view",
  "data": { "contentType": "post", "contentId": "post-123", "viewDuration": 45 }
}"#,
                status: 201,
            },
            Example {
                title: "A purchase",
                body: r#"{
  "eventType": "purchase",
  "userId": "user-123",
  "data": { "orderId": "order-789", "amount": 29.99, "currency": "USD", "quantity": 1 }
}"#,
                status: 201,
            },
            Example {
                title: "Of an unknown schema",
                body: r#"{ "eventType": "open", "schemaVersion": "9.0.0" }"#,
                status: 400,
            },
        ],
        replies: with_refusals(recorded()),
    }
}

fn batch() -> Operation {
    Operation {
        method: "POST",
        path: "/events/batch",
        group: GROUP,
        title: "Record up to 1,000 events",
        text: "Each event gets its own result, in order; a bad one never costs its neighbours.",
        auth: Auth::WriteOrOpen,
        parameters: vec![("api_key", "A key, where no header can be set.")],
        body: Some(json!({"type": "object", "required": ["events"], "properties": {
            "events": {"type": "array", "minItems": 1, "maxItems": 1000, "items": event()}
        }})),
        examples: vec![
            Example {
                title: "Two events",
                body: r#"{ "events": [
  { "eventType": "view", "data": { "contentType": "post", "contentId": "post-123" } },
  { "eventType": "open", "userId": "user-123" }
] }"#,
                status: 201,
            },
            Example {
                title: "One of them is bad",
                body: r#"{ "events": [{ "eventType": "open" }, { "eventType": "view" }] }"#,
                status: 207,
            },
        ],
        replies: with_refusals(vec![
            reply(
                201,
                "All events are durable.",
                r#"{"success":true,"processed":1,"failed":0,"results":[{"success":true,"eventId":"01998f4e-7c1a-7b3e-9f11-6f0a2b6c1d2e"}]}"#,
            ),
            reply(
                207,
                "Some events are durable, others are refused.",
                r#"{"success":false,"processed":1,"failed":1,"results":[{"success":true,"eventId":"01998f4e-7c1a-7b3e-9f11-6f0a2b6c1d2e"},{"success":false,"error":"data.contentType is required","code":"missing_field","field":"data.contentType"}]}"#,
            ),
            reply(
                400,
                "All events are refused, the batch is empty, or the body has no array of events.",
                r#"{"success":false,"error":"batch has no events","code":"empty_batch"}"#,
            ),
        ]),
    }
}

fn typed(of: &Type) -> Operation {
    Operation {
        method: "POST",
        path: of.path,
        group: GROUP,
        title: of.title,
        text: of.text,
        auth: Auth::WriteOrOpen,
        parameters: vec![("api_key", "A key, where no header can be set.")],
        body: Some(bare(of.required)),
        examples: vec![
            Example { title: "The bare data", body: of.example, status: 201 },
            Example { title: "Nothing of it", body: "{}", status: 400 },
        ],
        replies: with_refusals(recorded()),
    }
}

fn recorded() -> Vec<Reply> {
    vec![
        reply(
            201,
            "The event is durable. A duplicate is marked \"duplicate\": true. Where schema 1.0.0 is \
             deprecated, its events get the headers Deprecation and Sunset.",
            r#"{"success":true,"eventId":"01998f4e-7c1a-7b3e-9f11-6f0a2b6c1d2e"}"#,
        ),
        reply(
            400,
            "The event is refused, or the body is not JSON.",
            r#"{"success":false,"error":"data.contentId is required","code":"missing_field","field":"data.contentId"}"#,
        ),
    ]
}

/// The fields that are the same for all types.
fn fields() -> Map<String, Value> {
    let text = |what: &str| json!({"type": ["string", "null"], "description": what});
    let fields = [
        (
            "eventId",
            text("Your id of the event: a UUID or any text. A retry with it is stored once."),
        ),
        ("userId", text("Who did it.")),
        ("sessionId", text("The visit it belongs to.")),
        (
            "timestamp",
            json!({"type": ["string", "number", "null"], "description": "RFC 3339, a date, or seconds or milliseconds since 1970. Now when absent."}),
        ),
        ("platform", text("mobile, web, server or any other.")),
        (
            "schemaVersion",
            json!({"enum": ["1.0.0", "1.1.0", null], "description": "1.1.0 when absent."}),
        ),
    ];
    fields.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn event() -> Value {
    let mut fields = fields();
    fields.insert("eventType".into(), json!({"type": "string", "minLength": 1, "maxLength": 200}));
    let data = json!({"type": ["object", "null"], "description": "Of known types what they need, of others anything."});
    fields.insert("data".into(), data);
    json!({"type": "object", "required": ["eventType"], "properties": fields})
}

fn bare(required: &[&str]) -> Value {
    let mut fields = fields();
    for name in required {
        let kind = if *name == "amount" { "number" } else { "string" };
        fields.insert((*name).to_owned(), json!({"type": kind}));
    }
    json!({"type": "object", "required": required, "properties": fields})
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
            413,
            "The body or the batch is too large; nothing of it is stored.",
            r#"{"success":false,"error":"batch has 1200 events, the limit is 1000","code":"batch_too_large"}"#,
        ),
        reply(
            503,
            "Events cannot be stored now; nothing of the request is. Send it again after Retry-After seconds.",
            r#"{"success":false,"error":"more events are coming in than can be written","code":"overloaded"}"#,
        ),
    ]);
    replies
}
