//! Feature flags: public answers, and looking after them.

use serde_json::{Value, json};

use super::{Auth, Example, Operation, Reply, reply};

const GROUP: &str = "Feature flags";
const PUBLIC: &str = "/api/v1/analytics/public/feature-flags";
const ADMIN: &str = "/api/v1/analytics/admin/feature-flags";
const ONE: &str = "/api/v1/analytics/admin/feature-flags/{id}";
const OPEN_FLAG: &str = r#"{"id":1,"key":"new_checkout_flow","name":"New checkout","description":"","active":true,"rollout_percentage":50,"variants":[],"created_at":"2026-10-15T12:00:00.000Z","updated_at":"2026-10-15T12:00:00.000Z"}"#;
const OPEN_LIST: &str = r#"[{"id":1,"key":"new_checkout_flow","name":"New checkout","description":"","active":true,"rollout_percentage":50,"variants":[],"created_at":"2026-10-15T12:00:00.000Z","updated_at":"2026-10-15T12:00:00.000Z"}]"#;
const FLAG: &str = r#"{"id":1,"key":"new_checkout_flow","name":"New checkout","description":"","active":true,"archived":false,"version":1,"filters":{"groups":[{"properties":[],"rollout_percentage":50,"variant":null}],"payloads":{},"early_exit":false},"bucketing_identifier":"distinct_id","ensure_experience_continuity":false,"schedule":[],"rollout_percentage":50,"variants":[],"created_at":"2026-10-15T12:00:00.000Z","updated_at":"2026-10-15T12:00:00.000Z"}"#;

pub(super) fn operations() -> Vec<Operation> {
    let mut all = vec![list(), one(), for_user("GET"), for_user("POST")];
    all.extend([all_flags(), make(), show(), replace(), change(), remove(), history()]);
    all
}

fn open(method: &'static str, path: &'static str, title: &'static str) -> Operation {
    Operation {
        method,
        path,
        group: GROUP,
        title,
        text: "",
        auth: Auth::WriteOrOpen,
        parameters: vec![("api_key", "Any key, where no header can be set.")],
        body: None,
        examples: vec![],
        replies: vec![refusal(401, "The key is wrong, or a key is needed.", "unknown_key")],
    }
}

fn list() -> Operation {
    let mut operation = open("GET", PUBLIC, "The flags that are on");
    operation.text = "Their rules are not told; rollout_percentage is null where there are some.";
    operation.examples = vec![Example { title: "All", body: "", status: 200 }];
    operation.replies.insert(0, reply(200, "The flags.", OPEN_LIST));
    operation
}

fn one() -> Operation {
    let path = "/api/v1/analytics/public/feature-flags/{id}";
    let mut operation = open("GET", path, "One flag");
    operation.text = "By its key or number.";
    operation.replies.insert(0, reply(200, "The flag.", OPEN_FLAG));
    operation.replies.push(missing());
    operation
}

fn for_user(method: &'static str) -> Operation {
    let path = "/api/v1/analytics/public/feature-flags/for_user";
    let is_post = method == "POST";
    let mut operation = open(method, path, "What flags answer for a person");
    operation.text = "By the key of the flag. Reasons are those of the table in docs/flags.md, or \
                      failed. No event is recorded by asking.";
    operation.parameters.push(("distinct_id", "The person, of a GET."));
    let asked = r#"{ "distinct_id": "user123", "properties": { "plan": "pro" } }"#;
    if is_post {
        operation.body = Some(person());
        operation.examples = vec![Example { title: "A person", body: asked, status: 200 }];
    }
    let body = if is_post { "{}" } else { "" };
    operation.examples.push(Example { title: "Of nobody", body, status: 400 });
    let answer = r#"{"new_checkout_flow":{"active":true,"variant":null,"payload":null,"reason":"condition_match"}}"#;
    operation.replies.insert(0, reply(200, "The answers.", answer));
    operation.replies.push(refusal(400, "Whose flags is not told.", "missing_field"));
    operation
}

