//! Experiments on flags.

use serde_json::{Value, json};

use super::{Auth, Example, Operation, Reply, problem, refusals, reply};

const GROUP: &str = "Experiments";
const ALL: &str = "/api/v1/experiments";
const ONE: &str = "/api/v1/experiments/{id}";
const DRAFT: &str = r#"{"id":1,"name":"Checkout button","hypothesis":"a green button sells more","flag":"checkout_button","control":"control","goal":{"name":"bought","measure":"conversion","event":"purchase"},"secondary_goals":[{"name":"spent","measure":"sum","event":"purchase","property":"total"}],"plan":{"alpha":0.05,"power":0.8,"baseline":0.1,"deviation":null,"effect":0.02,"minimum_sample":null},"minimum_sample":3841,"status":"draft","variants":[],"started_at":null,"stopped_at":null,"created_at":"2026-10-15T12:00:00.000Z","updated_at":"2026-10-15T12:00:00.000Z"}"#;
const RUNNING: &str = r#"{"id":1,"name":"Checkout button","hypothesis":"a green button sells more","flag":"checkout_button","control":"control","goal":{"name":"bought","measure":"conversion","event":"purchase"},"secondary_goals":[],"plan":{"alpha":0.05,"power":0.8,"baseline":0.1,"deviation":null,"effect":0.02,"minimum_sample":null},"minimum_sample":3841,"status":"running","variants":[{"key":"control","percentage":50},{"key":"test","percentage":50}],"started_at":"2026-10-15T12:00:00.000Z","stopped_at":null,"created_at":"2026-10-15T12:00:00.000Z","updated_at":"2026-10-15T12:00:00.000Z"}"#;
const RESULTS: &str = r#"{"experiment":{"id":1,"status":"running"},"from":"2026-10-01T12:00:00.000Z","to":"2026-10-15T12:00:00.000Z","minimum_sample":3841,"enough":false,"confidence":0.95,"exposed":2003,"multiple":3,"variants":[{"variant":"control","percentage":50,"persons":1000},{"variant":"test","percentage":50,"persons":1000}],"sample_ratio":{"p_value":1.0,"mismatch":false},"warnings":[{"code":"not_enough","message":"a variant has 1000 of the 3841 persons each needs, nothing is final before"}],"goals":[{"name":"bought","measure":"conversion","primary":true,"enough":false,"variants":[{"variant":"control","is_control":true,"exposed":1000,"achieved":200,"persons":1000,"value":0.2,"deviation":null,"credible_interval":[0.17639,0.22594],"probability_best":0.00372,"uplift":null,"difference":null,"confidence_interval":null,"p_value":null},{"variant":"test","is_control":false,"exposed":1000,"achieved":250,"persons":1000,"value":0.25,"deviation":null,"credible_interval":[0.22414,0.27780],"probability_best":0.99628,"uplift":0.25,"difference":0.05,"confidence_interval":[0.0134,0.08645],"p_value":0.00742}]}]}"#;

pub(super) fn operations() -> Vec<Operation> {
    vec![sample_size(), list(), make(), one(), change(), results(), start(), stop(), remove()]
}

fn own(method: &'static str, path: &'static str, title: &'static str) -> Operation {
    let is_get = method == "GET";
    let mut operation = Operation {
        method,
        path,
        group: GROUP,
        title,
        text: "",
        auth: if is_get { Auth::Read } else { Auth::Admin },
        parameters: vec![("pretty", "Indent the answer for people.")],
        body: None,
        examples: vec![],
        replies: refusals().to_vec(),
    };
    if path != ALL && !path.ends_with("sample-size") {
        operation.replies.push(missing());
    }
    operation
}

fn sample_size() -> Operation {
    let mut operation = own("GET", "/api/v1/experiments/sample-size", "How many people it takes");
    operation.text = "People each variant needs, by the smallest difference worth finding: of a \
                      share (baseline), or of a number per person (deviation).";
    operation.parameters.extend([
        ("baseline", "The share of people who do it today, above 0 and below 1."),
        ("deviation", "Instead: the standard deviation of the number today."),
        ("effect", "The difference, in shares or in the unit of the number."),
        ("alpha", "How often a difference may be seen where there is none; 0.05 when absent."),
        ("power", "How often such a difference must be seen; 0.8 when absent."),
    ]);
    operation.examples = vec![Example { title: "Nothing is told", body: "", status: 400 }];
    let answer = r#"{"minimum_sample":3841,"baseline":0.1,"deviation":null,"effect":0.02,"alpha":0.05,"power":0.8}"#;
    operation.replies.insert(0, reply(200, "People per variant.", answer));
    operation.replies.push(wrong());
    operation
}

