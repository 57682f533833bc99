//! Questions.

use serde_json::{Value, json};

use super::{Auth, Example, JSON, Operation, PROBLEM, Reply};

pub(super) fn operations() -> Vec<Operation> {
    vec![Operation {
        method: "POST",
        path: "/api/v1/query",
        group: "Ask questions",
        title: "Ask one question",
        text: "Three kinds: events (single events, with a cursor), counts (events and people per \
               event type) and trend (a measure over time). Everything but kind has a default. \
               The answer repeats the question with all defaults filled in. Events show up in \
               answers within a tenth of a second.",
        auth: Auth::Read,
        parameters: vec![
            ("pretty", "Indent the answer for people."),
            ("api_key", "The key, where no header can be set."),
        ],
        body: Some(question()),
        examples: vec![
            Example {
                title: "Counts by event type",
                body: r#"{ "kind": "counts", "range": { "last": "24h" } }"#,
                status: 200,
            },
            Example {
                title: "The newest events",
                body: r#"{ "kind": "events", "range": { "last": "7d" }, "event": "button_click", "limit": 10 }"#,
                status: 200,
            },
            Example {
                title: "People per day, from one page",
                body: r#"{
  "kind": "trend",
  "range": { "last": "7d" },
  "tz": "Europe/Berlin",
  "interval": "day",
  "series": [
    {
      "event": "page_view",
      "measure": "unique_persons",
      "filter": { "all": [{ "property": "page", "op": "is", "value": "homepage" }] }
    }
  ]
}"#,
                status: 200,
            },
            Example {
                title: "All mistakes are told at once",
                body: r#"{ "kind": "trend", "interval": "fortnight", "tz": "Mars/Olympus" }"#,
                status: 400,
            },
        ],
        replies: replies(),
    }]
}

fn question() -> Value {
    let filter = json!({
        "type": "object",
        "description": "{\"all\": [..]}, {\"any\": [..]}, or a condition {\"field\" or \"property\": name, \"op\": op, \"value\": value}. Ops: is, is_not, contains, not_contains, starts_with, ends_with, regex, not_regex, gt, gte, lt, lte, between, in, not_in, is_set, is_not_set, before, after."
    });
    json!({
        "type": "object",
        "required": ["kind"],
        "properties": {
            "kind": {"enum": ["events", "counts", "trend"]},
            "range": {
                "type": "object",
                "description": "{\"last\": \"24h\"} (h, d, w, m) or {\"from\", \"to\"} (RFC 3339 or dates in tz). From is inside, to is not.",
                "properties": {"last": {"type": "string"}, "from": {"type": "string"}, "to": {"type": "string"}}
            },
            "tz": {"type": "string", "description": "Time zone of days and dates; the tenant's when absent."},
            "event": {"type": ["string", "null"], "description": "events, counts: only this event type."},
            "filter": filter,
            "limit": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100, "description": "events: at most so many."},
            "order": {"enum": ["newest", "oldest"], "default": "newest", "description": "events: which come first."},
            "cursor": {"type": ["string", "null"], "description": "events: next_cursor of the answer before."},
            "interval": {"enum": ["hour", "day", "week", "month"], "default": "day", "description": "trend: width of a bucket."},
            "series": {
                "type": "array", "minItems": 1, "maxItems": 20, "description": "trend: the lines; any event when absent.",
                "items": {"type": "object", "properties": {
                    "name": {"type": "string"}, "event": {"type": ["string", "null"]}, "filter": filter,
                    "measure": {"enum": ["total", "unique_persons"], "default": "total"}
                }}
            }
        }
    })
}

fn replies() -> Vec<Reply> {
    let problem = |status, text, example| Reply { status, text, content_type: PROBLEM, example };
    vec![
        Reply {
            status: 200,
            text: "The answer; result depends on the kind.",
            content_type: JSON,
            example: r#"{"question":{"kind":"counts","range":{"last":"24h"},"tz":"UTC","event":null,"filter":{"all":[]}},"result":{"total":3,"unique_persons":2,"events":[{"event_type":"page_view","count":2,"unique_persons":2},{"event_type":"button_click","count":1,"unique_persons":1}]},"meta":{"backend":"local","range":{"from":"2026-10-14T12:00:00+00:00","to":"2026-10-15T12:00:00+00:00","tz":"UTC"},"rows_read":3,"bytes_read":120,"elapsed_ms":0.4,"from_rollups":false}}"#,
        },
        problem(
            400,
            "The question cannot be read; errors has every problem with its place.",
            r##"{"code":"invalid_value","detail":"the question has 2 problems","errors":[{"code":"invalid_value","field":"tz","message":"tz \"Mars/Olympus\" is not a time zone, use a name like Europe/Berlin"},{"code":"invalid_value","field":"interval","message":"interval is \"fortnight\", it must be one of hour, day, week, month"}],"requestId":"9f2c4a7b01d35e68","status":400,"title":"Invalid value","type":"/docs#code-invalid_value"}"##,
        ),
        problem(
            401,
            "No key, or a wrong one.",
            r##"{"code":"unauthorized","detail":"questions need a secret key, sent as Authorization: Bearer tf_s_..","requestId":"9f2c4a7b01d35e68","status":401,"title":"Key needed","type":"/docs#code-unauthorized"}"##,
        ),
        problem(
            403,
            "A key without the scope read, like every write key.",
            r##"{"code":"forbidden","detail":"this key may not read; questions need a secret key with the scope read","requestId":"9f2c4a7b01d35e68","status":403,"title":"Forbidden","type":"/docs#code-forbidden"}"##,
        ),
        problem(
            405,
            "Another method than POST.",
            r##"{"code":"unsupported","detail":"method GET is not allowed here","requestId":"9f2c4a7b01d35e68","status":405,"title":"Not supported","type":"/docs#code-unsupported"}"##,
        ),
        problem(
            408,
            "The body did not arrive in time.",
            r##"{"code":"unavailable","detail":"body did not arrive within 30 seconds","requestId":"9f2c4a7b01d35e68","status":408,"title":"Unavailable","type":"/docs#code-unavailable"}"##,
        ),
        problem(
            413,
            "The question has more than 1 MB.",
            r##"{"code":"body_too_large","detail":"body has 2000000 bytes, the limit is 1048576","requestId":"9f2c4a7b01d35e68","status":413,"title":"Body too large","type":"/docs#code-body_too_large"}"##,
        ),
        problem(
            415,
            "A content encoding other than gzip, deflate, br or zstd.",
            r##"{"code":"unsupported","detail":"content-encoding \"lzma\" is not supported, use one of gzip, deflate, br, zstd","requestId":"9f2c4a7b01d35e68","status":415,"title":"Not supported","type":"/docs#code-unsupported"}"##,
        ),
        problem(
            500,
            "A fault of ours.",
            r##"{"code":"internal","detail":"something went wrong on our side","requestId":"9f2c4a7b01d35e68","status":500,"title":"Internal error","type":"/docs#code-internal"}"##,
        ),
        problem(
            503,
            "Too many questions at once; ask again after Retry-After seconds.",
            r##"{"code":"overloaded","detail":"too many questions are being answered","requestId":"9f2c4a7b01d35e68","status":503,"title":"Overloaded","type":"/docs#code-overloaded"}"##,
        ),
        problem(
            504,
            "The answer took too long; ask for a shorter range.",
            r##"{"code":"unavailable","detail":"the answer took longer than 30 seconds, ask for a shorter range","requestId":"9f2c4a7b01d35e68","status":504,"title":"Unavailable","type":"/docs#code-unavailable"}"##,
        ),
    ]
}
