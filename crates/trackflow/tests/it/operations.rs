//! The other commands, as an operator uses them.

use std::{fs, process::Output};

use serde_json::json;

use crate::app::{Home, eventually};

fn text(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8(both).unwrap()
}

#[test]
fn refused_events_are_listed_and_sent_again() {
    let home = Home::new();
    let app = home.serve();
    let key = app.secret_key();
    assert_eq!(app.post("/apiv1/events", &json!({"user_id": "u"})).status, 400);
    let run = |args: &[&str]| {
        let flags = ["--url", app.url.as_str(), "--key", key.as_str()];
        home.run(&[&["rejected"], args, &flags].concat())
    };
    let listed = run(&["list"]);
    let text = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.status.success(), "{text}");
    assert!(
        text.contains("event_type is required") && text.contains(r#"{"user_id":"u"}"#),
        "{text}"
    );
    let again = run(&["replay", "1"]);
    let text = String::from_utf8(again.stdout).unwrap();
    assert!(!again.status.success(), "it is as wrong as before");
    assert!(text.starts_with("0 stored, 0 known already, 1 refused again"), "{text}");
    let other = run(&["list", "--code", "bot", "--json"]);
    assert_eq!(String::from_utf8(other.stdout).unwrap(), "[]\n");
    app.stop();
}

#[test]
fn a_demo_can_be_asked_about_and_the_same_seed_adds_nothing() {
    let home = Home::new();
    let demo = ["demo", "--events", "5000", "--days", "7", "--seed", "9"];
    let first = home.run(&demo);
    assert!(first.status.success(), "{}", text(&first));
    let said = text(&first);
    assert!(said.contains("5,000 events of ") && said.contains("tf_s_"), "{said}");
    let again = text(&home.run(&demo));
    assert!(again.contains("5,000 of them were there already"), "{again}");

    let key = text(&home.run(&["key", "new", "--name", "test"])).trim().to_owned();
    let app = home.serve();
    let ask = |args: &[&str]| {
        let all = [&["query"], args, &["--url", &app.url, "--key", &key]].concat();
        home.run(&all)
    };
    let counts = ask(&["counts", "--last", "8d", "--csv"]);
    let counts = text(&counts);
    assert!(counts.ends_with("\r\n") && counts.contains("(all),4926,"), "{counts}");
    // Telling who somebody is counts as an event only where it is asked for.
    let told = text(&ask(&["counts", "--event", "$identify", "--last", "8d", "--csv"]));
    assert!(told.contains("(all),74,"), "{told}");
    assert!(counts.contains("purchase,"), "{counts}");
    let events = text(&ask(&["events", "--event", "purchase", "--limit", "3", "--last", "8d"]));
    assert_eq!(events.lines().filter(|line| line.contains(" purchase ")).count(), 3, "{events}");
    let wrong = ask(&["events", "--event", "", "--last", "9y"]);
    let said = text(&wrong);
    assert!(!wrong.status.success() && said.contains("event") && said.contains("9y"), "{said}");
}

#[test]
fn a_key_made_beside_a_running_server_is_taken() {
    let home = Home::new();
    let app = home.serve();
    let data = home.data();
    let made = home.run(&["key", "new", "--data", data.to_str().unwrap()]);
    assert!(made.status.success(), "{}", text(&made));
    let key = text(&made).trim().to_owned();
    eventually("the key is known", || {
        let args = ["query", "counts", "--url", &app.url, "--key", &key];
        home.run(&args).status.success().then_some(())
    });
    let none = home.run(&["key", "new", "--data", "nowhere"]);
    assert!(!none.status.success() && text(&none).contains("start the server once"));
}

#[test]
fn the_doctor_finds_damage_says_what_a_repair_costs_and_repairs() {
    let home = Home::new();
    let app = home.serve();
    for _ in 0..3 {
        assert_eq!(app.post("/apiv1/events", &json!({"event_type": "a"})).status, 201);
    }
    app.kill();
    let data = home.data();
    let doctor =
        |args: &[&str]| home.run(&[&["doctor", "--data", data.to_str().unwrap()], args].concat());
    let well = doctor(&[]);
    assert!(well.status.success() && text(&well).contains("all is well"), "{}", text(&well));
    assert!(text(&well).contains("3 received = 3 stored"), "{}", text(&well));

    // Flip a bit in the first record, before others that are whole.
    let lane = data.join("journal/data");
    let segment = fs::read_dir(lane).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&segment).unwrap();
    let at = bytes.windows(7).position(|text| text == b"default").unwrap();
    bytes[at] ^= 0x10;
    fs::write(&segment, &bytes).unwrap();

    let start = home.run(&["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()]);
    assert!(
        !start.status.success() && text(&start).contains("trackflow doctor"),
        "{}",
        text(&start)
    );
    let ill = doctor(&[]);
    assert_eq!(ill.status.code(), Some(1), "{}", text(&ill));
    assert!(text(&ill).contains("doctor --repair"), "{}", text(&ill));
    let repaired = doctor(&["--repair"]);
    assert!(repaired.status.success(), "{}", text(&repaired));
    home.serve().stop();
}

#[test]
fn the_configuration_is_printed_and_its_problems_are_told_at_once() {
    let home = Home::new();
    let good =
        home.command(&["config", "--set", "log.filter=debug"]).env("PORT", "81").output().unwrap();
    let said = text(&good);
    assert!(good.status.success() && said.contains("listen = [\":81\"]"), "{said}");
    let bad = home
        .command(&["serve"])
        .env("TRACKFLOW_HTTP_LISTN", ":1")
        .env("DATABASE_URL", "postgres://u:secret@db/x")
        .env("PORT", "no")
        .output()
        .unwrap();
    let said = text(&bad);
    assert!(!bad.status.success() && said.contains("2 problems"), "{said}");
    assert!(said.contains("did you mean TRACKFLOW_HTTP_LISTEN?"), "{said}");
    assert!(!said.contains("secret"), "{said}");
    let bad = home.command(&["serve"]).env("DATABASE_URL", "postgres://u:secret@db/x").output();
    let said = text(&bad.unwrap());
    assert!(said.contains("PostgreSQL is not available"), "{said}");
    assert!(!said.contains("secret") && !home.data().exists(), "{said}");
}