fn list() -> Operation {
    let mut operation = own("GET", ALL, "All experiments");
    operation.text = "Newest first; at most 1,000 are kept.";
    operation.parameters.extend([
        ("status", "Only draft, running or stopped ones."),
        ("flag", "Only those on the flag of this key."),
    ]);
    operation.examples = vec![Example { title: "All", body: "", status: 200 }];
    operation.replies.insert(0, reply(200, "The experiments.", r#"{"experiments":[]}"#));
    operation.replies.push(wrong());
    operation
}

fn make() -> Operation {
    let mut operation = own("POST", ALL, "Draft an experiment");
    operation.text = "On a flag with variants. Everything that is wrong is told at once.";
    operation.body = Some(body(&["name", "flag", "goal"]));
    let unknown = r#"{ "name": "Checkout button", "flag": "none", "goal": { "event": "buy" } }"#;
    operation.examples = vec![
        Example {
            title: "Does a green button sell more",
            body: r#"{
  "name": "Checkout button",
  "hypothesis": "a green button sells more",
  "flag": "checkout_button",
  "goal": { "name": "bought", "event": "purchase" },
  "secondary_goals": [
    { "name": "spent", "event": "purchase", "measure": "sum", "property": "total" }
  ],
  "plan": { "baseline": 0.1, "effect": 0.02 }
}"#,
            status: 201,
        },
        Example { title: "The flag is not there", body: unknown, status: 400 },
    ];
    operation.replies.insert(0, reply(201, "The draft.", DRAFT));
    operation.replies.push(wrong());
    operation
}

fn one() -> Operation {
    let mut operation = own("GET", ONE, "One experiment");
    operation.text = "minimum_sample is what its plan comes to: null while it tells too little.";
    operation.examples = vec![Example { title: "The first", body: "", status: 200 }];
    operation.replies.insert(0, reply(200, "The experiment.", DRAFT));
    operation
}

fn change() -> Operation {
    let mut operation = own("PATCH", ONE, "Change an experiment");
    operation.text = "What is not in the body stays; a plan is replaced as a whole. Once it has \
                      started only its name and hypothesis change.";
    operation.body = Some(body(&[]));
    let body = r#"{ "plan": { "minimum_sample": 500 } }"#;
    operation.examples = vec![Example { title: "So many people", body, status: 200 }];
    operation.replies.insert(0, reply(200, "The experiment.", DRAFT));
    operation.replies.extend([wrong(), conflict()]);
    operation
}

fn start() -> Operation {
    let mut operation = own("POST", "/api/v1/experiments/{id}/start", "Start an experiment");
    operation.text = "Once. Its plan must tell how many people are needed; it and the variants of \
                      the flag are fixed from now on.";
    operation.examples = vec![
        Example { title: "The first", body: "", status: 200 },
        Example { title: "Once more", body: "", status: 409 },
    ];
    operation.replies.insert(0, reply(200, "The experiment.", RUNNING));
    operation.replies.extend([wrong(), conflict()]);
    operation
}

fn stop() -> Operation {
    let mut operation = own("POST", "/api/v1/experiments/{id}/stop", "Stop an experiment");
    operation.text = "For good. What comes later does not count.";
    operation.examples = vec![
        Example { title: "The first", body: "", status: 200 },
        Example { title: "Once more", body: "", status: 409 },
    ];
    operation.replies.insert(0, reply(200, "The experiment.", RUNNING));
    operation.replies.push(conflict());
    operation
}

fn results() -> Operation {
    let mut operation = own("GET", "/api/v1/experiments/{id}/results", "What became of it");
    operation.text = "Persons by the first $feature_flag_called of the flag between start and \
                      stop, and what they did from then on. Who saw several variants is in none \
                      and counted in multiple. With enough false nothing here is final. See \
                      docs/experiments.md for every number.";
    operation.examples = vec![Example { title: "Of a draft", body: "", status: 409 }];
    operation.replies.insert(0, reply(200, "The results.", RESULTS));
    operation.replies.push(conflict());
    operation
}

fn remove() -> Operation {
    let mut operation = own("DELETE", ONE, "Remove an experiment");
    operation.text = "Its events stay.";
    operation.replies.insert(0, reply(204, "It is gone.", "null"));
    operation
}

fn body(required: &[&str]) -> Value {
    let goal = json!({
        "type": "object",
        "description": "event, filter, name as in questions; measure: conversion (default), count, sum or mean, the last two of a property or field."
    });
    json!({
        "type": "object",
        "required": required,
        "properties": {
            "name": {"type": "string", "maxLength": 200, "description": "The name for people."},
            "hypothesis": {"type": "string", "maxLength": 4000, "description": "What is believed before."},
            "flag": {"type": "string", "description": "The key of a flag with variants."},
            "control": {"type": "string", "description": "The variant the others are compared with; control when absent."},
            "goal": goal.clone(),
            "secondary_goals": {"type": "array", "maxItems": 9, "items": goal},
            "plan": {
                "type": "object",
                "description": "minimum_sample, or effect beside baseline (of a conversion) or deviation (of a number); alpha (0.05) and power (0.8)."
            }
        }
    })
}

fn wrong() -> Reply {
    problem(
        400,
        "Something is not as it must be.",
        r##"{"code":"invalid_value","detail":"there is no flag \"none\"","errors":[{"code":"invalid_value","field":"flag","message":"there is no flag \"none\""}],"requestId":"9f2c4a7b01d35e68","status":400,"title":"Invalid value","type":"/docs#code-invalid_value"}"##,
    )
}

fn conflict() -> Reply {
    problem(
        409,
        "It has started or stopped, or not started yet.",
        r##"{"code":"conflict","detail":"the experiment is running: only a draft starts, make another one","requestId":"9f2c4a7b01d35e68","status":409,"title":"Conflict","type":"/docs#code-conflict"}"##,
    )
}

fn missing() -> Reply {
    problem(
        404,
        "There is none with this number.",
        r##"{"code":"not_found","detail":"there is no experiment 7","requestId":"9f2c4a7b01d35e68","status":404,"title":"Not found","type":"/docs#code-not_found"}"##,
    )
}