fn person() -> Value {
    json!({
        "type": "object",
        "required": ["distinct_id"],
        "properties": {
            "distinct_id": {"type": ["string", "number"], "description": "The person."},
            "properties": {"type": "object", "description": "What is known of the person."},
            "groups": {"type": "object", "description": "Id by kind of group."},
            "group_properties": {"type": "object", "description": "Properties by kind of group."},
            "device_id": {"type": "string", "description": "The device."},
            "anon_distinct_id": {"type": "string", "description": "The anonymous id until now."}
        }
    })
}

fn own(method: &'static str, path: &'static str, title: &'static str) -> Operation {
    let is_get = method == "GET";
    Operation {
        method,
        path,
        group: GROUP,
        title,
        text: "",
        auth: if is_get { Auth::Read } else { Auth::Admin },
        parameters: vec![],
        body: None,
        examples: vec![],
        replies: vec![
            refusal(401, "No key, or a wrong one.", "unauthorized"),
            refusal(403, "The key may not do this.", "forbidden"),
        ],
    }
}

fn pages(operation: &mut Operation) {
    operation.parameters =
        vec![("page", "Which page, from 1."), ("page_size", "1 to 1000, 100 when absent.")];
    operation.replies.push(refusal(400, "A parameter is not what it may be.", "invalid_value"));
    operation.replies.push(missing());
}

fn all_flags() -> Operation {
    let mut operation = own("GET", ADMIN, "All flags");
    pages(&mut operation);
    operation.examples = vec![Example { title: "The first page", body: "", status: 200 }];
    let answer = r#"{"count":1,"next":null,"previous":null,"results":[{"id":1,"key":"new_checkout_flow","active":true}]}"#;
    operation.replies.insert(0, reply(200, "A page of flags, by number.", answer));
    operation
}

fn make() -> Operation {
    let mut operation = own("POST", ADMIN, "Make a flag");
    operation.text = "In the simple form, with rollout_percentage and variants, or in PostHog's, \
                      with filters. Everything that is wrong is told at once.";
    operation.body = Some(flag());
    operation.examples = vec![
        Example {
            title: "Half of all people",
            body: r#"{ "key": "new_checkout_flow", "name": "New checkout", "rollout_percentage": 50 }"#,
            status: 201,
        },
        Example {
            title: "Two variants",
            body: r#"{
  "key": "checkout_button",
  "variants": [
    { "key": "control", "rollout_percentage": 50 },
    { "key": "test", "rollout_percentage": 50 }
  ]
}"#,
            status: 201,
        },
        Example {
            title: "The key is taken",
            body: r#"{ "key": "new_checkout_flow" }"#,
            status: 409,
        },
        Example {
            title: "Too many",
            body: r#"{ "key": "b", "rollout_percentage": 150 }"#,
            status: 400,
        },
    ];
    operation.replies.insert(0, reply(201, "The flag.", FLAG));
    operation.replies.extend([wrong(), taken()]);
    operation
}

fn show() -> Operation {
    let mut operation = own("GET", ONE, "One flag");
    operation.examples = vec![Example { title: "The first", body: "", status: 200 }];
    operation.replies.insert(0, reply(200, "The flag as it is now, in both forms.", FLAG));
    operation.replies.push(missing());
    operation
}

fn replace() -> Operation {
    let mut operation = own("PUT", ONE, "Write a flag anew");
    operation.text = "What is not in the body has its default. With a version, only that one is \
                      replaced. The key stays.";
    operation.body = Some(flag());
    let body = r#"{ "key": "new_checkout_flow", "rollout_percentage": 20 }"#;
    operation.examples = vec![Example { title: "A fifth", body, status: 200 }];
    operation.replies.insert(0, reply(200, "The flag.", FLAG));
    operation.replies.extend([wrong(), taken(), missing()]);
    operation
}

