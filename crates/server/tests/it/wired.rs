//! Requests as clients of each dialect send them, from `testdata/wire`.

use std::path::Path;

use axum::{body::Body, http::Request};
use serde_json::Value;

use crate::house::House;

/// Runs every case of a dialect, each in a house of its own.
pub async fn check(dialect: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/wire").join(dialect);
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let case: Value = serde_json::from_str(&text).unwrap();
        run(&path.display().to_string(), &case).await;
        count += 1;
    }
    assert!(count > 0, "{dialect} has no cases");
}

async fn run(name: &str, case: &Value) {
    let house = House::new();
    let request = &case["request"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut made =
        Request::builder().method(&*text(&request["method"])).uri(text(&request["path"]));
    for (name, value) in request["headers"].as_object().into_iter().flatten() {
        made = made.header(name, text(value));
    }
    if case["key"] == "read" {
        made = made.header("authorization", format!("Bearer {}", house.keys.secret_key));
    }
    let body = match request.get("text") {
        Some(raw) => text(raw),
        None => request.get("body").map_or(String::new(), Value::to_string),
    };
    let body = body.replace("your-api-key", &house.keys.write_key);
    let answer = house.send(made.body(Body::from(body)).unwrap()).await;
    assert_eq!(case["status"], answer.status, "{name}: {}", answer.text());
    let (got, expected) = (answer.json(), &case["response"]);
    assert!(matches(&got, expected), "{name}: {got:#} is not {expected:#}");
    let stored = house.stored().await;
    let expected = case["stored"].as_array().map_or(&[][..], Vec::as_slice);
    assert_eq!(stored.len(), expected.len(), "{name}: {stored:#?}");
    for event in expected {
        let subset = |stored: &Value| {
            event.as_object().unwrap().iter().all(|(key, value)| matches(&stored[key], value))
        };
        assert!(stored.iter().any(subset), "{name}: {event:#} is not among {stored:#?}");
    }
}

/// Whether a value is like a pattern: `<any>` is anything, `<id>` a UUID, and so on.
fn matches(got: &Value, pattern: &Value) -> bool {
    match (got, pattern) {
        (_, Value::String(any)) if any == "<any>" => true,
        (Value::String(id), Value::String(kind)) if kind == "<id>" => {
            id.parse::<event::EventId>().is_ok()
        }
        (Value::String(time), Value::String(kind)) if kind == "<time>" => {
            event::Timestamp::parse(time).is_ok()
        }
        (Value::Number(_), Value::String(kind)) if kind == "<number>" => true,
        (Value::Array(got), Value::Array(patterns)) => {
            got.len() == patterns.len() && got.iter().zip(patterns).all(|(g, p)| matches(g, p))
        }
        (Value::Object(got), Value::Object(patterns)) => {
            let open = patterns.get("...") == Some(&Value::Bool(true));
            let named = patterns.iter().filter(|(key, _)| *key != "...");
            let all = named.clone().all(|(key, p)| got.get(key).is_some_and(|g| matches(g, p)));
            all && (open || got.len() == named.count())
        }
        (got, pattern) => got == pattern,
    }
}
