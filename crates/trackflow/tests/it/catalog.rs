//! Tenants, keys, users, lists and the audit trail, as an operator manages them beside a running
//! server.

use std::{fs, process::Output};

use serde_json::{Value as Json, json};

use crate::{
    app::{App, Home, eventually},
    http,
};

fn text(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8(both).unwrap()
}

/// Runs a command that must succeed; what it printed.
fn run(home: &Home, args: &[&str]) -> String {
    let output = home.run(args);
    assert!(output.status.success(), "{args:?}: {}", text(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a command that must fail; what it said.
fn refused(home: &Home, args: &[&str]) -> String {
    let output = home.run(args);
    assert!(!output.status.success(), "{args:?}: {}", text(&output));
    text(&output)
}

fn list(home: &Home, args: &[&str]) -> Vec<Json> {
    serde_json::from_str(&run(home, &[args, &["--json"]].concat())).unwrap()
}

/// The status an event is answered with that comes with a key.
fn sent(app: &App, key: &str) -> u16 {
    let auth = format!("Authorization: Bearer {key}\r\n");
    let event = json!({"event_type": "a"}).to_string();
    http::send(app.address(), "POST", "/apiv1/events", &auth, &event).unwrap().status
}

fn becomes(app: &App, key: &str, status: u16) {
    let what = format!("the server answers {status}");
    eventually(&what, || (sent(app, key) == status).then_some(()));
}

#[test]
fn keys_of_a_tenant_are_made_rotated_and_revoked_beside_a_running_server() {
    let home = Home::new();
    let app = home.serve();
    run(&home, &["tenant", "new", "acme", "--name", "Acme", "--time-zone", "Europe/Berlin"]);
    run(&home, &["tenant", "rename", "acme", "Acme Inc"]);
    let shown = run(&home, &["tenant", "list"]);
    assert!(shown.contains("Acme Inc") && shown.contains("Europe/Berlin"), "{shown}");
    assert!(refused(&home, &["tenant", "new", "acme"]).contains("exists already"));
    assert!(refused(&home, &["tenant", "new", "a b"]).contains("is no tenant id"));
    assert!(refused(&home, &["tenant", "new", "b", "--time-zone", "Mars"]).contains("Mars"));

    let make = ["key", "new", "--tenant", "acme", "--kind", "write", "--expires-days", "30"];
    let origin = ["--origin", "https://shop.example.com", "--name", "shop"];
    let key = run(&home, &[&make[..], &origin].concat()).trim().to_owned();
    becomes(&app, &key, 201);
    let keys = list(&home, &["key", "list", "--tenant", "acme"]);
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0]["origins"], json!(["https://shop.example.com"]));
    assert_eq!(keys[0]["scopes"], json!(["write"]));
    let id = keys[0]["id"].as_str().unwrap();
    let new = run(&home, &["key", "rotate", id, "--overlap-hours", "0"]).trim().to_owned();
    becomes(&app, &key, 401);
    becomes(&app, &new, 201);
    run(&home, &["key", "register", "your-api-key", "--tenant", "acme"]);
    becomes(&app, "your-api-key", 201);
    for key in list(&home, &["key", "list", "--tenant", "acme"]) {
        run(&home, &["key", "revoke", key["id"].as_str().unwrap()]);
    }
    becomes(&app, "your-api-key", 401);
    becomes(&app, &new, 401);
    let shown = run(&home, &["key", "list"]);
    assert!(shown.contains("revoked 20") && shown.contains("first secret key"), "{shown}");
    assert!(refused(&home, &["key", "revoke", "0123456789ab"]).contains("there is no key"));
    assert!(refused(&home, &["key", "new", "--tenant", "none"]).contains("no tenant none"));
    assert!(refused(&home, &["key", "new", "--scopes", "root"]).contains("read, write, admin"));
    let both = ["key", "new", "--kind", "write", "--scopes", "read"];
    assert!(refused(&home, &both).contains("only ever sends"));
}

#[test]
fn a_key_with_scopes_has_only_these() {
    let home = Home::new();
    let app = home.serve();
    let key = run(&home, &["key", "new", "--scopes", "read"]).trim().to_owned();
    becomes(&app, &key, 403);
    assert_eq!(app.total(&key), 0);
}

#[test]
fn users_are_invited_by_a_link_and_every_change_is_in_the_audit_trail() {
    let home = Home::new();
    let app = home.serve();
    let log = app.log();
    assert!(log.contains("/app/setup?token="), "{log}");
    let url = "https://t.example.com/";
    let invite = ["user", "invite", "Eve@example.com", "--role", "owner", "--url", url];
    let link = run(&home, &invite);
    assert!(link.starts_with("https://t.example.com/app/setup?token="), "{link}");
    assert!(run(&home, &["user", "list"]).starts_with("email"));
    assert!(list(&home, &["user", "list"]).is_empty());
    for args in [
        ["user", "reset", "eve@example.com"],
        ["user", "remove", "eve@example.com"],
        ["user", "invite", "eve"],
    ] {
        let said = refused(&home, &args);
        assert!(said.contains("there is no user") || said.contains("not an email"), "{said}");
    }
    assert!(refused(&home, &["user", "role", "eve@example.com", "boss"]).contains("boss"));

    let rows = list(&home, &["audit", "list"]);
    assert_eq!(rows[0]["action"], "link.invite");
    assert_eq!(rows[0]["who"], "command line");
    assert_eq!(rows[0]["detail"], json!({"email": "eve@example.com", "role": "owner"}));
    let older = list(&home, &["audit", "list", "--before", &rows[0]["seq"].to_string()]);
    assert_eq!(older[..], rows[1..]);
    assert!(run(&home, &["audit", "list"]).contains("link.invite"));
    assert!(run(&home, &["audit", "verify"]).starts_with("2 rows,"));
}

#[test]
fn lists_of_ids_are_imported_as_a_whole() {
    let home = Home::new();
    home.serve().stop();
    let file = home.data().join("../ids.txt");
    fs::write(&file, "a1\n\n a2 \r\na3\n").unwrap();
    let file = file.to_str().unwrap();
    let import = ["entities", "import", "article", file];
    assert_eq!(run(&home, &import), "3 new, the list article has 3 ids\n");
    assert_eq!(run(&home, &import), "0 new, the list article has 3 ids\n");
    fs::write(file, "a4\n").unwrap();
    let replaced = run(&home, &[&import[..], &["--replace"]].concat());
    assert_eq!(replaced, "1 new, the list article has 1 id\n");
    fs::write(file, b"a5\n\xff\n").unwrap();
    assert!(refused(&home, &import).contains("cannot read"));
    assert!(refused(&home, &["entities", "import", "article", "none"]).contains("cannot read"));
    fs::write(file, "x".repeat(201)).unwrap();
    assert!(refused(&home, &import).contains("1 to 200 characters"));
    assert_eq!(list(&home, &["audit", "list"])[0]["detail"], json!({"ids": 1, "replace": true}));
}
