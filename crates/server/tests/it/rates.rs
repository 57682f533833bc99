//! Who sends too much, told by key and by address.

use event::Limits;
use server::{LimitsConfig, Network, ServerConfig, run};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::house::{Answer, House, post};

/// Slow enough that no test takes a share of a second.
fn config(key: u32, address: u32) -> ServerConfig {
    let limits = LimitsConfig {
        requests_per_second_per_key: key,
        requests_per_second_per_address: address,
        ..LimitsConfig::default()
    };
    let trusted_proxies = Network::named("loopback").unwrap();
    ServerConfig { limits, trusted_proxies, ..ServerConfig::default() }
}

#[tokio::test]
async fn a_key_that_sends_too_much_is_told_when_to_try_again() {
    let house = House::with(config(1, 0), Limits::default());
    let send = async |key: &str| -> Answer {
        let mut request = post("/apiv1/events", r#"{"event_type":"a"}"#);
        request.headers_mut().insert("x-api-key", key.parse().unwrap());
        house.send(request).await
    };
    let mut refused = None;
    for _ in 0..100 {
        let answer = send(&house.keys.write_key).await;
        if answer.status != 201 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("100 requests in a moment are more than 1 a second");
    assert_eq!(refused.status, 429);
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(refused.json()["code"], "rate_limited");
    assert_eq!(send(&house.keys.secret_key).await.status, 201, "another key");
}

#[tokio::test]
async fn clients_behind_a_proxy_are_told_apart_and_kept_apart() {
    let house = House::with(config(0, 1), Limits::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(run(vec![listener], house.app.clone(), std::future::pending()));
    let send = async |client: &str| {
        let body = r#"{"event_type":"a"}"#;
        let request = format!(
            "POST /apiv1/events HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
             x-forwarded-for: 1.1.1.1, {client}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer[9..12].to_owned()
    };
    let mut statuses = Vec::new();
    for _ in 0..20 {
        statuses.push(send("203.0.113.7").await);
    }
    assert_eq!(statuses[..2], ["201", "201"]);
    assert!(statuses.iter().any(|status| status == "429"), "{statuses:?}");
    assert_eq!(send("203.0.113.8").await, "201");

    house.settled().await;
    let listed = house.ask(r#"{"kind":"events","range":{"last":"7d"}}"#).await.json();
    let ips: Vec<_> =
        listed["result"]["events"].as_array().unwrap().iter().map(|e| &e["ip"]).collect();
    assert!(!ips.is_empty() && ips.iter().all(|ip| *ip == "203.0.113.0"), "{listed}");
}
