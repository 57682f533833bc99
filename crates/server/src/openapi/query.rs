//! Questions.

use insight::Question;
use serde_json::{Value, json};

use super::{Auth, Example, JSON, Operation, PROBLEM, Reply};

pub(super) fn operations() -> Vec<Operation> {
    vec![Operation {
        method: "POST",
        path: "/api/v1/query",
        group: "Ask questions",
        title: "Ask one question",
        text: "One object with a kind: lists, counts, trends, funnels, retention, paths, sessions \
               and more. The answer repeats the question with all defaults filled in. Events show \
               up in answers within a tenth of a second.",
        auth: Auth::Read,
        parameters: vec![
            ("pretty", "Indent the answer for people."),
            ("api_key", "The key, where no header can be set."),
        ],
        body: Some(question()),
        examples: examples(),
        replies: replies(),
    }]
}

/// Every kind at least once; a test asks each of them.
const ANSWERED: &[(&str, &str)] = &[
    ("Counts by event type", r#"{ "kind": "counts", "range": { "last": "24h" } }"#),
    (
        "The newest events",
        r#"{ "kind": "events", "range": { "last": "7d" }, "event": "button_click", "limit": 10 }"#,
    ),
    (
        "People per day, from one page",
        r#"{
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
    ),
    (
        "Purchases by plan, beside the week before",
        r#"{
  "kind": "trend",
  "range": { "last": "7d" },
  "series": [{ "event": "purchase" }],
  "breakdown": [{ "property": "plan" }],
  "compare": "previous"
}"#,
    ),
    (
        "A funnel",
        r#"{
  "kind": "funnel",
  "range": { "last": "30d" },
  "steps": [{ "event": "view_item" }, { "event": "add_to_cart" }, { "event": "purchase" }],
  "window_seconds": 86400
}"#,
    ),
    (
        "Who comes back, by week",
        r#"{
  "kind": "retention",
  "range": { "last": "8w" },
  "period": "week",
  "periods": 8,
  "start": { "event": "signup" }
}"#,
    ),
    (
        "Size of a cohort",
        r#"{
  "kind": "cohort",
  "cohort": { "did": { "event": "purchase" }, "within": { "last": "30d" } }
}"#,
    ),
    ("Ways through the pages", r#"{ "kind": "paths", "range": { "last": "7d" } }"#),
    ("How often people come", r#"{ "kind": "stickiness", "range": { "last": "30d" } }"#),
    ("New, returning, gone", r#"{ "kind": "lifecycle", "range": { "last": "30d" } }"#),
    ("Sessions", r#"{ "kind": "sessions", "range": { "last": "7d" } }"#),
    ("Web overview", r#"{ "kind": "web", "range": { "last": "7d" } }"#),
    ("Performance by page", r#"{ "kind": "performance", "range": { "last": "7d" } }"#),
    ("Errors by fingerprint", r#"{ "kind": "errors", "range": { "last": "7d" } }"#),
    ("Revenue by currency", r#"{ "kind": "revenue", "range": { "last": "30d" } }"#),
    (
        "An experiment",
        r#"{
  "kind": "experiment",
  "range": { "last": "30d" },
  "flag": "checkout_button",
  "variants": ["control", "test"],
  "goals": [{ "event": "purchase" }]
}"#,
    ),
    ("People", r#"{ "kind": "persons", "range": { "last": "30d" }, "limit": 10 }"#),
    ("One person", r#"{ "kind": "person", "id": "user123" }"#),
    ("Names seen", r#"{ "kind": "taxonomy" }"#),
    (
        "The people behind a number",
        r#"{ "kind": "people_of", "question": { "kind": "counts" }, "at": { "event_type": "button_click" } }"#,
    ),
];

fn examples() -> Vec<Example> {
    let answered = ANSWERED.iter().map(|(title, body)| Example { title, body, status: 200 });
    let refused = Example {
        title: "All mistakes are told at once",
        body: r#"{ "kind": "trend", "interval": "fortnight", "tz": "Mars/Olympus" }"#,
        status: 400,
    };
    answered.chain([refused]).collect()
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
            "kind": {"enum": Question::KINDS},
            "range": {
                "type": "object",
                "description": "{\"last\": \"24h\"} (h, d, w, m) or {\"from\", \"to\"} (RFC 3339 or dates in tz). From is inside, to is not.",
                "properties": {"last": {"type": "string"}, "from": {"type": "string"}, "to": {"type": "string"}}
            },
            "tz": {"type": "string", "description": "Time zone of days and dates; the tenant's when absent."},
            "event": {"type": ["string", "null"], "description": "Only this event type."},
            "filter": filter,
            "limit": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100, "description": "Lists: at most so many."},
            "order": {"enum": ["newest", "oldest"], "default": "newest", "description": "events: which come first."},
            "cursor": {"type": ["string", "null"], "description": "events: next_cursor of the answer before."},
            "interval": {"enum": ["hour", "day", "week", "month"], "default": "day", "description": "Width of a bucket."},
            "steps": {"type": "array", "minItems": 2, "maxItems": 20, "description": "funnel: each with event, filter, name, optional.", "items": {"type": "object"}},
            "window_seconds": {"type": "integer", "description": "funnel: from the first step to the last."},
            "start": {"type": "object", "description": "retention: who is in a cohort, an event and filter."},
            "return": {"type": "object", "description": "retention: what counts as coming back."},
            "period": {"enum": ["hour", "day", "week", "month"], "description": "retention, cohort: length of a period."},
            "periods": {"type": "integer", "minimum": 1, "maximum": 90, "description": "retention, cohort: how many."},
            "breakdown": {"type": "array", "maxItems": 3, "description": "trend, funnel: fields or properties.", "items": {"type": "object"}},
            "compare": {"enum": ["previous"], "description": "trend, web: also the period before."},
            "series": {
                "type": "array", "minItems": 1, "maxItems": 20, "description": "trend: the lines; any event when absent.",
                "items": {"type": "object", "properties": {
                    "name": {"type": "string"}, "event": {"type": ["string", "null"]}, "filter": filter,
                    "measure": {"enum": ["total", "unique_persons", "sessions", "per_person", "sum", "avg", "min", "max", "median", "p90", "p95", "p99"], "default": "total"}
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
            example: r#"{"question":{"kind":"counts","range":{"last":"24h"},"tz":"UTC","week_start":"monday"},"result":{"events":[{"count":2,"event_type":"page_view","unique_persons":2},{"count":1,"event_type":"button_click","unique_persons":1}],"total":3,"unique_persons":2},"meta":{"backend":"local","range":{"from":"2026-10-14T12:00:00+00:00","to":"2026-10-15T12:00:00+00:00","tz":"UTC"},"rows_read":3,"bytes_read":120,"elapsed_ms":0.4,"from_rollups":false}}"#,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_an_example() {
        for kind in Question::KINDS {
            let named = format!("\"kind\": \"{kind}\"");
            assert!(ANSWERED.iter().any(|(_, body)| body.contains(&named)), "{kind}");
        }
    }
}
