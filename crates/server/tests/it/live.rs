//! Events as they come.

use std::time::Duration;

use axum::{body::Body, http::Request};
use catalog::{Actor, NewKey, Scopes};
use event::{Limits, TenantId};
use http_body_util::BodyExt;
use serde_json::{Value as Json, json};
use server::{LimitsConfig, ServerConfig, run};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::timeout,
};

use crate::house::House;

/// Nothing here takes near as long, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// One client of a stream.
struct Listener {
    body: Body,
    text: String,
}

/// A message as a client dispatches it.
#[derive(Clone, Debug)]
struct Message {
    kind: String,
    id: String,
    data: Json,
}

impl Listener {
    /// The next message; comments and ids without data are passed over.
    async fn next(&mut self) -> Message {
        loop {
            while let Some(end) = self.text.find("\n\n") {
                let block = self.text.drain(..end + 2).collect::<String>();
                let field = |name: &str| {
                    let line = block.lines().find_map(|line| line.strip_prefix(name));
                    line.map(str::to_owned)
                };
                if let Some(data) = field("data: ") {
                    return Message {
                        kind: field("event: ").unwrap_or_default(),
                        id: field("id: ").unwrap_or_default(),
                        data: serde_json::from_str(&data).unwrap(),
                    };
                }
            }
            assert!(self.more().await, "the stream has ended");
        }
    }

    /// Reads on; whether there was something.
    async fn more(&mut self) -> bool {
        let frame = timeout(PATIENCE, self.body.frame()).await.expect("something in time");
        let Some(frame) = frame else { return false };
        let bytes = frame.unwrap().into_data().unwrap();
        self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        true
    }

    async fn types(&mut self, count: usize) -> Vec<String> {
        let mut types = Vec::new();
        for _ in 0..count {
            types.push(self.next().await.data["event_type"].as_str().unwrap().to_owned());
        }
        types
    }
}

fn request(key: &str, query: &str) -> Request<Body> {
    let request = Request::get(format!("/api/v1/live{query}"));
    request.header("authorization", format!("Bearer {key}")).body(Body::empty()).unwrap()
}

/// A stream whose first piece was read.
async fn listen_as(house: &House, key: &str, query: &str) -> Listener {
    let response = house.app.handle(request(key, query)).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut listener = Listener { body: response.into_body(), text: String::new() };
    assert!(listener.more().await);
    listener
}

async fn listen(house: &House, query: &str) -> Listener {
    listen_as(house, &house.keys.secret_key, query).await
}

