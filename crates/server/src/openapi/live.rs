//! Events as they come.

use super::{Auth, Example, Operation, Reply, problem, reply};

const GROUP: &str = "Ask questions";

pub(super) fn operations() -> Vec<Operation> {
    vec![follow(), visitors()]
}

fn follow() -> Operation {
    Operation {
        method: "GET",
        path: "/api/v1/live",
        group: GROUP,
        title: "Follow events as they come",
        text: "Server-sent events that do not end: one message per event, its data the event as \
               the question events shows it, its id the place in the log. A client that is too \
               slow gets the message missed with a count, and goes on with what is newer. Who comes \
               back with the last id it heard is told what came since, at most 10,000 records of \
               the log. Every 15 seconds there is a comment.",
        auth: Auth::Read,
        parameters: vec![
            ("event_type", "Only these event types, with commas between; may repeat."),
            ("distinct_id", "Only events of this distinct id."),
            ("filter", "A filter as in questions, as JSON; not about persons or cohorts."),
            ("last_event_id", "The last id heard, where the header Last-Event-ID cannot be set."),
            ("api_key", "The key, where no header can be set."),
        ],
        body: None,
        // A stream has no end that an example could show.
        examples: Vec::new(),
        replies: vec![
            Reply {
                status: 200,
                text: "The stream.",
                content_type: "text/event-stream",
                example: "id: 0:1042\ndata: {\"event_id\":\"01998f4e-7c1a-7b3e-9f11-6f0a2b6c1d2e\",\"tenant_id\":\"default\",\"event_type\":\"button_click\",\"timestamp\":\"2026-10-15T12:00:00.000Z\",\"received_at\":\"2026-10-15T12:00:00.000Z\",\"source\":\"web\",\"dialect\":\"simple\",\"flags\":[],\"properties\":{}}\n\nevent: missed\ndata: {\"count\":12}\n\n: ping\nid: 0:1055\n\n",
            },
            problem(
                400,
                "A parameter cannot be read.",
                r##"{"code":"invalid_value","detail":"last_event_id must be a lane and a position, like 0:1042","errors":[{"code":"invalid_value","field":"last_event_id","message":"last_event_id must be a lane and a position, like 0:1042"}],"requestId":"9f2c4a7b01d35e68","status":400,"title":"Invalid value","type":"/docs#code-invalid_value"}"##,
            ),
            unauthorized(),
            forbidden(),
            problem(
                503,
                "Too many streams; try again after Retry-After seconds.",
                r##"{"code":"overloaded","detail":"100 live streams are open for this tenant, the limit is 100","requestId":"9f2c4a7b01d35e68","status":503,"title":"Overloaded","type":"/docs#code-overloaded"}"##,
            ),
        ],
    }
}

fn visitors() -> Operation {
    Operation {
        method: "GET",
        path: "/api/v1/live/visitors",
        group: GROUP,
        title: "Who is there now",
        text: "How many persons did something in the last five minutes. The figure is at most one \
               second old.",
        auth: Auth::Read,
        parameters: vec![("pretty", "Indent the answer for people.")],
        body: None,
        examples: vec![Example { title: "Persons of the last minutes", body: "", status: 200 }],
        replies: vec![
            reply(200, "The figure.", r#"{"visitors":3}"#),
            unauthorized(),
            forbidden(),
            problem(
                503,
                "Too many questions at once; ask again after Retry-After seconds.",
                r##"{"code":"overloaded","detail":"too many questions are being answered","requestId":"9f2c4a7b01d35e68","status":503,"title":"Overloaded","type":"/docs#code-overloaded"}"##,
            ),
        ],
    }
}

fn unauthorized() -> Reply {
    problem(
        401,
        "No key, or a wrong one.",
        r##"{"code":"unauthorized","detail":"questions need a secret key, sent as Authorization: Bearer tf_s_..","requestId":"9f2c4a7b01d35e68","status":401,"title":"Key needed","type":"/docs#code-unauthorized"}"##,
    )
}

fn forbidden() -> Reply {
    problem(
        403,
        "A key without the scope read, like every write key.",
        r##"{"code":"forbidden","detail":"this key may not read; questions need a secret key with the scope read","requestId":"9f2c4a7b01d35e68","status":403,"title":"Forbidden","type":"/docs#code-forbidden"}"##,
    )
}
