//! What PostHog's SDKs use.

use serde_json::{Value, json};

use super::{Auth, Example, JSON, Operation, Reply, reply};

const GROUP: &str = "PostHog SDKs";
const TEXT: &str = "text/plain";
const KEY: &str = "The key may also stand in the body, as api_key or token.";

pub(super) fn operations() -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, title, text) in ROUTES {
        all.push(events("POST", path, title, text));
        all.push(events("GET", path, title, "The same, with the body in the parameter data."));
    }
    all.extend([ai(), v1()]);
    for path in ["/flags", "/decide"] {
        all.extend([flags("POST", path), flags("GET", path)]);
    }
    for path in ["/flags/definitions", "/api/feature_flag/local_evaluation"] {
        all.push(definitions(path));
    }
    all.extend([config(), script()]);
    all
}

/// Routes that take events, all the same way.
const ROUTES: [(&str, &str, &str); 6] = [
    (
        "/batch",
        "Record a batch",
        "An object with a batch, an array of events, or one event; as JSON, gzip, base64, lz-string \
         or a form with the field data. Success when one event was taken; the others are among the \
         refused events.",
    ),
    ("/e", "Record events of a browser", "Takes what /batch takes."),
    ("/i/v0/e", "Record events, newer path", "Takes what /batch takes."),
    ("/capture", "Record one event", "Takes what /batch takes."),
    (
        "/engage",
        "Set properties of a person",
        "Takes what /batch takes; an event without a name is an $identify.",
    ),
    ("/s", "Session recordings", "Answered with success, counted as refused, and not kept."),
];