async fn send(house: &House, event: Json) {
    let answer = house.post("/apiv1/events", event.to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
}

async fn send_many(house: &House, from: u64, count: u64) {
    for start in (from..from + count).step_by(500) {
        let end = (start + 500).min(from + count);
        let batch: Vec<Json> =
            (start..end).map(|n| json!({"event_type": "tick", "properties": {"n": n}})).collect();
        let answer = house.post("/apiv1/events/batch", Json::from(batch).to_string()).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
}

#[tokio::test]
async fn an_event_is_told_at_once_as_the_list_of_events_shows_it() {
    let house = House::new();
    let mut listener = listen(&house, "").await;
    let body = "{\"event_type\":\"a\",\"user_id\":\"u\",\"properties\":{\n\"x\":\r\n[1,  2.50]}}";
    assert_eq!(house.post("/apiv1/events", body).await.status, 201);
    let message = timeout(Duration::from_secs(1), listener.next()).await.expect("within 1 s");
    assert_eq!(message.kind, "");
    assert!(message.id.starts_with("0:"), "{}", message.id);
    house.settled().await;
    let listed = house.ask(r#"{"kind":"events"}"#).await.json();
    assert_eq!(message.data, listed["result"]["events"][0]);
    assert_eq!(message.data["properties"]["x"], json!([1, 2.5]));
}

#[tokio::test]
async fn a_tenant_sees_its_own_events_alone() {
    let house = House::new();
    let other = TenantId::new("other").unwrap();
    let catalog = &house.parts.catalog;
    catalog.new_tenant(&other, "Other", "UTC", &Actor::Cli).unwrap();
    let key = catalog.new_key(NewKey::secret(&other, Scopes::all(), "o"), &Actor::Cli).unwrap();
    let key = key.as_str();
    let mut theirs = listen_as(&house, key, "").await;
    let mut ours = listen(&house, "").await;
    send(&house, json!({"event_type": "ours"})).await;
    let event = json!({"event_type": "theirs"}).to_string();
    let answer = house.post(&format!("/apiv1/events?api_key={key}"), event).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(theirs.types(1).await, ["theirs"]);
    send(&house, json!({"event_type": "ours too"})).await;
    assert_eq!(ours.types(2).await, ["ours", "ours too"]);
}

#[tokio::test]
async fn only_what_is_wanted_is_told() {
    let house = House::new();
    let filter = "%7B%22property%22%3A%22n%22%2C%22op%22%3A%22gte%22%2C%22value%22%3A2%7D";
    let mut by_type = listen(&house, "?event_type=b,c&event_type=d%2Ce").await;
    let mut by_person = listen(&house, "?distinct_id=u2").await;
    let mut by_filter = listen(&house, &format!("?filter={filter}&event_type=c,d,d%2Ce")).await;
    for (n, kind) in ["a", "b", "c", "d", "d,e"].into_iter().enumerate() {
        let user = format!("u{}", n % 3);
        send(&house, json!({"event_type": kind, "user_id": user, "properties": {"n": n}})).await;
    }
    send(&house, json!({"event_type": "c", "user_id": "u2", "properties": {"n": 1}})).await;
    assert_eq!(by_type.types(4).await, ["b", "c", "d,e", "c"]);
    assert_eq!(by_person.types(2).await, ["c", "c"]);
    assert_eq!(by_filter.types(3).await, ["c", "d", "d,e"]);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let house = House::new();
    let key = house.keys.secret_key.clone();
    for (query, field, detail) in [
        ("?last_event_id=7", "last_event_id", "must be a lane and a position"),
        ("?filter=%7B", "filter", "filter is not json"),
        ("?filter=%7B%22field%22%3A%22nose%22%7D", "filter.field", "not a field of events"),
        ("?filter=%7B%22person%22%3A%22plan%22%2C%22value%22%3A1%7D", "filter", "only events"),
    ] {
        let answer = house.send(request(&key, query)).await;
        assert_eq!(answer.status, 400, "{query}");
        let error = answer.json()["errors"][0].clone();
        assert_eq!(error["field"], field, "{query}: {error}");
        assert!(error["message"].as_str().unwrap().contains(detail), "{query}: {error}");
    }
    assert_eq!(house.get("/api/v1/live").await.status, 401);
    assert_eq!(house.send(request(&house.keys.write_key, "")).await.status, 403);
}

#[tokio::test]
async fn who_comes_back_loses_nothing_and_hears_nothing_twice() {
    let house = House::new();
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let sending = send_many(&house, 0, 3_000);
    let following = async {
        let (mut heard, mut last) = (Vec::new(), "0:0".to_owned());
        while heard.len() < 3_000 {
            let mut listener = listen(&house, &format!("?last_event_id={last}")).await;
            for _ in 0..random.usize(1..700).min(3_000 - heard.len()) {
                let message = listener.next().await;
                assert_eq!(message.kind, "", "{message:?}");
                heard.push(message.data["properties"]["n"].as_u64().unwrap());
                last = message.id;
            }
        }
        heard
    };
    // The first event has position 0 and follows no other: a stream that was there before has it.
    let mut first = listen(&house, "").await;
    send(&house, json!({"event_type": "first"})).await;
    assert_eq!(first.next().await.id, "0:0");
    let (heard, ()) = tokio::join!(following, sending);
    assert_eq!(heard, (0..3_000).collect::<Vec<_>>());
}

#[tokio::test]
async fn who_comes_back_late_is_told_what_it_missed() {
    let house = House::new();
    send_many(&house, 0, 12_000).await;
    let mut listener = listen(&house, "?last_event_id=0:0").await;
    let missed = listener.next().await;
    assert_eq!(missed.kind, "missed");
    let mut last = 0;
    while last < 11_999 {
        last = listener.next().await.data["properties"]["n"].as_u64().unwrap();
    }
    // The header of a browser that comes back by itself is newer than its address.
    let mut newer = request(&house.keys.secret_key, "?last_event_id=0:0");
    newer.headers_mut().insert("last-event-id", "0:999999".parse().unwrap());
    let body = house.app.handle(newer).await.into_body();
    let mut listener = Listener { body, text: String::new() };
    assert!(listener.more().await);
    send(&house, json!({"event_type": "new"})).await;
    assert_eq!(listener.types(1).await, ["new"]);
}

#[tokio::test]
async fn who_does_not_read_misses_events_and_is_told() {
    let house = House::new();
    let mut slow = listen(&house, "").await;
    let mut prompt = listen(&house, "").await;
    let (heard, ()) = tokio::join!(
        async {
            let mut heard = 0;
            while heard < 12_000 {
                let message = prompt.next().await;
                heard += message.data["count"].as_u64().unwrap_or(1);
            }
            heard
        },
        send_many(&house, 0, 12_000)
    );
    assert_eq!(heard, 12_000);
    let (mut events, mut missed) = (0, 0);
    while events + missed < 12_000 {
        let message = slow.next().await;
        match message.kind.as_str() {
            "missed" => missed += message.data["count"].as_u64().unwrap(),
            _ => events += 1,
        }
    }
    assert!(missed > 0 && events >= 4_096, "{events} events, {missed} missed");
    assert_eq!(events + missed, 12_000);
}

#[tokio::test]
async fn streams_are_bounded_and_a_place_is_free_again() {
    let limits = LimitsConfig { live_streams: 2, ..LimitsConfig::default() };
    let house = House::with(ServerConfig { limits, ..ServerConfig::default() }, Limits::default());
    let (first, _second) = (listen(&house, "").await, listen(&house, "").await);
    let answer = house.send(request(&house.keys.secret_key, "")).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("retry-after"), Some("10"));
    assert_eq!(answer.json()["detail"], "2 live streams are open, the limit is 2");
    drop(first);
    let _again = listen(&house, "").await;

    let house = House::new();
    let mut open = Vec::new();
    for _ in 0..100 {
        open.push(listen(&house, "").await);
    }
    let answer = house.send(request(&house.keys.secret_key, "")).await;
    assert_eq!(answer.status, 503);
    let detail = "100 live streams are open for this tenant, the limit is 100";
    assert_eq!(answer.json()["detail"], detail);
}

#[tokio::test]
async fn a_stream_ends_with_the_pipeline() {
    let house = House::new();
    let mut listener = listen(&house, "").await;
    send(&house, json!({"event_type": "last"})).await;
    assert_eq!(listener.types(1).await, ["last"]);
    let pipeline = house.parts.pipeline.clone();
    tokio::task::spawn_blocking(move || pipeline.stop()).await.unwrap();
    assert!(!listener.more().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_nobody_reads_does_not_hold_up_the_end() {
    let house = House::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async {
        let _ = stopped.await;
    };
    let running = tokio::spawn(run(vec![listener], house.app.clone(), shutdown));
    let mut client = TcpStream::connect(address).await.unwrap();
    let key = &house.keys.secret_key;
    let head = format!("GET /api/v1/live?api_key={key} HTTP/1.1\r\nhost: x\r\n\r\n");
    client.write_all(head.as_bytes()).await.unwrap();
    client.readable().await.unwrap();
    // More than all buffers between here and there.
    let text = "x".repeat(60_000);
    let batch = Json::from(vec![json!({"event_type": "e", "properties": {"t": text}}); 50]);
    for _ in 0..20 {
        let answer = house.post("/apiv1/events/batch", batch.to_string()).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    stop.send(()).unwrap();
    let ended = timeout(Duration::from_secs(10), running).await;
    ended.expect("less than the grace time").unwrap().unwrap();
    drop(client);
}

#[tokio::test]
async fn persons_of_the_last_minutes_are_visitors() {
    let house = House::new();
    for (user, time) in [
        ("a", "2026-10-15T11:58:00Z"),
        ("b", "2026-10-15T12:00:00Z"),
        ("c", "2026-10-15T11:54:59Z"),
    ] {
        send(&house, json!({"event_type": "x", "user_id": user, "timestamp": time})).await;
    }
    house.settled().await;
    let ask = || {
        let request = Request::get("/api/v1/live/visitors")
            .header("authorization", format!("Bearer {}", house.keys.secret_key));
        house.send(request.body(Body::empty()).unwrap())
    };
    assert_eq!(ask().await.json(), json!({"visitors": 2}));
    assert_eq!(house.get("/api/v1/live/visitors").await.status, 401);
}
