//! Keys, users, settings, consent, lists of entities, tenants.

use serde_json::{Value, json};

use super::{Auth, Example, Operation, Reply, problem, refusals, reply};

const GROUP: &str = "Manage a tenant";

pub(super) fn operations() -> Vec<Operation> {
    let mut all = vec![
        get("/api/v1/keys", "Keys", "All keys, without their text.", KEYS),
        key_make(),
        key_rotate(),
        delete("/api/v1/keys/{id}", "Revoke a key", "It opens nothing from now on."),
        get("/api/v1/users", "Users", "Users, and invitations that are open.", USERS),
        user_change(),
        delete("/api/v1/users/{id}", "Remove a user", "The last owner of a tenant stays."),
        user_reset(),
        invite(),
        delete("/api/v1/invites/{id}", "Take an invitation back", "Its link is void."),
        get("/api/v1/settings", "Settings", "How events are taken, kept and read.", SETTINGS),
        settings(),
        audit(),
        consent_get(),
        consent_put(),
        get(
            "/api/v1/admin/entities",
            "Entity lists",
            "How many ids of each type there are.",
            r#"{"entities":{"asset":2}}"#,
        ),
        entities(),
        delete(
            "/api/v1/admin/entities/{type}",
            "Remove an entity list",
            "Events of the type are not checked any more.",
        ),
        get("/api/v1/tenants", "Tenants", "For an admin of the default tenant.", TENANTS),
        tenant(),
    ];
    for operation in &mut all {
        operation.replies.extend(refusals());
    }
    all
}

const KEYS: &str = r#"{"keys":[{"id":"9f2c4a7b01d3","name":"web","kind":"write","hint":"tf_w_0123..","scopes":["write"],"origins":[],"created_at":"2026-10-15T12:00:00.000Z","expires_at":null,"revoked_at":null,"is_live":true}]}"#;
const KEY: &str = r#"{"key":{"id":"9f2c4a7b01d3","name":"web","kind":"write","hint":"tf_w_0123..","scopes":["write"],"origins":[],"created_at":"2026-10-15T12:00:00.000Z","expires_at":null,"revoked_at":null,"is_live":true},"text":"tf_w_0123456789abcdefghijklmn"}"#;
const USERS: &str = r#"{"users":[{"id":1,"email":"ada@example.com","name":"Ada","role":"owner","created_at":"2026-10-15T12:00:00.000Z","last_login_at":null,"disabled_at":null}],"invites":[]}"#;
const SETTINGS: &str = r#"{"name":"Default","time_zone":"UTC","week_start":"monday","classes":{"page_view":["page_view"]},"capture":{"bots":"refuse","cookieless":true,"consent_required":false},"privacy":{"ip":"truncated","link_visitors":true},"retention":{"raw_days":null,"hourly_days":null,"daily_days":null},"flags":{"group_kinds":["company"]},"trpc":{"batch_size":null,"batch_timeout_ms":null,"deduplication":null,"deduplication_ttl_seconds":null}}"#;
const TENANTS: &str = r#"{"tenants":[{"id":"default","name":"Default","time_zone":"UTC","created_at":"2026-10-15T12:00:00.000Z"}]}"#;
const CONSENT: &str = r#"{"distinct_id":"user123","purposes":{"analytics":{"granted":false,"at":"2026-10-15T12:00:00.000Z"}}}"#;
const LINK: &str = r#"{"link":"https://stats.example.com/app/setup?token=0123","token":"0123","email":"ada@example.com","role":"analyst","expires_at":"2026-10-22T12:00:00.000Z"}"#;

fn operation(method: &'static str, path: &'static str, title: &'static str) -> Operation {
    Operation {
        method,
        path,
        group: GROUP,
        title,
        text: "",
        auth: Auth::Admin,
        parameters: Vec::new(),
        body: None,
        examples: Vec::new(),
        replies: Vec::new(),
    }
}

fn get(
    path: &'static str,
    title: &'static str,
    text: &'static str,
    example: &'static str,
) -> Operation {
    Operation {
        text,
        examples: vec![Example { title: "As it is", body: "", status: 200 }],
        replies: vec![reply(200, "What there is.", example)],
        ..operation("GET", path, title)
    }
}

fn delete(path: &'static str, title: &'static str, text: &'static str) -> Operation {
    // The lists of entities are there from the examples before.
    let examples = match path.ends_with("{type}") {
        true => vec![Example { title: "A list", body: "", status: 204 }],
        false => vec![Example { title: "One that is not there", body: "", status: 404 }],
    };
    Operation {
        text,
        examples,
        replies: vec![reply(204, "It is done.", "null"), missing()],
        ..operation("DELETE", path, title)
    }
}

fn missing() -> Reply {
    problem(
        404,
        "There is none.",
        r##"{"code":"not_found","detail":"there is no such user","requestId":"9f2c4a7b01d35e68","status":404,"title":"Not found","type":"/docs#code-not_found"}"##,
    )
}