fn change() -> Operation {
    let mut operation = own("PATCH", ONE, "Change a flag");
    operation.text = "What is not in the body stays; filters are replaced as a whole.";
    operation.body = Some(flag());
    let body = r#"{ "rollout_percentage": 100 }"#;
    operation.examples = vec![Example { title: "For everybody", body, status: 200 }];
    operation.replies.insert(0, reply(200, "The flag.", FLAG));
    operation.replies.extend([wrong(), taken(), missing()]);
    operation
}

fn remove() -> Operation {
    let mut operation = own("DELETE", ONE, "Remove a flag");
    operation.text = "Its history stays. Refused while another flag depends on it.";
    operation.replies.insert(0, reply(204, "It is gone.", "null"));
    operation.replies.extend([taken(), missing()]);
    operation
}

fn history() -> Operation {
    let path = "/api/v1/analytics/admin/feature-flags/{id}/history";
    let mut operation = own("GET", path, "What became of a flag");
    operation.text = "Newest first; the last 200 changes.";
    pages(&mut operation);
    operation.examples = vec![Example { title: "Of the first", body: "", status: 200 }];
    let answer = r#"{"count":1,"next":null,"previous":null,"results":[{"at":"2026-10-15T12:00:00.000Z","actor":"ada@example.com","action":"flag.change","changes":[{"field":"active","before":true,"after":false}]}]}"#;
    operation.replies.insert(0, reply(200, "A page of changes.", answer));
    operation
}

fn flag() -> Value {
    json!({
        "type": "object",
        "required": ["key"],
        "properties": {
            "key": {"type": "string", "maxLength": 400, "description": "The name in code; it stays."},
            "name": {"type": "string", "maxLength": 400, "description": "The name for people."},
            "description": {"type": "string", "maxLength": 4000, "description": "What it is for."},
            "active": {"type": "boolean", "description": "On or off."},
            "archived": {"type": "boolean", "description": "Put away."},
            "rollout_percentage": {"type": "number", "minimum": 0, "maximum": 100, "description": "Of every group that names none."},
            "variants": {"type": "array", "maxItems": 50, "description": "key, name, rollout_percentage, payload; they sum to 100."},
            "filters": {"type": "object", "description": "Conditions, variants and payloads as PostHog writes them."},
            "schedule": {"type": "array", "maxItems": 100, "description": "at and active: when it goes on and off."}
        }
    })
}

fn wrong() -> Reply {
    let text = "The flag is not as it must be.";
    let answer = r#"{"detail":"rollout_percentage is 150, it must be 0 to 100","code":"invalid_value","errors":{"rollout_percentage":["rollout_percentage is 150, it must be 0 to 100"]}}"#;
    reply(400, text, answer)
}

fn taken() -> Reply {
    let text = "The key is taken, the flag changed meanwhile, or another flag depends on it.";
    let answer = r#"{"detail":"key \"beta\" is taken by flag 1","code":"conflict","errors":{"key":["key \"beta\" is taken by flag 1"]}}"#;
    reply(409, text, answer)
}

fn missing() -> Reply {
    refusal(404, "There is no such thing.", "not_found")
}

fn refusal(status: u16, text: &'static str, code: &str) -> Reply {
    let example = match code {
        "unknown_key" => {
            r#"{"detail":"the key is not known, expired or revoked","code":"unknown_key","errors":{}}"#
        }
        "unauthorized" => {
            r#"{"detail":"this needs a secret key with the scope admin","code":"unauthorized","errors":{}}"#
        }
        "forbidden" => r#"{"detail":"this key may not do this","code":"forbidden","errors":{}}"#,
        "not_found" => r#"{"detail":"there is no flag 7","code":"not_found","errors":{}}"#,
        "missing_field" => {
            r#"{"detail":"distinct_id is required","code":"missing_field","errors":{"distinct_id":["distinct_id is required"]}}"#
        }
        _ => {
            r#"{"detail":"page must be a whole number from 1 to 4294967295","code":"invalid_value","errors":{}}"#
        }
    };
    reply(status, text, example)
}
