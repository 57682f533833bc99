//! What people keep, and the links by which others see it.

use serde_json::{Value, json};

use super::{Auth, Example, Operation, Reply, problem, reply};

const GROUP: &str = "Keep";
const LINK: &str = r#"{"id":"9f2c4a7b01d3","created_at":"2026-10-15T12:00:00.000Z","expires_at":null,"link":"http://localhost:20000/app/shared/Zx8..","token":"Zx8.."}"#;
const SHARED: &str = r#"{"kind":"dashboard","name":"Growth","description":"","range":{"last":"30d"},"time_zone":"UTC","expires_at":null,"tiles":[{"n":0,"x":0,"y":0,"w":6,"h":4,"title":"Sign-ups","view":{},"question":{"kind":"trend"},"missing":false}]}"#;

/// A kind of things: where it is, what it is called, a body and an answer.
struct Kind {
    list: &'static str,
    one: &'static str,
    /// Of list, make, one, replace, change and remove.
    titles: [&'static str; 6],
    text: &'static str,
    body: &'static str,
    wrong: &'static str,
    patch: &'static str,
    answer: &'static str,
    page: &'static str,
}

const QUESTIONS: Kind = Kind {
    list: "/api/v1/questions",
    one: "/api/v1/questions/{id}",
    titles: [
        "Saved questions",
        "Save a question",
        "A saved question",
        "Write a saved question anew",
        "Change a saved question",
        "Remove a saved question",
    ],
    text: "The question is kept with every default filled in; view is an object of yours, at most 4 KB.",
    body: r#"{ "name": "Sign-ups", "question": { "kind": "trend", "series": [{ "event": "signed_up" }] }, "view": { "chart": "bars" } }"#,
    wrong: r#"{ "name": "Sign-ups", "question": { "kind": "trends" } }"#,
    patch: r#"{ "description": "By day" }"#,
    answer: r#"{"id":"1","name":"Sign-ups","description":"","question":{"kind":"trend","range":{"last":"7d"},"interval":"day","series":[{"name":"signed_up","measure":"total","event":"signed_up"}]},"view":{"chart":"bars"},"owner":{"id":"4","name":"Ada"},"may_edit":true,"version":1,"created_at":"2026-10-15T12:00:00.000Z","updated_at":"2026-10-15T12:00:00.000Z"}"#,
    page: r#"{"count":1,"next":null,"previous":null,"results":[{"id":"1","name":"Sign-ups"}]}"#,
};

const DASHBOARDS: Kind = Kind {
    list: "/api/v1/dashboards",
    one: "/api/v1/dashboards/{id}",
    titles: [
        "Dashboards",
        "Make a dashboard",
        "A dashboard",
        "Write a dashboard anew",
        "Change a dashboard",
        "Remove a dashboard",
    ],
    text: "At most 50 tiles, each of a saved question. A range takes the place of that of every question.",
    body: r#"{ "name": "Growth", "range": { "last": "30d" }, "tiles": [{ "question": "1", "x": 0, "y": 0, "w": 6, "h": 4 }] }"#,
    wrong: r#"{ "name": "Growth", "tiles": [{ "question": "99" }] }"#,
    patch: r#"{ "range": null }"#,
    answer: r#"{"id":"1","name":"Growth","description":"","tiles":[{"question":"1","x":0,"y":0,"w":6,"h":4,"title":null,"missing":false}],"range":{"last":"30d"},"owner":null,"may_edit":true,"version":1,"created_at":"2026-10-15T12:00:00.000Z","updated_at":"2026-10-15T12:00:00.000Z"}"#,
    page: r#"{"count":1,"next":null,"previous":null,"results":[{"id":"1","name":"Growth"}]}"#,
};

const COHORTS: Kind = Kind {
    list: "/api/v1/cohorts",
    one: "/api/v1/cohorts/{id}",
    titles: [
        "Cohorts",
        "Make a cohort",
        "A cohort",
        "Write a cohort anew",
        "Change a cohort",
        "Remove a cohort",
    ],
    text: "With a definition, as questions have it, or with ids: at most 100,000. A cohort that something else \
           names is not removed.",
    body: r#"{ "name": "Beta testers", "ids": ["user1", "user2"] }"#,
    wrong: r#"{ "name": "Buyers", "definition": { "did": { "event": "purchase" }, "times": {} } }"#,
    patch: r#"{ "name": "Testers" }"#,
    answer: r#"{"id":"1","name":"Beta testers","description":"","definition":null,"kind":"static","ids":2,"owner":null,"may_edit":true,"version":1,"created_at":"2026-10-15T12:00:00.000Z","updated_at":"2026-10-15T12:00:00.000Z"}"#,
    page: r#"{"count":1,"next":null,"previous":null,"results":[{"id":"1","name":"Beta testers"}]}"#,
};

const ANNOTATIONS: Kind = Kind {
    list: "/api/v1/annotations",
    one: "/api/v1/annotations/{id}",
    titles: [
        "Annotations",
        "Make an annotation",
        "An annotation",
        "Write an annotation anew",
        "Change an annotation",
        "Remove an annotation",
    ],
    text: "What happened when; on all charts, or on those of a dashboard or a question. By time, newest first.",
    body: r#"{ "at": "2026-10-15T12:00:00Z", "text": "Version 2 is out", "scope": { "dashboard": "1" } }"#,
    wrong: r#"{ "text": "When?" }"#,
    patch: r#"{ "scope": null }"#,
    answer: r#"{"id":"1","at":"2026-10-15T12:00:00.000Z","text":"Version 2 is out","scope":{"dashboard":"1"},"owner":null,"may_edit":true,"version":1,"created_at":"2026-10-15T12:00:00.000Z","updated_at":"2026-10-15T12:00:00.000Z"}"#,
    page: r#"{"count":1,"next":null,"previous":null,"results":[{"id":"1","text":"Version 2 is out"}]}"#,
};

const GOALS: Kind = Kind {
    list: "/api/v1/goals",
    one: "/api/v1/goals/{id}",
    titles: [
        "Goals",
        "Make a goal",
        "A goal",
        "Write a goal anew",
        "Change a goal",
        "Remove a goal",
    ],
    text: "Events that count as a success: an event type, a filter, or both.",
    body: r#"{ "name": "Bought", "event": "purchase" }"#,
    wrong: r#"{ "name": "Anything" }"#,
    patch: r#"{ "filter": { "property": "plan", "value": "pro" } }"#,
    answer: r#"{"id":"1","name":"Bought","description":"","event":"purchase","filter":null,"owner":null,"may_edit":true,"version":1,"created_at":"2026-10-15T12:00:00.000Z","updated_at":"2026-10-15T12:00:00.000Z"}"#,
    page: r#"{"count":1,"next":null,"previous":null,"results":[{"id":"1","name":"Bought"}]}"#,
};

pub(super) fn operations() -> Vec<Operation> {
    let mut all = Vec::new();
    for kind in [QUESTIONS, DASHBOARDS, COHORTS, ANNOTATIONS, GOALS] {
        all.extend(of_kind(&kind));
    }
    all.extend(of_members());
    all.extend(of_links("/api/v1/dashboards/{id}/share", "/api/v1/dashboards/{id}/share/{share}"));
    all.extend(of_links("/api/v1/questions/{id}/share", "/api/v1/questions/{id}/share/{share}"));
    all.extend([shared(), tile()]);
    all
}

fn own(method: &'static str, path: &'static str, title: &'static str) -> Operation {
    let auth = if method == "GET" { Auth::Read } else { Auth::Admin };
    Operation {
        method,
        path,
        group: GROUP,
        title,
        text: "",
        auth,
        parameters: vec![],
        body: None,
        examples: vec![],
        replies: super::refusals().into(),
    }
}

fn of_kind(kind: &Kind) -> [Operation; 6] {
    let [all, make, one, replace, change, remove] = kind.titles;
    let example = |title, body, status| Example { title, body, status };
    let body = Some(schema(kind));
    let mut list = own("GET", kind.list, all);
    list.parameters = vec![
        ("page", "Which page, from 1."),
        ("page_size", "1 to 1000, 100 when absent."),
        ("search", "A part of the name, without regard to the case of a to z."),
        ("from", "Only those about this time or later; by when it was made where it has no time."),
        ("to", "Only those about an earlier time."),
    ];
    list.text = "Newest first.";
    list.examples = vec![example("The first page", "", 200)];
    list.replies.insert(0, reply(200, "A page.", kind.page));
    list.replies.extend([wrong(), missing()]);
    let mut made = own("POST", kind.list, make);
    made.text = kind.text;
    made.body.clone_from(&body);
    made.examples = vec![example(make, kind.body, 201), example("Wrong", kind.wrong, 400)];
    made.replies.insert(0, reply(201, "It is kept.", kind.answer));
    made.replies.push(wrong());
    let mut shown = own("GET", kind.one, one);
    shown.examples = vec![example("The first", "", 200)];
    shown.replies.insert(0, reply(200, "As it is kept.", kind.answer));
    shown.replies.push(missing());
    let mut replaced = own("PUT", kind.one, replace);
    replaced.text =
        "What is not in the body has its default. With a version, only that one is changed.";
    replaced.body.clone_from(&body);
    replaced.examples = match kind.list {
        // The ids of a static one stand below it.
        "/api/v1/cohorts" => vec![example("Another name", r#"{ "name": "Testers" }"#, 200)],
        _ => vec![example("The same", kind.body, 200)],
    };
    let mut changed = own("PATCH", kind.one, change);
    changed.text = "What is not in the body stays. With a version, only that one is changed.";
    changed.body = body;
    changed.examples = vec![
        example("A field", kind.patch, 200),
        example("Changed meanwhile", r#"{ "version": 99 }"#, 409),
    ];
    for operation in [&mut replaced, &mut changed] {
        operation.replies.insert(0, reply(200, "As it is now.", kind.answer));
        operation.replies.extend([wrong(), missing(), stale()]);
    }
    let mut removed = own("DELETE", kind.one, remove);
    removed.text = "For good, with its links.";
    removed.replies.insert(0, reply(204, "It is gone.", "null"));
    removed.replies.extend([missing(), stale()]);
    [list, made, shown, replaced, changed, removed]
}

/// The fields of a kind, by its example.
fn schema(kind: &Kind) -> Value {
    let example: Value = serde_json::from_str(kind.answer).unwrap_or_default();
    let told = ["id", "owner", "may_edit", "created_at", "updated_at", "kind"];
    let fields = example.as_object().into_iter().flatten();
    let fields = fields.filter(|(name, _)| !told.contains(&name.as_str()));
    let of = |name: &str| match name {
        "version" => json!({"type": "integer", "minimum": 1}),
        "tiles" => json!({"type": "array", "maxItems": 50, "items": {"type": "object"}}),
        "ids" => json!({"type": "array", "maxItems": 100_000, "items": {"type": "string"}}),
        "name" | "description" | "event" | "text" | "at" => json!({"type": ["string", "null"]}),
        _ => json!({"type": ["object", "null"]}),
    };
    let fields: serde_json::Map<String, Value> =
        fields.map(|(name, _)| (name.clone(), of(name))).collect();
    json!({"type": "object", "properties": fields})
}

fn of_members() -> Vec<Operation> {
    let path = "/api/v1/cohorts/{id}/ids";
    let body = json!({"type": "object", "properties": {"ids": {"type": "array", "items": {"type": "string"}}}});
    let pages = |operation: &mut Operation| {
        operation.parameters = vec![
            ("limit", "1 to 1000, 100 when absent."),
            ("cursor", "What the page before named as next_cursor."),
        ];
        operation.replies.extend([wrong(), missing()]);
    };
    let mut ids = own("GET", path, "Ids of a static cohort");
    pages(&mut ids);
    ids.examples = vec![Example { title: "The first page", body: "", status: 200 }];
    let answer = r#"{"count":2,"ids":["user1","user2"],"next_cursor":null}"#;
    ids.replies.insert(0, reply(200, "A page, in byte order.", answer));
    let put = |method, title, text, example| {
        let mut operation = own(method, path, title);
        operation.text = text;
        operation.body = Some(body.clone());
        operation.examples = vec![
            Example { title, body: example, status: 200 },
            Example { title: "No list", body: r#"{ "ids": "user1" }"#, status: 400 },
        ];
        operation.replies.insert(0, reply(200, "How many it has now.", r#"{"ids":2}"#));
        operation.replies.extend([wrong(), missing()]);
        operation
    };
    let csv = "JSON, or with the content type text/csv one id a line.";
    let replaced = put("PUT", "Replace the ids", csv, r#"{ "ids": ["user1", "user2"] }"#);
    let added = put("POST", "Add ids", csv, r#"{ "ids": ["user3"] }"#);
    let mut size = own("GET", "/api/v1/cohorts/{id}/size", "How many persons are in a cohort");
    size.examples = vec![Example { title: "Now", body: "", status: 200 }];
    size.replies.insert(0, reply(200, "Persons with an event.", r#"{"size":2}"#));
    size.replies.push(missing());
    let mut persons = own("GET", "/api/v1/cohorts/{id}/persons", "Who is in a cohort");
    pages(&mut persons);
    persons.examples = vec![Example { title: "The first page", body: "", status: 200 }];
    let answer = r#"{"total":1,"persons":[{"person":"user1"}],"next_cursor":null}"#;
    persons.replies.insert(0, reply(200, "A page, by id.", answer));
    vec![ids, replaced, added, size, persons]
}

fn of_links(all: &'static str, one: &'static str) -> [Operation; 3] {
    let mut list = own("GET", all, "Links that show it");
    list.text = "Without their tokens. Who may change it may see, make and end its links.";
    list.examples = vec![Example { title: "All", body: "", status: 200 }];
    let answer = r#"{"shares":[{"id":"9f2c4a7b01d3","created_at":"2026-10-15T12:00:00.000Z","expires_at":null}]}"#;
    list.replies.insert(0, reply(200, "The links.", answer));
    list.replies.push(missing());
    let mut make = own("POST", all, "Make a link");
    make.text = "The token is told only now. At most 20 for one thing.";
    make.body = Some(json!({"type": "object", "properties": {"expires_at": {"type": "string"}}}));
    make.examples = vec![
        Example { title: "Until it is ended", body: "{}", status: 201 },
        Example {
            title: "In the past",
            body: r#"{ "expires_at": "2001-01-01T00:00:00Z" }"#,
            status: 400,
        },
    ];
    make.replies.insert(0, reply(201, "The link.", LINK));
    make.replies.extend([wrong(), missing()]);
    let mut end = own("DELETE", one, "End a link");
    end.text = "At once.";
    end.replies.insert(0, reply(204, "It shows nothing any more.", "null"));
    end.replies.push(missing());
    [list, make, end]
}

fn open(method: &'static str, path: &'static str, title: &'static str) -> Operation {
    let mut operation = own(method, path, title);
    operation.auth = Auth::Open;
    operation.replies = vec![
        missing(),
        problem(
            429,
            "Too many requests of this link.",
            r##"{"code":"rate_limited","detail":"too many requests of this key, try again in 1 s","requestId":"9f2c4a7b01d35e68","status":429,"title":"Too many requests","type":"/docs#code-rate_limited"}"##,
        ),
    ];
    operation
}

fn shared() -> Operation {
    let mut operation = open("GET", "/api/v1/shared/{token}", "What a link shows");
    operation.text = "Needs no key. A single question is shown like a dashboard with one tile. Filters and definitions \
                      of cohorts are left out.";
    operation.examples = vec![Example { title: "No link", body: "", status: 404 }];
    operation.replies.insert(0, reply(200, "The dashboard.", SHARED));
    operation
}

fn tile() -> Operation {
    let mut operation =
        open("POST", "/api/v1/shared/{token}/tiles/{n}", "The answer of a tile of a link");
    operation.text = "As that of a question, which is the one of the tile and no other; a body is not looked at.";
    operation.examples = vec![Example { title: "No link", body: "", status: 404 }];
    let answer = r#"{"question":{"kind":"counts"},"result":{"total":4,"unique_persons":2,"events":[]},"meta":{"backend":"local"}}"#;
    operation.replies.insert(0, reply(200, "The answer.", answer));
    operation.replies.push(problem(
        403,
        "The question lists events or persons.",
        r##"{"code":"forbidden","detail":"a link shows no ids of persons","requestId":"9f2c4a7b01d35e68","status":403,"title":"Forbidden","type":"/docs#code-forbidden"}"##,
    ));
    operation
}

fn wrong() -> Reply {
    problem(
        400,
        "Something is not as it must be.",
        r##"{"code":"missing_field","detail":"name is required","errors":[{"code":"missing_field","field":"name","message":"name is required"}],"requestId":"9f2c4a7b01d35e68","status":400,"title":"Missing field","type":"/docs#code-missing_field"}"##,
    )
}

fn missing() -> Reply {
    problem(
        404,
        "There is no such thing.",
        r##"{"code":"not_found","detail":"there is no question 7","requestId":"9f2c4a7b01d35e68","status":404,"title":"Not found","type":"/docs#code-not_found"}"##,
    )
}

fn stale() -> Reply {
    problem(
        409,
        "It was changed meanwhile, or something else names it.",
        r##"{"code":"conflict","detail":"version is 3, the question has 4 by now","errors":[{"code":"conflict","field":"version","message":"version is 3, the question has 4 by now"}],"requestId":"9f2c4a7b01d35e68","status":409,"title":"Conflict","type":"/docs#code-conflict"}"##,
    )
}
