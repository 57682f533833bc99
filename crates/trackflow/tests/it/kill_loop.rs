//! kill -9 under load, again and again: every acknowledged event is there exactly once.
//!
//! Clients choose the ids of their events and send a batch again in the next round when they did
//! not hear of it: it may have been stored before the kill, and must not be stored twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    thread,
    time::Duration,
};

use fastrand::Rng;
use serde_json::{Value as Json, json};

use crate::{
    app::{App, Home},
    http,
};

const CLIENTS: usize = 4;
/// Every this many batches a client sends its last one again, although it was acknowledged.
const AGAIN: u64 = 5;

/// One client; lives through all rounds.
struct Client {
    rng: Rng,
    sent: BTreeSet<String>,
    acknowledged: BTreeSet<String>,
    /// Sent and not answered.
    unsure: Option<Vec<String>>,
}

impl Client {
    fn new(rng: Rng) -> Self {
        Self { rng, sent: BTreeSet::new(), acknowledged: BTreeSet::new(), unsure: None }
    }

    /// Sends until the server is gone.
    fn work(&mut self, address: &str) {
        let mut last = None;
        for number in 0_u64.. {
            let ids = match (self.unsure.take(), &last) {
                (Some(unsure), _) => unsure,
                (None, Some(last)) if number % AGAIN == 0 => Vec::clone(last),
                _ => self.fresh(),
            };
            if !self.send(address, &ids) {
                self.unsure = Some(ids);
                return;
            }
            last = Some(ids);
        }
    }

    fn fresh(&mut self) -> Vec<String> {
        let count = self.rng.usize(1..30);
        let id = |rng: &mut Rng| uuid::Uuid::from_u128(rng.u128(..)).to_string();
        (0..count).map(|_| id(&mut self.rng)).collect()
    }

    /// Whether all were acknowledged.
    fn send(&mut self, address: &str, ids: &[String]) -> bool {
        self.sent.extend(ids.iter().cloned());
        let event = |id: &String| json!({"event_type": "load", "event_id": id, "user_id": "u"});
        let body = Json::Array(ids.iter().map(event).collect()).to_string();
        let Ok(answer) = http::send(address, "POST", "/apiv1/events/batch", "", &body) else {
            return false;
        };
        if answer.status == 503 {
            return false;
        }
        assert!(answer.status == 200 || answer.status == 201, "{answer:?}");
        assert_eq!(answer.json()["success"], true, "{answer:?}");
        self.acknowledged.extend(ids.iter().cloned());
        true
    }
}

/// How often each id is in the store.
fn stored(app: &App, key: &str) -> BTreeMap<String, u32> {
    let mut found = BTreeMap::new();
    let mut cursor = Json::Null;
    loop {
        let question = json!({"kind": "events", "limit": 1000, "order": "oldest",
            "cursor": cursor, "range": {"last": "24h"}});
        let result = app.ask(key, &question);
        for event in result["events"].as_array().unwrap() {
            *found.entry(event["event_id"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        cursor = result["next_cursor"].clone();
        if cursor.is_null() {
            return found;
        }
    }
}

/// The books as `/metrics` tells them, by outcome.
fn books(app: &App) -> BTreeMap<String, u64> {
    let text = app.get("/metrics").body;
    let mut books = BTreeMap::new();
    for line in text.lines() {
        let name = match line.strip_prefix("trackflow_events_total{outcome=\"") {
            Some(rest) => rest.split('"').next(),
            None => line.starts_with("trackflow_events_pending ").then_some("pending"),
        };
        if let (Some(name), Some((_, value))) = (name, line.rsplit_once(' ')) {
            books.insert(name.to_owned(), value.parse::<f64>().unwrap() as u64);
        }
    }
    books
}

fn from_env(name: &str) -> Option<u64> {
    Some(std::env::var(name).ok()?.parse().unwrap_or_else(|_| panic!("{name} is not a number")))
}

#[test]
fn kill_loop() {
    let rounds = from_env("TRACKFLOW_KILL_ROUNDS").unwrap_or(4);
    let seed = from_env("TRACKFLOW_KILL_SEED").unwrap_or_else(|| fastrand::u64(..));
    println!("kill loop: {rounds} rounds, TRACKFLOW_KILL_SEED={seed}");
    let mut rng = Rng::with_seed(seed);
    let mut clients: Vec<Client> = (0..CLIENTS).map(|_| Client::new(rng.fork())).collect();

    let home = Home::new();
    let app = home.serve();
    let key = app.secret_key();
    app.stop();
    for _ in 0..rounds {
        // Flushes come often, so that kills meet them too.
        let app = home.serve_with(&home.data(), &["--set", "ingest.flush_seconds=1"]);
        let address = app.address().to_owned();
        let moment = Duration::from_millis(rng.u64(20..1_500));
        thread::scope(|scope| {
            let address = &address;
            let working: Vec<_> = clients
                .iter_mut()
                .map(|client| scope.spawn(move || client.work(address)))
                .collect();
            // The moment is the point of this test, so it is waited for and not polled.
            thread::park_timeout(moment);
            app.kill();
            working.into_iter().for_each(|client| client.join().unwrap());
        });
        check(&home.serve(), &key, &clients);
    }
    let app = home.serve();
    let count = check(&app, &key, &clients);
    println!("kill loop: {count} events, each there once");
    app.stop();
    let doctor = home.run(&["doctor", "--data", home.data().to_str().unwrap()]);
    assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
}

fn check(app: &App, key: &str, clients: &[Client]) -> usize {
    let found = stored(app, key);
    for client in clients {
        for id in &client.acknowledged {
            assert!(found.contains_key(id), "{id} was acknowledged and is gone");
        }
    }
    for (id, times) in &found {
        assert_eq!(*times, 1, "{id} is there {times} times");
        assert!(clients.iter().any(|client| client.sent.contains(id)), "{id} was never sent");
    }
    let books = books(app);
    let of =
        |name: &str| books.get(name).copied().unwrap_or_else(|| panic!("no {name}: {books:?}"));
    assert_eq!(of("stored"), found.len() as u64, "{books:?}");
    assert_eq!(
        of("received"),
        of("stored") + of("duplicate") + of("rejected") + of("pending"),
        "{books:?}"
    );
    found.len()
}