fn events(
    method: &'static str,
    path: &'static str,
    title: &'static str,
    text: &'static str,
) -> Operation {
    let is_post = method == "POST";
    let mut examples = Vec::new();
    if is_post && path == "/batch" {
        examples = vec![
            Example {
                title: "A batch",
                body: r#"{
  "batch": [
    {
      "event": "order completed",
      "distinct_id": "user123",
      "timestamp": "2026-10-01T12:30:00Z",
      "properties": { "$revenue": 49.9, "currency": "EUR", "$lib": "posthog-node" }
    }
  ],
  "sent_at": "2026-10-01T12:30:01Z"
}"#,
                status: 200,
            },
            Example { title: "Without a distinct_id", body: r#"{ "event": "a" }"#, status: 400 },
        ];
    } else if is_post && path == "/capture" {
        let body = r#"{ "event": "button clicked", "distinct_id": "user123" }"#;
        examples = vec![Example { title: "An event", body, status: 200 }];
    }
    Operation {
        method,
        path,
        group: GROUP,
        title,
        text,
        auth: Auth::Write,
        parameters: vec![
            ("data", "The body, where there is none."),
            ("compression", "gzip-js, base64 or lz64; only the last is needed."),
            ("_", "When the request was sent, in milliseconds since 1970; also sent_at."),
            ("ip", "0 leaves the address of the sender out."),
            ("beacon", "1 asks for an answer without a body."),
        ],
        body: is_post.then(event),
        examples,
        replies: with_refusals(vec![
            reply(200, "An event is durable, or left out by design.", r#"{"status":"Ok"}"#),
            Reply { status: 204, text: "The same, for beacon=1.", content_type: TEXT, example: "" },
            plain(400, "All events are refused, or the body is not JSON.", "event is required"),
        ]),
    }
}

fn ai() -> Operation {
    Operation {
        method: "POST",
        path: "/i/v0/ai",
        group: GROUP,
        title: "Events of an AI",
        text: "Answered with success, counted as refused, and not kept.",
        auth: Auth::Write,
        parameters: vec![],
        body: None,
        examples: vec![],
        replies: with_refusals(vec![reply(200, "It was counted.", r#"{"status":"Ok"}"#)]),
    }
}

fn v1() -> Operation {
    let error = r##"{"error":"missing_required_headers","error_description":"headers are missing: posthog-attempt","error_uri":"/docs#code-missing_field"}"##;
    Operation {
        method: "POST",
        path: "/i/v1/analytics/events",
        group: GROUP,
        title: "Record a batch, capture v1",
        text: "Each event has its own result, by uuid. Needs the headers PostHog-Sdk-Info, \
               PostHog-Attempt, PostHog-Request-Id, PostHog-Request-Timestamp and Content-Type.",
        auth: Auth::Write,
        parameters: vec![],
        body: Some(json!({
            "type": "object",
            "required": ["batch"],
            "properties": {
                "created_at": {"type": "string", "description": "When the batch was made."},
                "batch": {"type": "array", "minItems": 1, "maxItems": 1000, "description": "Events with a uuid each."}
            }
        })),
        examples: vec![],
        replies: vec![
            reply(
                200,
                "An event is durable, or left out by design.",
                r#"{"results":{"0f8fad5b-d9cb-469f-a165-70867728950e":{"result":"ok"}}}"#,
            ),
            reply(
                400,
                "A header is missing, a uuid is missing or there twice, or all events are refused.",
                error,
            ),
            reply(
                401,
                "No key, or a wrong one.",
                r##"{"error":"unauthorized","error_description":"events need a key","error_uri":"/docs#code-unauthorized"}"##,
            ),
            reply(
                413,
                "The body or the batch is too large; nothing of it is stored.",
                r##"{"error":"payload_too_large","error_description":"batch has 1200 events, the limit is 1000","error_uri":"/docs#code-batch_too_large"}"##,
            ),
            reply(
                415,
                "Another content type than application/json.",
                r##"{"error":"unsupported_media_type","error_description":"content-type must be application/json","error_uri":"/docs#code-unsupported"}"##,
            ),
            reply(
                503,
                "Events cannot be stored now; nothing of the request is.",
                r##"{"error":"service_unavailable","error_description":"more events are coming in than can be written","error_uri":"/docs#code-overloaded"}"##,
            ),
        ],
    }
}

fn flags(method: &'static str, path: &'static str) -> Operation {
    let is_post = method == "POST";
    let body = if is_post { r#"{ "distinct_id": "user123" }"# } else { "" };
    let mut examples = vec![Example { title: "The flags of a person", body, status: 200 }];
    if is_post {
        examples.push(Example { title: "Of nobody", body: "{}", status: 400 });
    }
    let answer = r#"{"errorsWhileComputingFlags":false,"evaluatedAt":1790857800000,"flags":{"beta":{"enabled":true,"key":"beta","metadata":{"description":"","has_experiment":false,"id":1,"payload":null,"version":1},"reason":{"code":"condition_match","condition_index":0,"description":"Matched condition set 1"},"variant":null}},"requestId":"9f2c4a7b01d35e68"}"#;
    Operation {
        method,
        path,
        group: GROUP,
        title: if path == "/flags" { "Flags" } else { "Flags, older clients" },
        text: "The flags of a person, in the shape of the version asked for. GET answers \
               an empty set.",
        auth: if is_post { Auth::Write } else { Auth::Open },
        parameters: vec![
            ("v", "The version of the answer, 1 to 4."),
            ("config", "true adds the configuration."),
        ],
        body: is_post.then(|| {
            json!({
                "type": "object",
                "required": ["distinct_id"],
                "properties": {
                    "distinct_id": {"type": ["string", "number"], "description": KEY},
                    "$anon_distinct_id": {"type": "string", "description": "The anonymous id until now; kept the first time."},
                    "$device_id": {"type": "string", "description": "The device."},
                    "person_properties": {"type": "object", "description": "What is known of the person."},
                    "groups": {"type": "object", "description": "Id by kind of group."},
                    "group_properties": {"type": "object", "description": "Properties by kind of group."},
                    "flag_keys": {"type": "array", "items": {"type": "string"}, "description": "Only these flags."},
                    "disable_flags": {"type": "boolean", "description": "No flags at all."}
                }
            })
        }),
        examples,
        replies: with_refusals(vec![
            reply(200, "The flags.", answer),
            plain(400, "Whose flags is not told.", "distinct_id is required"),
        ]),
    }
}

fn definitions(path: &'static str) -> Operation {
    let example = r#"{"cohorts":{},"flags":[{"active":true,"bucketing_identifier":"distinct_id","ensure_experience_continuity":false,"filters":{"early_exit":false,"groups":[{"properties":[],"rollout_percentage":50,"variant":null}],"payloads":{}},"id":1,"key":"beta","name":"","version":1}],"group_type_mapping":{"0":"company"}}"#;
    Operation {
        method: "GET",
        path,
        group: GROUP,
        title: "Flags with their rules",
        text: "For libraries that evaluate on their own. The answer has a weak ETag; If-None-Match \
               gets 304 while no flag changed.",
        auth: Auth::Read,
        parameters: vec![
            ("token", "The key of the project; it must be one of the same tenant."),
            ("send_cohorts", "Is not looked at: there are no cohorts."),
        ],
        body: None,
        examples: vec![Example { title: "All flags", body: "", status: 200 }],
        replies: vec![
            reply(200, "The flags.", example),
            Reply { status: 304, text: "As before.", content_type: JSON, example: "null" },
            plain(401, "No key, or a wrong one.", "questions need a secret key"),
            plain(403, "The key may not read.", "this key may not read"),
        ],
    }
}

fn config() -> Operation {
    let example = r#"{"hasFeatureFlags":false,"sessionRecording":false,"supportedCompression":["gzip","gzip-js"],"token":"phc_1"}"#;
    remote(
        "/array/{token}/config",
        "Configuration of a client",
        "What a client may do here: send events, packed with gzip, and ask flags. Everything else is off.",
        reply(200, "The configuration.", example),
    )
}

fn script() -> Operation {
    let reply = Reply {
        status: 200,
        text: "The script.",
        content_type: "application/javascript",
        example: "",
    };
    remote(
        "/array/{token}/config.js",
        "Configuration as a script",
        "The same as a script that keeps it in the page.",
        reply,
    )
}

fn remote(path: &'static str, title: &'static str, text: &'static str, ok: Reply) -> Operation {
    Operation {
        method: "GET",
        path,
        group: GROUP,
        title,
        text,
        auth: Auth::Open,
        parameters: vec![],
        body: None,
        examples: vec![],
        replies: vec![
            ok,
            plain(401, "The token is no key.", "the key is not known, expired or revoked"),
        ],
    }
}

fn event() -> Value {
    json!({
        "type": "object",
        "required": ["event", "distinct_id"],
        "properties": {
            "event": {"type": "string", "maxLength": 200, "description": "What happened."},
            "distinct_id": {"type": ["string", "number"], "description": "Whom the event counts for; cut to 200 characters."},
            "uuid": {"type": "string", "description": "Your id of the event. A retry with it is stored once."},
            "timestamp": {"type": ["string", "number"], "description": "RFC 3339, a date, RFC 2822, or seconds or milliseconds since 1970. Now when absent or unreadable."},
            "offset": {"type": "number", "description": "Milliseconds between the event and the request, instead of a timestamp."},
            "properties": {"type": "object", "description": "Anything else."},
            "$set": {"type": "object", "description": "Properties of the person."},
            "$set_once": {"type": "object", "description": "The same, where the person has none of that name."},
            "api_key": {"type": "string", "description": "The key, where no header has it; also token."}
        }
    })
}

fn plain(status: u16, text: &'static str, example: &'static str) -> Reply {
    Reply { status, text, content_type: TEXT, example }
}

fn with_refusals(mut replies: Vec<Reply>) -> Vec<Reply> {
    replies.extend([
        plain(401, "No key, a wrong one, or several that differ.", "events need a key"),
        plain(403, "The key may not send events.", "this key may not send events"),
        plain(
            413,
            "The body or the batch is too large.",
            "batch has 1200 events, the limit is 1000",
        ),
        plain(415, "An unknown content encoding.", "content-encoding \"lzma\" is not supported"),
        plain(
            503,
            "Events cannot be stored now, or too many are sent; nothing of the request is stored.",
            "more events are coming in than can be written",
        ),
    ]);
    replies
}
