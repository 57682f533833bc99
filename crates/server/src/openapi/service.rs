//! How we are, and pages.

use super::{Auth, Example, Operation, PROBLEM, Reply, reply};

const HEALTH: &str = "Operate";
const PAGES: &str = "Read about it";

pub(super) fn operations() -> Vec<Operation> {
    let mut all = health();
    all.extend(pages());
    all.extend(scripts());
    for operation in &mut all {
        operation.replies.push(Reply {
            status: 405,
            text: "Another method than GET.",
            content_type: PROBLEM,
            example: r##"{"code":"unsupported","detail":"method POST is not allowed here","requestId":"9f2c4a7b01d35e68","status":405,"title":"Not supported","type":"/docs#code-unsupported"}"##,
        });
    }
    all
}

fn scripts() -> Vec<Operation> {
    vec![
        get(
            "/trackflow.js",
            PAGES,
            "The browser tracker",
            "The newest one; below /v1/ is one that only gets corrections.",
            vec![script()],
        ),
        get(
            "/v1/trackflow.js",
            PAGES,
            "The browser tracker, version 1",
            "It only gets corrections.",
            vec![script()],
        ),
        get(
            "/trackflow-flags.js",
            PAGES,
            "Flags for the browser tracker",
            "A second, optional script.",
            vec![script()],
        ),
        get(
            "/v1/trackflow-flags.js",
            PAGES,
            "Flags for the browser tracker, version 1",
            "It only gets corrections.",
            vec![script()],
        ),
    ]
}

fn script() -> Reply {
    Reply {
        status: 200,
        text: "The script.",
        content_type: "text/javascript",
        example: "!function(){..}()",
    }
}

fn health() -> Vec<Operation> {
    vec![
        get(
            "/healthz",
            HEALTH,
            "Is the process alive",
            "200 as long as the process answers at all.",
            vec![reply(200, "It lives.", r#"{"status":"ok"}"#)],
        ),
        get(
            "/readyz",
            HEALTH,
            "Can it take events",
            "For load balancers: 503 with the reasons while events cannot be accepted.",
            vec![
                reply(200, "It can.", r#"{"reasons":[],"status":"ok"}"#),
                reply(
                    503,
                    "It cannot, for these reasons.",
                    r#"{"reasons":["the server is stopping"],"status":"unavailable"}"#,
                ),
            ],
        ),
        get(
            "/metrics",
            HEALTH,
            "Metrics for Prometheus",
            "Every number about requests, events, journal and store. With a secret key of the \
             scope admin, also events per tenant.",
            vec![
                Reply {
                    status: 200,
                    text: "The metrics.",
                    content_type: "text/plain",
                    example: "trackflow_events_total{outcome=\"received\"} 3",
                },
                Reply {
                    status: 401,
                    text: "A wrong key; without one the metrics are there, without tenants.",
                    content_type: PROBLEM,
                    example: r##"{"code":"unknown_key","detail":"the key is not known, expired or revoked","requestId":"9f2c4a7b01d35e68","status":401,"title":"Unknown key","type":"/docs#code-unknown_key"}"##,
                },
            ],
        ),
    ]
}

fn pages() -> Vec<Operation> {
    vec![
        get(
            "/openapi.json",
            PAGES,
            "This description for machines",
            "An OpenAPI 3.1 document.",
            vec![reply(200, "The document.", r#"{"openapi":"3.1.0"}"#)],
        ),
        get(
            "/docs",
            PAGES,
            "This page",
            "The same description for people.",
            vec![html("The page.")],
        ),
        get(
            "/app",
            PAGES,
            "The dashboard",
            "An app in the browser; a server that was built without it says how to get it.",
            vec![html("The page.")],
        ),
        get(
            "/app/{*path}",
            PAGES,
            "Pages and files of the dashboard",
            "Files below `assets/` may be kept for ever; every other path is a page of the app.",
            vec![
                html("The page, or a file of its own type."),
                Reply {
                    status: 404,
                    text: "An asset that this build does not have.",
                    content_type: PROBLEM,
                    example: r##"{"code":"not_found","detail":"there is nothing at /app/assets/x.js, see /docs","requestId":"9f2c4a7b01d35e68","status":404,"title":"Not found","type":"/docs#code-not_found"}"##,
                },
            ],
        ),
        get(
            "/",
            PAGES,
            "Where to start",
            "Browsers are sent to the dashboard, or see a short page; JSON for everyone else.",
            vec![reply(
                200,
                "For programs.",
                r#"{"docs":"/docs","name":"TrackFlow","openapi":"/openapi.json","status":"ok"}"#,
            )],
        ),
    ]
}

fn html(text: &'static str) -> Reply {
    Reply { status: 200, text, content_type: "text/html", example: "" }
}

fn get(
    path: &'static str,
    group: &'static str,
    title: &'static str,
    text: &'static str,
    replies: Vec<Reply>,
) -> Operation {
    Operation {
        method: "GET",
        path,
        group,
        title,
        text,
        auth: Auth::Open,
        parameters: Vec::new(),
        body: None,
        examples: vec![Example { title: "Ask", body: "", status: 200 }],
        replies,
    }
}
