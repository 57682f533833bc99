//! Retention of a running server: what is too old is refused, not seen, and removed.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{
    app::{App, Home, eventually},
    http,
};

const DAYS: [&str; 2] = ["--set", "store.retention_days=5"];

fn days_ago(days: i64) -> String {
    (Timestamp::now() - SignedDuration::from_hours(24 * days)).to_string()
}

fn send(app: &App, who: &str, days: i64) -> http::Answer {
    let event = json!({"event_type": "visit", "user_id": who, "timestamp": days_ago(days)});
    app.post("/apiv1/events", &event)
}

fn removed(app: &App, key: &str) -> String {
    let auth = format!("Authorization: Bearer {key}\r\n");
    let text = http::send(app.address(), "GET", "/metrics", &auth, "").unwrap().body;
    let name = "trackflow_tenant_events_removed_total{tenant=\"default\"} ";
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_default().to_owned()
}

#[test]
fn old_events_are_removed_and_refused_and_their_persons_are_not_new() {
    let home = Home::new();
    let app = home.serve();
    let key = app.secret_key();
    for (who, days) in [("old", 20), ("old", 1), ("new", 1)] {
        assert_eq!(send(&app, who, days).status, 201);
    }
    let counts = json!({"kind": "counts", "range": {"last": "30d"}});
    eventually("all are there", || (app.ask(&key, &counts)["total"] == 3).then_some(()));
    app.stop();

    let app = home.serve_with(&home.data(), &DAYS);
    eventually("the old one is removed", || (removed(&app, &key) == "1").then_some(()));
    assert_eq!(app.ask(&key, &counts)["total"], 2);
    let yesterday = json!({"kind": "cohort", "cohort":
        {"first_time": {"event": "visit"}, "within": {"last": "5d"}}});
    assert_eq!(app.ask(&key, &yesterday)["size"], 1, "the old one is not new");

    let refused = send(&app, "late", 20);
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert!(refused.body.contains("past_retention"), "{}", refused.body);
    assert_eq!(send(&app, "late", 4).status, 201);
    app.stop();

    let doctor = home.run(&["doctor", "--data", home.data().to_str().unwrap()]);
    let said = String::from_utf8(doctor.stdout).unwrap();
    assert!(doctor.status.success() && said.contains("1 older ones were removed"), "{said}");
}
