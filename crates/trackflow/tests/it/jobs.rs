//! Jobs of a running server, and retention that a tenant chose.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use crate::{
    app::{App, Home, eventually},
    http::{self, Answer},
};

fn call(app: &App, key: &str, (method, path): (&str, &str), body: &str) -> Answer {
    let auth = format!("Authorization: Bearer {key}\r\n");
    http::send(app.address(), method, path, &auth, body).unwrap()
}

fn send(app: &App, key: &str, who: &str, days: i64) -> Answer {
    let at = (Timestamp::now() - SignedDuration::from_hours(24 * days)).to_string();
    let event = json!({"event_type": "visit", "user_id": who, "timestamp": at});
    call(app, key, ("POST", "/apiv1/events"), &event.to_string())
}

fn removed(app: &App, key: &str) -> Json {
    call(app, key, ("GET", "/api/v1/admin/books"), "").json()["removed"].clone()
}

fn job(app: &App, key: &str, name: &str) -> Option<Json> {
    let listed = call(app, key, ("GET", "/api/v1/admin/jobs"), "").json();
    listed["jobs"].as_array().unwrap().iter().find(|job| job["name"] == name).cloned()
}

#[test]
fn what_a_tenant_does_not_keep_is_refused_and_removed_and_that_of_another_stays() {
    let home = Home::new();
    let app = home.serve_with(&home.data(), &["--set", "ingest.flush_seconds=1"]);
    let ours = app.secret_key();
    let made = call(&app, &ours, ("POST", "/api/v1/tenants"), r#"{"id":"acme"}"#).json();
    let theirs = made["secret_key"].as_str().unwrap();
    let write = made["write_key"].as_str().unwrap();
    let new = r#"{"kind":"write","name":"test"}"#;
    let made = call(&app, &ours, ("POST", "/api/v1/keys"), new).json();
    let our_write = made["text"].as_str().unwrap();
    for days in [20, 1] {
        assert_eq!(send(&app, write, "them", days).status, 201);
        assert_eq!(send(&app, our_write, "us", days).status, 201);
    }
    let counts = json!({"kind": "counts", "range": {"last": "30d"}});
    for key in [ours.as_str(), theirs] {
        eventually("all are there", || (app.ask(key, &counts)["total"] == 2).then_some(()));
    }
    let choice = r#"{"retention":{"raw_days":5}}"#;
    assert_eq!(call(&app, theirs, ("PATCH", "/api/v1/settings"), choice).status, 200);
    let refused = send(&app, write, "late", 20);
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert!(refused.body.contains("past_retention"), "{}", refused.body);
    assert_eq!(send(&app, our_write, "us", 20).status, 201);

    // The old event goes with the first run after it was written to a file.
    let run = ("POST", "/api/v1/admin/jobs/expire-events/run");
    eventually("the old one is removed", || {
        let status = call(&app, theirs, run, "").status;
        assert!([202, 409, 404].contains(&status), "{status}");
        (removed(&app, theirs) == 1).then_some(())
    });
    assert_eq!(app.ask(theirs, &counts)["total"], 1);
    eventually("ours are there", || (app.ask(&ours, &counts)["total"] == 3).then_some(()));
    assert_eq!(removed(&app, &ours), 0);
    app.stop();
}

#[test]
fn jobs_are_listed_and_run_by_command() {
    let home = Home::new();
    let app = home.serve();
    let key = app.secret_key();
    eventually("jobs are planned", || job(&app, &key, "prune-logins"));
    let run = |args: &[&str]| {
        let flags = ["--url", app.url.as_str(), "--key", key.as_str()];
        let output = home.run(&[&["jobs"], args, &flags].concat());
        let said = [&output.stdout[..], &output.stderr[..]].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    };
    let (done, said) = run(&["run", "prune-logins"]);
    assert!(done, "{said}");
    let ran = eventually("it ran", || {
        job(&app, &key, "prune-logins").filter(|job| !job["last_finished_at"].is_null())
    });
    assert_eq!(ran["last_result"], "0 sessions and 0 links removed");
    let (done, said) = run(&["list"]);
    assert!(done && said.contains("hourly at minute 5"), "{said}");
    assert!(said.contains(": 0 sessions and 0 links removed, next "), "{said}");
    let (done, said) = run(&["run", "sweep"]);
    assert!(!done && said.contains("there is no job \"sweep\" (404)"), "{said}");
    assert!(!run(&["run", "no/such"]).0);
    app.stop();
}
