//! Packed bodies, bombs and limits at their edges.

use std::io::Write;

use axum::body::Body;
use event::Limits;
use expect_test::expect;
use flate2::{Compression, write::GzEncoder};
use server::{LimitsConfig, ServerConfig};

use crate::house::{Answer, House, post};

const EVENT: &[u8] = br#"{"event_type":"packed"}"#;

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

async fn packed(house: &House, encoding: &str, body: Vec<u8>) -> Answer {
    let mut request = post("/apiv1/events", body);
    request.headers_mut().insert("content-encoding", encoding.parse().unwrap());
    house.send(request).await
}

#[tokio::test]
async fn every_encoding_is_read_and_others_are_refused() {
    let house = House::new();
    let mut brotli = Vec::new();
    brotli::CompressorWriter::new(&mut brotli, 4096, 5, 20).write_all(EVENT).unwrap();
    assert_eq!(packed(&house, "gzip", gzip(EVENT)).await.status, 201);
    assert_eq!(packed(&house, "br", brotli).await.status, 201);
    assert_eq!(packed(&house, "zstd", zstd::encode_all(EVENT, 3).unwrap()).await.status, 201);
    assert_eq!(packed(&house, "identity", EVENT.to_vec()).await.status, 201);
    assert_eq!(house.post("/apiv1/events", gzip(EVENT)).await.status, 201);
    packed(&house, "lzma", EVENT.to_vec()).await.check(&expect![[r#"
        415
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"content-encoding \"lzma\" is not supported, use one of gzip, deflate, br, zstd","code":"unsupported"}"#]]);
    packed(&house, "gzip", EVENT.to_vec()).await.check(&expect![[r#"
        400
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"body is not valid gzip: invalid gzip header","code":"malformed_json"}"#]]);
    assert_eq!(house.settled().await.stored, 5);
}

#[tokio::test]
async fn bombs_are_stopped() {
    let house = House::new();
    let bomb = gzip(&vec![b' '; 64 << 20]);
    packed(&house, "gzip", bomb).await.check(&expect![[r#"
        413
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"body unpacks to more than 200 times its 65251 bytes","code":"body_too_large"}"#]]);
    let zeros = zstd::encode_all(&vec![0u8; 64 << 20][..], 3).unwrap();
    assert_eq!(packed(&house, "zstd", zeros).await.status, 413);
}

#[tokio::test]
async fn a_body_may_have_exactly_its_limit() {
    let limits = Limits { body_bytes: 200, event_bytes: 150, ..Limits::default() };
    let house = House::with(ServerConfig::default(), limits);
    let event = |bytes: usize| {
        let frame = r#"{"event_type":"a","properties":{"p":""}}"#.len();
        format!(r#"{{"event_type":"a","properties":{{"p":"{}"}}}}"#, "x".repeat(bytes - frame))
    };
    assert_eq!(house.post("/apiv1/events", event(150)).await.status, 201);
    house.post("/apiv1/events", event(151)).await.check(&expect![[r#"
        400
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"event has 151 bytes, the limit is 150","code":"event_too_large"}"#]]);
    assert_eq!(house.post("/apiv1/events", event(200)).await.status, 400);
    house.post("/apiv1/events", event(201)).await.check(&expect![[r#"
        413
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"body has more than 200 bytes","code":"body_too_large"}"#]]);
    let mut declared = post("/apiv1/events", event(10 + 40));
    declared.headers_mut().insert("content-length", "201".parse().unwrap());
    house.send(declared).await.check(&expect![[r#"
        413
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"body has 201 bytes, the limit is 200","code":"body_too_large"}"#]]);
    assert_eq!(packed(&house, "gzip", gzip(event(201).as_bytes())).await.status, 413);
}

#[tokio::test]
async fn large_bodies_share_a_budget() {
    let limits = LimitsConfig { bodies_bytes: 100 * 1024, ..LimitsConfig::default() };
    let config = ServerConfig { limits, ..ServerConfig::default() };
    let house = House::with(config, Limits::default());
    let body = |kilobytes: usize| format!("[{}]", " ".repeat(kilobytes * 1024));
    house.post("/apiv1/events/batch", body(101)).await.check(&expect![[r#"
        503
        content-type: application/json
        cache-control: no-store
        retry-after: 1

        {"success":false,"error":"too many large bodies are being read","code":"overloaded"}"#]]);
    assert_eq!(house.post("/apiv1/events/batch", body(90)).await.status, 400);
    assert_eq!(house.post("/apiv1/events/batch", body(90)).await.status, 400);
}

#[tokio::test]
async fn a_slow_body_is_given_up() {
    let limits = LimitsConfig {
        body_timeout: std::time::Duration::from_millis(20),
        ..LimitsConfig::default()
    };
    let config = ServerConfig { limits, ..ServerConfig::default() };
    let house = House::with(config, Limits::default());
    let never = Body::new(Never);
    house.post("/apiv1/events", never).await.check(&expect![[r#"
        408
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"body did not arrive within 0.02 seconds","code":"unavailable"}"#]]);
}

/// A body that never comes.
struct Never;

impl axum::body::HttpBody for Never {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
        std::task::Poll::Pending
    }
}
