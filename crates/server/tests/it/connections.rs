//! Real connections: served, bounded, and ended gracefully.

use std::time::Duration;

use event::{Limits, TenantId};
use serde_json::{Value, json};
use server::{LimitsConfig, ServerConfig, run};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

use crate::house::House;

struct Served {
    house: House,
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    running: tokio::task::JoinHandle<std::io::Result<()>>,
}

async fn serve(limits: LimitsConfig) -> Served {
    let house = House::with(ServerConfig { limits, ..ServerConfig::default() }, Limits::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async {
        let _ = stopped.await;
    };
    let running = tokio::spawn(run(vec![listener], house.app.clone(), shutdown));
    Served { house, address, stop, running }
}

async fn talk(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = vec![0; 4096];
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut bytes)).await;
    let read = read.expect("an answer within 5 s").unwrap();
    String::from_utf8_lossy(&bytes[..read]).into_owned()
}

const EVENT: &str =
    "POST /apiv1/events HTTP/1.1\r\nhost: x\r\ncontent-length: 18\r\n\r\n{\"event_type\":\"a\"}";

#[tokio::test]
async fn a_connection_is_kept_and_ended_when_the_server_stops() {
    let served = serve(LimitsConfig::default()).await;
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    for _ in 0..3 {
        assert!(talk(&mut stream, EVENT).await.starts_with("HTTP/1.1 201 Created"));
    }
    served.stop.send(()).unwrap();
    served.running.await.unwrap().unwrap();
    assert_eq!(stream.read(&mut [0; 16]).await.unwrap(), 0);
    assert!(TcpStream::connect(served.address).await.is_err());
    assert_eq!(served.house.get("/readyz").await.status, 503);
    assert_eq!(served.house.settled().await.stored, 3);
}

#[tokio::test]
async fn a_request_in_flight_is_finished_first() {
    let served = serve(LimitsConfig::default()).await;
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    let (head, tail) = EVENT.split_at(EVENT.len() - 5);
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    served.stop.send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(talk(&mut stream, tail).await.starts_with("HTTP/1.1 201 Created"));
    served.running.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_never_finishes_is_cut_after_the_grace_time() {
    let grace = Duration::from_millis(100);
    let served = serve(LimitsConfig { grace, ..LimitsConfig::default() }).await;
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(&EVENT.as_bytes()[..EVENT.len() - 5]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    served.stop.send(()).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(5), served.running).await;
    ended.expect("stopped within 5 s").unwrap().unwrap();
}

#[tokio::test]
async fn connections_beyond_the_bound_wait() {
    let served = serve(LimitsConfig { connections: 1, ..LimitsConfig::default() }).await;
    let mut first = TcpStream::connect(served.address).await.unwrap();
    assert!(talk(&mut first, EVENT).await.starts_with("HTTP/1.1 201"));
    let mut second = TcpStream::connect(served.address).await.unwrap();
    second.write_all(EVENT.as_bytes()).await.unwrap();
    let mut bytes = [0; 64];
    let early = tokio::time::timeout(Duration::from_millis(100), second.read(&mut bytes)).await;
    assert!(early.is_err(), "the second connection must wait");
    drop(first);
    let late = tokio::time::timeout(Duration::from_secs(5), second.read(&mut bytes)).await;
    assert!(late.expect("served within 5 s").unwrap() > 0);
}

#[tokio::test]
async fn slow_headers_are_given_up() {
    let header_timeout = Duration::from_millis(50);
    let served = serve(LimitsConfig { header_timeout, ..LimitsConfig::default() }).await;
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(b"POST /apiv1/events HTTP/1.1\r\nho").await.unwrap();
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "the connection must be closed");
}

/// A request of the tracker with one event, as a browser sends it.
fn of_tracker(key: &str, number: u32, event_type: &str, user: Option<&str>) -> String {
    let event = json!({
        "eventId": format!("550e8400-e29b-41d4-a716-{number:012}"),
        "eventType": event_type,
        "timestamp": crate::house::NOW.0,
        "tenantId": key,
        "sessionId": format!("session-{number}"),
        "userId": user,
        "pageUrl": "https://a.example/",
        "deviceInfo": {"deviceType": "desktop", "os": "Windows", "browser": "Chrome"},
        "properties": {},
    });
    let body = json!({"events": [event]}).to_string();
    let length = body.len();
    format!(
        "POST /v1/events HTTP/1.1\r\nhost: x\r\nuser-agent: Mozilla/5.0 Chrome/141.0\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
}

#[tokio::test]
async fn a_visitor_of_the_day_is_the_user_they_say_they_are() {
    for is_linked in [true, false] {
        let served = serve(LimitsConfig::default()).await;
        let (house, default) = (&served.house, TenantId::default_tenant());
        let key = house.keys.write_key.clone();
        let mut settings = (*house.parts.catalog.settings(&default)).clone();
        settings.privacy.link_visitors = is_linked;
        house.parts.catalog.set_settings(&default, &settings, &catalog::Actor::Cli).unwrap();
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        // Two visits of one browser, then who it is, and one more.
        for (number, kind, user) in [
            (1, "page_view", None),
            (2, "click", None),
            (3, "$identify", Some("user-1")),
            (4, "click", Some("user-1")),
        ] {
            let answer = talk(&mut stream, &of_tracker(&key, number, kind, user)).await;
            assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        }
        let events = house.stored().await;
        let visitor = events[0]["distinct_id"].clone();
        assert!(visitor.as_str().unwrap().starts_with("$cookieless_"), "{visitor}");
        assert_eq!(events[1]["distinct_id"], visitor);
        // Not matched by the question for any event.
        let question = r#"{"kind":"events","event":"$identify","range":{"last":"7d"}}"#;
        let told = house.ask(question).await.json()["result"]["events"][0].clone();
        let named = if is_linked { visitor } else { Value::Null };
        assert_eq!((&told["distinct_id"], &told["device_id"]), (&json!("user-1"), &named));
        let counts = house.ask(r#"{"kind":"counts","range":{"last":"7d"}}"#).await.json();
        let people = if is_linked { 1 } else { 2 };
        assert_eq!(counts["result"]["unique_persons"], people, "{counts}");
    }
}
