//! Users who log in.

use serde_json::{Value, json};

use super::{Auth, Example, Operation, Reply, problem, reply};

const GROUP: &str = "Log in";
const USER: &str = r#"{"user":{"id":1,"email":"ada@example.com","name":"Ada","role":"owner","created_at":"2026-10-15T12:00:00.000Z","last_login_at":"2026-10-15T12:00:00.000Z","disabled_at":null},"tenant":{"id":"default","name":"Default","time_zone":"UTC","week_start":"monday"}}"#;

pub(super) fn operations() -> Vec<Operation> {
    vec![login(), logout(), me(), link(), setup(), password()]
}

fn operation(method: &'static str, path: &'static str, title: &'static str) -> Operation {
    Operation {
        method,
        path,
        group: GROUP,
        title,
        text: "",
        auth: Auth::Open,
        parameters: Vec::new(),
        body: None,
        examples: Vec::new(),
        replies: Vec::new(),
    }
}

fn object(required: &[&str], texts: &[&str]) -> Option<Value> {
    let properties: serde_json::Map<_, _> =
        texts.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
    Some(json!({
        "type": "object", "required": required, "additionalProperties": false,
        "properties": properties,
    }))
}

fn unauthorized(text: &'static str) -> Reply {
    problem(
        401,
        text,
        r##"{"code":"unauthorized","detail":"the email address or the password is wrong","requestId":"9f2c4a7b01d35e68","status":401,"title":"Key needed","type":"/docs#code-unauthorized"}"##,
    )
}

fn invalid() -> Reply {
    problem(
        400,
        "A field is absent or wrong.",
        r##"{"code":"missing_field","detail":"email is required","errors":[{"code":"missing_field","field":"email","message":"email is required"}],"requestId":"9f2c4a7b01d35e68","status":400,"title":"Missing field","type":"/docs#code-missing_field"}"##,
    )
}

fn limited() -> Reply {
    problem(
        429,
        "Too many attempts failed; wait so long as Retry-After says.",
        r##"{"code":"rate_limited","detail":"too many attempts to log in, wait a while","requestId":"9f2c4a7b01d35e68","status":429,"title":"Rate limited","type":"/docs#code-rate_limited"}"##,
    )
}

fn no_link() -> Reply {
    problem(
        404,
        "The link was used, has expired or is not known.",
        r##"{"code":"not_found","detail":"the link was used, has expired or is not known","requestId":"9f2c4a7b01d35e68","status":404,"title":"Not found","type":"/docs#code-not_found"}"##,
    )
}

fn login() -> Operation {
    Operation {
        text: "Begins a session of 30 days since it was last used. Its token is in the cookie \
               trackflow_session, which no script can read; with it every route of a secret key can \
               be used that the user's role has the right to.",
        body: object(&["email", "password"], &["email", "password"]),
        examples: vec![
            Example {
                title: "A wrong password",
                body: r#"{ "email": "ada@example.com", "password": "not the right one" }"#,
                status: 401,
            },
            Example {
                title: "No password",
                body: r#"{ "email": "ada@example.com" }"#,
                status: 400,
            },
        ],
        replies: vec![
            reply(200, "The user; the session is in a cookie.", USER),
            invalid(),
            unauthorized("The email address or the password is wrong."),
            limited(),
        ],
        ..operation("POST", "/api/v1/auth/login", "Log in")
    }
}

fn logout() -> Operation {
    Operation {
        text: "Ends the session and takes the cookie back; also where there is none any more.",
        replies: vec![reply(204, "There is no session any more.", "null")],
        ..operation("POST", "/api/v1/auth/logout", "Log out")
    }
}

fn me() -> Operation {
    Operation {
        text: "The user who is logged in, and the tenant. With a key: its tenant and rights.",
        auth: Auth::Read,
        examples: vec![Example { title: "With a key", body: "", status: 200 }],
        replies: vec![
            reply(
                200,
                "Who asks.",
                r#"{"user":null,"scopes":["read","write","admin"],"tenant":{"id":"default","name":"Default","time_zone":"UTC","week_start":"monday"}}"#,
            ),
            unauthorized("Nobody is logged in."),
        ],
        ..operation("GET", "/api/v1/auth/me", "Who am I")
    }
}

fn link() -> Operation {
    Operation {
        text: "What a one-time link is for: making the first owner, taking up an invitation, or \
               choosing another password.",
        examples: vec![Example { title: "One that is not known", body: "", status: 404 }],
        replies: vec![
            reply(
                200,
                "It can be used.",
                r#"{"purpose":"invite","email":"ada@example.com","role":"analyst","expires_at":"2026-10-22T12:00:00.000Z"}"#,
            ),
            no_link(),
        ],
        ..operation("GET", "/api/v1/auth/setup/{token}", "What a link is for")
    }
}

fn setup() -> Operation {
    Operation {
        text: "Uses a one-time link, and logs in. Passwords have 10 to 200 characters; name and \
               email are not needed to choose another password.",
        body: object(&["token", "password"], &["token", "email", "name", "password"]),
        examples: vec![Example {
            title: "A link that is not known",
            body: r#"{ "token": "x", "email": "ada@example.com", "name": "Ada", "password": "correct horse" }"#,
            status: 404,
        }],
        replies: vec![
            reply(200, "The user; the session is in a cookie.", USER),
            invalid(),
            no_link(),
        ],
        ..operation("POST", "/api/v1/auth/setup", "Use a link")
    }
}

fn password() -> Operation {
    Operation {
        text: "The user's other sessions end.",
        auth: Auth::Read,
        body: object(&["current", "new"], &["current", "new"]),
        examples: vec![Example {
            title: "With a key, which has no password",
            body: r#"{ "current": "correct horse", "new": "battery staple" }"#,
            status: 401,
        }],
        replies: vec![
            reply(204, "It is changed.", "null"),
            invalid(),
            unauthorized("Nobody is logged in."),
            limited(),
        ],
        ..operation("POST", "/api/v1/auth/password", "Choose another password")
    }
}
