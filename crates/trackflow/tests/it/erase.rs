//! Erasing a person from a running server: every file of the data folder is searched.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Value as Json, json};

use crate::{
    app::{App, Home, eventually},
    http,
};

/// Everything that stands for Alice.
const ALICE: [&str; 5] = [
    "alice@secret.example",
    "anon-of-alice-1",
    "anon-of-alice-2",
    "session-of-alice",
    "0049-30-alice-phone",
];
/// The first bytes of a zstd frame: Parquet pages are packed.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

fn send(app: &App, event: &Json) {
    let answer = app.post("/apiv1/events", event);
    assert!(answer.status == 200 || answer.status == 201, "{answer:?}");
}

/// A few events of each of three persons; returns how many of them are Alice's.
fn send_all(app: &App, round: &str) -> u64 {
    for n in 0..6 {
        send(app, &json!({"event_type": "view", "distinct_id": ALICE[1], "properties": {"n": n}}));
        send(app, &json!({"event_type": "view", "user_id": "bob", "session_id": "session-of-bob"}));
        send(
            app,
            &json!({"event_type": "view", "user_id": "carol", "event_id":
            format!("{round}-{n}"),
            "properties": {"n": n, "round": round}}),
        );
        send(
            app,
            &json!({"event_type": "buy", "user_id": ALICE[0], "session_id": ALICE[3],
            "properties": {"email": ALICE[0], "$set": {"phone": ALICE[4]}}}),
        );
    }
    send(
        app,
        &json!({"event_type": "$identify", "user_id": ALICE[0],
        "properties": {"$anon_distinct_id": ALICE[1]}}),
    );
    send(app, &json!({"event_type": "view", "distinct_id": ALICE[2]}));
    // Refused events are kept as well.
    assert_eq!(app.post("/apiv1/events", &json!({"user_id": ALICE[0]})).status, 400);
    send(
        app,
        &json!({"event_type": "$create_alias", "distinct_id": ALICE[0],
        "properties": {"alias": ALICE[2]}}),
    );
    15
}

/// Every event in answers but Alice's, as JSON by its id.
fn others(app: &App, key: &str) -> BTreeMap<String, Json> {
    let question = json!({"kind": "events", "limit": 1000, "range": {"last": "24h"}});
    let result = app.ask(key, &question);
    let events = result["events"].as_array().unwrap().iter();
    let of_alice = |event: &Json| ALICE.iter().any(|id| event["distinct_id"] == *id);
    let events = events.filter(|event| !of_alice(event));
    events.map(|event| (event["event_id"].as_str().unwrap().to_owned(), event.clone())).collect()
}

fn persons(app: &App, key: &str) -> Json {
    let question = json!({"kind": "trend", "range": {"last": "24h"}, "interval": "day",
        "series": [{"event": "view", "measure": "unique_persons"}]});
    app.ask(key, &question)["series"][0]["total"].clone()
}

fn admin(app: &App, key: &str, method: &str, path: &str, body: &str) -> http::Answer {
    let auth = format!("Authorization: Bearer {key}\r\n");
    http::send(app.address(), method, path, &auth, body).unwrap()
}

fn erase(app: &App, key: &str, mode: &str) -> Json {
    let body = json!({"distinct_id": ALICE[1], "mode": mode}).to_string();
    let taken = admin(app, key, "POST", "/api/v1/privacy/erase", &body);
    assert_eq!(taken.status, 202, "{taken:?}");
    done(app, key, &taken.json()["id"])
}

fn done(app: &App, key: &str, id: &Json) -> Json {
    eventually("the erasure is done", || {
        let path = format!("/api/v1/privacy/erasures/{id}");
        let receipt = admin(app, key, "GET", &path, "").json();
        (receipt["state"] == "done").then_some(receipt)
    })
}

/// All bytes of a file, and what every zstd frame in it unpacks to.
fn shown(path: &Path) -> Vec<Vec<u8>> {
    let bytes = fs::read(path).unwrap();
    let starts = bytes.windows(4).enumerate().filter(|(_, at)| *at == ZSTD).map(|(at, _)| at);
    let unpacked = starts.filter_map(|at| {
        let mut decoder = zstd::stream::read::Decoder::new(&bytes[at..]).ok()?.single_frame();
        let mut out = Vec::new();
        std::io::Read::read_to_end(&mut decoder, &mut out).ok().map(|_| out)
    });
    let mut all: Vec<_> = unpacked.collect();
    all.push(bytes);
    all
}

/// Files of the folder that have a text in them.
fn files_with(folder: &Path, text: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_with(&path, text, found);
        } else if shown(&path).iter().any(|b| b.windows(text.len()).any(|at| at == text.as_bytes()))
        {
            found.push(path.display().to_string());
        }
    }
}

fn expect_nowhere(home: &Home) {
    for id in ALICE {
        let mut found = Vec::new();
        files_with(&home.data(), id, &mut found);
        assert!(found.is_empty(), "{id} is in {found:?}");
    }
}

