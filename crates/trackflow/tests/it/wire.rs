//! Every request example of every dialect, against the real binary: `testdata/wire/<dialect>/*.json`.
//!
//! A case has a `request` (`method`, `path`, `headers`, and a JSON `body` or a raw `text`), the
//! `status` and `response` it gets, and the events that are `stored` then. In a response `"<id>"`,
//! `"<time>"`, `"<number>"` and `"<any>"` stand for whatever is of that kind; an object with
//! `"...": true` may have further fields. Of a stored event only the named fields are compared.
//! With `"key": "read"` the request carries a secret key.

use std::{fs, path::PathBuf};

use catalog::{Actor, Catalog};
use event::{TenantId, Timestamp};
use serde_json::{Value as Json, json};

use crate::{
    app::{App, Home, eventually},
    http,
};

/// The key the documents use.
const WRITE_KEY: &str = "your-api-key";

struct Case {
    name: String,
    json: Json,
}

fn cases(dialect: &str) -> Vec<Case> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/wire");
    let folder = PathBuf::from(root).join(dialect);
    let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    files.sort();
    assert!(!files.is_empty(), "{} has no case", folder.display());
    let read = |path: PathBuf| Case {
        name: format!("{dialect}/{}", path.file_stem().unwrap().to_str().unwrap()),
        json: serde_json::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display())),
    };
    files.into_iter().map(read).collect()
}

/// A fresh server that knows [`WRITE_KEY`], and a secret key.
fn start(home: &Home) -> (App, String) {
    fs::create_dir_all(home.data()).unwrap();
    let now = || Timestamp(jiff::Timestamp::now().as_millisecond());
    let opened = Catalog::open(&home.data().join("catalog.db"), std::sync::Arc::new(now));
    let (catalog, first) = opened.unwrap();
    let default = TenantId::default_tenant();
    catalog.register_write_key(&default, WRITE_KEY, "documents", &Actor::Cli).unwrap();
    drop(catalog);
    (home.serve(), first.unwrap().secret_key)
}

fn run(case: &Case) {
    let home = Home::new();
    let (app, secret) = start(&home);
    let Case { name, json } = case;
    let request = &json["request"];
    let mut headers = String::new();
    if json["key"] == "read" {
        headers.push_str(&format!("Authorization: Bearer {secret}\r\n"));
    }
    for (header, value) in request["headers"].as_object().into_iter().flatten() {
        headers.push_str(&format!("{header}: {}\r\n", value.as_str().unwrap()));
    }
    let body = match (&request["text"], &request["body"]) {
        (Json::String(text), _) => text.clone(),
        (_, Json::Null) => String::new(),
        (_, body) => body.to_string(),
    };
    let (method, path) = (request["method"].as_str().unwrap(), request["path"].as_str().unwrap());
    let answer = http::plainly(app.address(), method, path, &headers, &body).unwrap();
    assert_eq!(answer.status, json["status"], "{name}: {}", answer.body);
    let got = match serde_json::from_str(&answer.body) {
        Ok(json) => json,
        Err(_) => Json::String(answer.body.clone()),
    };
    if let Some(pattern) = json.get("response") {
        same(pattern, &got, &format!("{name}: response"));
    }
    stored(&app, &secret, json["stored"].as_array().map_or(&[], Vec::as_slice), name);
    app.stop();
}

/// Waits until the events are seen, and no others.
fn stored(app: &App, key: &str, expected: &[Json], name: &str) {
    if expected.is_empty() {
        return;
    }
    let ranges = [
        json!({"from": "2017-01-01", "to": "2026-01-01"}),
        json!({"from": "2026-01-01", "to": "2035-01-01"}),
    ];
    let seen = || -> Vec<Json> {
        let types = expected.iter().map(|event| event["event_type"].as_str().unwrap());
        let mut types: Vec<&str> = types.collect();
        types.sort_unstable();
        types.dedup();
        let ask = |(range, event): (&Json, &str)| {
            let question = json!({
                "kind": "events", "range": range, "event": event, "order": "oldest", "limit": 1000,
            });
            app.ask(key, &question)["events"].as_array().unwrap().clone()
        };
        let pairs = ranges.iter().flat_map(|range| types.iter().map(move |event| (range, *event)));
        pairs.flat_map(ask).collect()
    };
    let seen = eventually(&format!("{name}: its events are seen"), || {
        let seen = seen();
        (seen.len() >= expected.len()).then_some(seen)
    });
    assert_eq!(seen.len(), expected.len(), "{name}: {seen:#?}");
    for event in expected {
        let fits = |seen: &&Json| fits(event, seen);
        assert!(seen.iter().any(|seen| fits(&seen)), "{name}: {event:#} is not among {seen:#?}");
    }
}

/// Whether every named field is as named.
fn fits(pattern: &Json, got: &Json) -> bool {
    match (pattern, got) {
        (Json::Object(pattern), Json::Object(got)) => pattern
            .iter()
            .all(|(key, value)| got.get(key).map_or(value.is_null(), |got| fits(value, got))),
        (Json::String(kind), got) if kind.starts_with('<') => is_kind(kind, got),
        (pattern, got) => pattern == got,
    }
}

/// Compares an answer with its pattern.
fn same(pattern: &Json, got: &Json, at: &str) {
    match (pattern, got) {
        (Json::Object(pattern), Json::Object(fields)) => {
            for (key, value) in pattern.iter().filter(|(key, _)| *key != "...") {
                let found =
                    fields.get(key).unwrap_or_else(|| panic!("{at}.{key} is absent: {got}"));
                same(value, found, &format!("{at}.{key}"));
            }
            let open = pattern.contains_key("...");
            let further = fields.keys().find(|key| !pattern.contains_key(*key));
            assert!(open || further.is_none(), "{at} has {further:?} as well: {got}");
        }
        (Json::Array(pattern), Json::Array(items)) => {
            assert_eq!(pattern.len(), items.len(), "{at}: {got}");
            for (number, (value, found)) in pattern.iter().zip(items).enumerate() {
                same(value, found, &format!("{at}[{number}]"));
            }
        }
        (Json::String(kind), got) if kind.starts_with('<') => {
            assert!(is_kind(kind, got), "{at} is {got}, not {kind}");
        }
        (pattern, got) => assert_eq!(pattern, got, "{at}"),
    }
}

fn is_kind(kind: &str, got: &Json) -> bool {
    match kind {
        "<any>" => true,
        "<number>" => got.is_number(),
        "<id>" => got.as_str().is_some_and(|id| id.parse::<uuid::Uuid>().is_ok()),
        "<time>" => got.as_str().is_some_and(|time| time.parse::<jiff::Timestamp>().is_ok()),
        other => panic!("{other} is no kind"),
    }
}

fn dialect(name: &str) {
    for case in &cases(name) {
        run(case);
    }
}

#[test]
fn simple() {
    dialect("simple");
}

#[test]
fn mobile() {
    dialect("mobile");
}

#[test]
fn trackflow() {
    dialect("trackflow");
}

#[test]
fn posthog() {
    dialect("posthog");
}

#[test]
fn segment() {
    dialect("segment");
}

#[test]
fn trpc() {
    dialect("trpc");
}

#[test]
fn service() {
    dialect("service");
}