fn invalid() -> Reply {
    problem(
        400,
        "A field is absent or wrong.",
        r##"{"code":"invalid_value","detail":"kind must be write or secret","errors":[{"code":"invalid_value","field":"kind","message":"kind must be write or secret"}],"requestId":"9f2c4a7b01d35e68","status":400,"title":"Invalid value","type":"/docs#code-invalid_value"}"##,
    )
}

fn conflict() -> Reply {
    problem(
        409,
        "It is there already, or the last owner would be gone.",
        r##"{"code":"conflict","detail":"key \"your..\" exists already","requestId":"9f2c4a7b01d35e68","status":409,"title":"Conflict","type":"/docs#code-conflict"}"##,
    )
}

fn object(properties: Value) -> Option<Value> {
    Some(json!({"type": "object", "additionalProperties": false, "properties": properties}))
}

fn key_make() -> Operation {
    let texts = json!({"type": "array", "items": {"type": "string"}});
    Operation {
        text: "The text of a key is told once. A write key may only send events, is public, and can \
               be limited to pages of some origins; with text it is one that clients use already. A \
               secret key has scopes of read, write, admin.",
        body: object(json!({
            "name": {"type": "string"},
            "kind": {"type": "string", "enum": ["write", "secret"], "default": "write"},
            "scopes": texts,
            "origins": texts,
            "expires_at": {"type": ["string", "null"], "format": "date-time"},
            "text": {"type": ["string", "null"], "maxLength": 64}
        })),
        examples: vec![
            Example {
                title: "For one site",
                body: r#"{ "name": "shop", "kind": "write", "origins": ["https://shop.example.com"] }"#,
                status: 201,
            },
            Example {
                title: "For reports",
                body: r#"{ "name": "reports", "kind": "secret", "scopes": ["read"], "expires_at": "2027-01-01" }"#,
                status: 201,
            },
            Example {
                title: "One that clients use already",
                body: r#"{ "name": "the old app", "text": "phc_of_the_old_app" }"#,
                status: 201,
            },
            Example { title: "No name", body: r#"{ "kind": "write" }"#, status: 400 },
        ],
        replies: vec![reply(201, "The key, and its text.", KEY), invalid(), conflict()],
        ..operation("POST", "/api/v1/keys", "Make a key")
    }
}

fn key_rotate() -> Operation {
    Operation {
        text: "A new key with the same name, rights and origins. The old one goes on for a day, or \
               as long as overlap_seconds says, at most 30 days.",
        body: object(json!({"overlap_seconds": {"type": "integer", "maximum": 2_592_000}})),
        examples: vec![Example { title: "One that is not there", body: "{}", status: 404 }],
        replies: vec![reply(201, "The new key, and its text.", KEY), invalid(), missing()],
        ..operation("POST", "/api/v1/keys/{id}/rotate", "Rotate a key")
    }
}

fn roles() -> Value {
    json!({"type": "string", "enum": ["owner", "admin", "analyst", "viewer"]})
}

fn user_change() -> Operation {
    Operation {
        text: "Another role or name; who is disabled cannot log in, and all sessions end.",
        body: object(json!({
            "role": roles(), "name": {"type": "string"}, "disabled": {"type": "boolean"}
        })),
        examples: vec![Example {
            title: "One that is not there",
            body: r#"{ "role": "analyst" }"#,
            status: 404,
        }],
        replies: vec![
            reply(
                200,
                "The user.",
                r#"{"id":1,"email":"ada@example.com","name":"Ada","role":"owner","created_at":"2026-10-15T12:00:00.000Z","last_login_at":null,"disabled_at":null}"#,
            ),
            invalid(),
            missing(),
            conflict(),
        ],
        ..operation("PATCH", "/api/v1/users/{id}", "Change a user")
    }
}

fn user_reset() -> Operation {
    Operation {
        text: "A link, good for 7 days and once, with which the user chooses another password.",
        examples: vec![Example { title: "One that is not there", body: "", status: 404 }],
        replies: vec![reply(201, "The link.", LINK), missing()],
        ..operation("POST", "/api/v1/users/{id}/reset", "Let a user choose another password")
    }
}

fn invite() -> Operation {
    Operation {
        text: "A link, good for 7 days and once, with which somebody becomes a user. Nothing is \
               mailed: hand it over yourself.",
        body: object(json!({"email": {"type": "string"}, "role": roles()})),
        examples: vec![
            Example {
                title: "An analyst",
                body: r#"{ "email": "ada@example.com", "role": "analyst" }"#,
                status: 201,
            },
            Example {
                title: "No such role",
                body: r#"{ "email": "ada@example.com", "role": "king" }"#,
                status: 400,
            },
        ],
        replies: vec![reply(201, "The link.", LINK), invalid(), conflict()],
        ..operation("POST", "/api/v1/invites", "Invite somebody")
    }
}

fn settings() -> Operation {
    Operation {
        text: "What is in the body is merged into what holds; lists are replaced. retention may be a \
               preset: everything, tracker (a year), service (90 days of events, a year of hourly, \
               five years of daily counts). flags.group_kinds are the names behind the numbers of \
               group kinds, at most 5. trpc has batches and dedup of events over tRPC; null is as \
               the server is set. With privacy.link_visitors off, an id of the day is never linked \
               to a user.",
        body: Some(json!({"type": "object"})),
        examples: vec![
            Example {
                title: "Another zone, and no addresses",
                body: r#"{ "time_zone": "Europe/Berlin", "privacy": { "ip": "none" } }"#,
                status: 200,
            },
            Example { title: "A preset", body: r#"{ "retention": "service" }"#, status: 200 },
            Example { title: "No such zone", body: r#"{ "time_zone": "Mars/Base" }"#, status: 400 },
            Example {
                title: "No such setting",
                body: r#"{ "privacy": { "id": 1 } }"#,
                status: 400,
            },
        ],
        replies: vec![reply(200, "What holds now.", SETTINGS), invalid()],
        ..operation("PATCH", "/api/v1/settings", "Change settings")
    }
}

fn audit() -> Operation {
    let example = r#"{"entries":[{"seq":12,"at":"2026-10-15T12:00:00.000Z","actor":"ada@example.com","action":"key.new","subject":"9f2c4a7b01d3","detail":{"name":"web"}}],"next_before":null}"#;
    Operation {
        parameters: vec![
            ("before", "Only rows with a smaller seq: next_before of the page before."),
            ("limit", "Rows of a page, at most 1000; 100 when absent."),
        ],
        ..get(
            "/api/v1/audit",
            "Audit trail",
            "Who changed what, newest first. Rows are only added, each with a hash over the one before; trackflow audit verify checks them.",
            example,
        )
    }
}

fn consent_get() -> Operation {
    get(
        "/api/v1/consent/{distinct_id}",
        "Consent of a person",
        "What was said last, by purpose. Kept under a keyed hash of the id.",
        CONSENT,
    )
}

fn consent_put() -> Operation {
    Operation {
        text: "From now on events of who did not consent to analytics are refused as no_consent, and \
               nothing of them is kept. An event can say it, too, with $consent in its properties.",
        body: object(json!({
            "purpose": {"type": "string", "default": "analytics"},
            "granted": {"type": "boolean"},
            "at": {"type": "string", "format": "date-time"}
        })),
        examples: vec![
            Example { title: "No", body: r#"{ "granted": false }"#, status: 200 },
            Example { title: "Nothing said", body: r#"{ "purpose": "analytics" }"#, status: 400 },
        ],
        replies: vec![reply(200, "What holds now.", CONSENT), invalid()],
        ..operation("PUT", "/api/v1/consent/{distinct_id}", "Say yes or no")
    }
}

fn entities() -> Operation {
    Operation {
        text: "The ids of a type, in place of the list there is, or beside it with add. Events that \
               name another id are taken all the same, marked entity_unknown, and counted.",
        body: object(json!({
            "ids": {"type": "array", "items": {"type": "string", "maxLength": 200}},
            "add": {"type": "boolean", "default": false}
        })),
        examples: vec![
            Example {
                title: "Two assets",
                body: r#"{ "ids": ["cjld2cjxh0000qzrmn831i7rn", "cjld2cyuq0000t3rmniod1foy"] }"#,
                status: 200,
            },
            Example { title: "No ids", body: "{}", status: 400 },
        ],
        replies: vec![
            reply(200, "How many there are now.", r#"{"entities":{"asset":2}}"#),
            invalid(),
        ],
        ..operation("PUT", "/api/v1/admin/entities/{type}", "Set an entity list")
    }
}

fn tenant() -> Operation {
    Operation {
        text: "A tenant with its first keys, and the link token for its first owner; all told once. \
               For an admin of the default tenant.",
        body: object(json!({
            "id": {"type": "string", "maxLength": 64},
            "name": {"type": "string"},
            "time_zone": {"type": "string", "default": "UTC"}
        })),
        examples: vec![
            Example {
                title: "A shop",
                body: r#"{ "id": "shop", "name": "The shop", "time_zone": "Europe/Berlin" }"#,
                status: 201,
            },
            Example { title: "Once more", body: r#"{ "id": "shop" }"#, status: 409 },
            Example { title: "No id", body: r#"{ "id": "a b" }"#, status: 400 },
        ],
        replies: vec![
            reply(
                201,
                "The tenant and what opens it.",
                r#"{"tenant":{"id":"shop","name":"The shop","time_zone":"Europe/Berlin","created_at":"2026-10-15T12:00:00.000Z"},"write_key":"tf_w_0123456789abcdefghijklmn","secret_key":"tf_s_0123456789abcdefghijklmn","setup_token":"0123"}"#,
            ),
            invalid(),
            conflict(),
        ],
        ..operation("POST", "/api/v1/tenants", "Make a tenant")
    }
}
