//! What a newcomer does in the first minute, and that it is still there after a restart.

use std::process::Command;

use serde_json::{Value as Json, json};

use crate::app::{App, Home, eventually};

/// Runs the documented requests in Node; one line of answer each.
fn paste(app: &App) -> Vec<Json> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/paste.mjs");
    let testdata = format!("{root}/testdata/wire/simple");
    let output = Command::new("node").args([script, &app.url, &testdata]).output();
    let output = output.expect("this test pastes JavaScript into node: install Node 18 or newer");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Takes out an id and checks that it is one.
fn take_id(json: &mut Json) {
    let id = json.as_object_mut().unwrap().remove("id");
    let id = id.as_ref().and_then(Json::as_str).unwrap_or_default().to_owned();
    assert!(id.parse::<uuid::Uuid>().is_ok(), "{id:?}");
}

#[test]
fn the_documented_requests_work_in_node_and_a_question_shows_their_events() {
    let home = Home::new();
    let app = home.serve();
    let mut answers = paste(&app);
    take_id(&mut answers[0]["body"]);
    assert_eq!(
        answers[0],
        json!({"status": 201, "body": {"success": true, "message": "Event recorded"}})
    );
    for result in answers[1]["body"]["results"].as_array_mut().unwrap() {
        take_id(result);
    }
    assert_eq!(answers[1]["body"]["success"], true);
    assert_eq!(answers[1]["body"]["results"], json!([{"success": true}, {"success": true}]));

    let key = app.secret_key();
    eventually("all three events are seen", || (app.total(&key) == 3).then_some(()));
    let counts = app.ask(&key, &json!({"kind": "counts"}));
    assert_eq!(
        counts["events"],
        json!([
            {"event_type": "button_click", "count": 2, "unique_persons": 1},
            {"event_type": "page_view", "count": 1, "unique_persons": 1},
        ])
    );
    let question = json!({"kind": "events", "event": "page_view"});
    let events = app.ask(&key, &question);
    assert_eq!(events["events"][0]["properties"]["referrer"], "https://example.com");
    assert_eq!(events["events"][0]["user_id"], "user123");
}

#[test]
fn a_first_start_prints_keys_and_a_restart_keeps_everything() {
    let home = Home::new();
    let app = home.serve();
    let key = app.secret_key();
    assert!(app.log().contains("curl "), "{}", app.log());
    let event = json!({"event_type": "kept", "event_id": "order-1"});
    assert_eq!(app.post("/apiv1/events", &event).status, 201);
    app.stop();

    let app = home.serve();
    assert!(!app.log().contains("tf_s_"), "keys are shown once:\n{}", app.log());
    assert_eq!(app.total(&key), 1);
    // The id is still known, from the file.
    assert_eq!(app.post("/apiv1/events", &event).status, 201);
    assert_eq!(app.total(&key), 1);
    app.stop();
}

#[test]
fn the_server_says_that_it_lives_and_that_it_is_ready() {
    let home = Home::new();
    let app = home.serve();
    assert_eq!(app.get("/healthz").status, 200);
    assert_eq!(app.get("/readyz").status, 200);
    assert!(app.get("/metrics").body.contains("trackflow_"));
    assert_eq!(app.get("/nothing").status, 404);
}