/// The books as `/metrics` tells them, and the rows of the store.
fn figure(app: &App, name: &str) -> u64 {
    let text = app.get("/metrics").body;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name}")).parse::<f64>().unwrap() as u64
}

fn expect_balance(app: &App, removed: u64) {
    let of =
        |outcome: &str| figure(app, &format!("trackflow_events_total{{outcome=\"{outcome}\"}}"));
    let pending = figure(app, "trackflow_events_pending");
    assert_eq!(of("received"), of("stored") + of("duplicate") + of("rejected") + pending);
    assert_eq!(figure(app, "trackflow_events_removed_total"), removed);
    assert_eq!(figure(app, "trackflow_store_rows"), of("stored") - removed);
}

#[test]
fn a_deleted_person_is_in_no_file_of_the_data_folder() {
    let home = Home::new();
    let app = home.serve();
    let key = app.secret_key();
    let first = send_all(&app, "first");
    app.stop();
    // Half of the events is in files now; the other half will be in the journal and in memory.
    let app = home.serve();
    let second = send_all(&app, "second");
    let before = eventually("all is in answers", || {
        let all = others(&app, &key);
        (all.len() == 24).then_some(all)
    });
    assert_eq!(persons(&app, &key), 3);
    let mut found = Vec::new();
    files_with(&home.data(), ALICE[0], &mut found);
    let kinds = [".parquet", ".seg", "manifest.db"];
    let meets = |kind: &str| found.iter().any(|path| path.contains(kind));
    assert!(kinds.iter().all(|kind| meets(kind)), "the search finds what is there: {found:?}");

    let receipt = erase(&app, &key, "delete");
    let holders = &receipt["holders"];
    assert_eq!((&receipt["ids"], &holders["parts"]["events"]), (&json!(4), &json!(first + second)));
    assert!(holders["journal"]["records"].as_u64() >= Some(second), "{receipt}");
    expect_nowhere(&home);
    assert_eq!(others(&app, &key), before);
    assert_eq!(persons(&app, &key), 2);
    expect_balance(&app, first + second);

    app.kill();
    let app = home.serve();
    expect_nowhere(&home);
    assert_eq!(others(&app, &key), before);
    expect_balance(&app, first + second);
    // Deletion is no ban.
    send_all(&app, "third");
    eventually("she is back", || (persons(&app, &key) == 3).then_some(()));
    let wrong = admin(&app, "tf_s_wrong", "GET", "/api/v1/privacy/erasures", "");
    assert_eq!(wrong.status, 401);
    let list = admin(&app, &key, "GET", "/api/v1/privacy/erasures", "").json();
    assert_eq!(list["erasures"][0]["id"], receipt["id"]);
    app.stop();
    let doctor = home.run(&["doctor", "--data", home.data().to_str().unwrap()]);
    assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
}

#[test]
fn an_anonymised_person_is_counted_and_in_no_file() {
    let home = Home::new();
    let app = home.serve();
    let key = app.secret_key();
    let sent = send_all(&app, "first");
    eventually("all is in answers", || (others(&app, &key).len() == 12).then_some(()));
    let args = ["erase", ALICE[3], "--anonymise", "--url", &app.url, "--key", &key];
    let total = app.total(&key);
    let run = home.run(&args);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let receipt: Json = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(receipt["holders"]["parts"]["events"], sent);
    expect_nowhere(&home);
    assert_eq!((app.total(&key), persons(&app, &key)), (total, json!(3)));
    expect_balance(&app, 0);
    app.stop();
    expect_nowhere(&home);
}

#[test]
fn an_erasure_that_is_killed_again_and_again_is_finished() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut rng = fastrand::Rng::with_seed(seed);
    let home = Home::new();
    let app = home.serve();
    let key = app.secret_key();
    let mut sent = send_all(&app, "first");
    app.stop();
    let app = home.serve();
    sent += send_all(&app, "second");
    let before = eventually("all is in answers", || {
        let all = others(&app, &key);
        (all.len() == 24).then_some(all)
    });
    let body = json!({"distinct_id": ALICE[0]}).to_string();
    let taken = admin(&app, &key, "POST", "/api/v1/privacy/erase", &body);
    assert_eq!(taken.status, 202, "{taken:?}");
    let id = taken.json()["id"].clone();
    let mut app = app;
    for _ in 0..5 {
        // The moment is the point of this test, so it is waited for and not polled.
        std::thread::park_timeout(std::time::Duration::from_millis(rng.u64(0..40)));
        app.kill();
        app = home.serve();
        let alice = app.total(&key) - 24;
        assert!(alice == 0 || alice == sent - 4, "half a person: {alice}");
    }
    done(&app, &key, &id);
    expect_nowhere(&home);
    assert_eq!(others(&app, &key), before);
    expect_balance(&app, sent);
}
