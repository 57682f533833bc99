//! Bodies nobody should send: never a 5xx, never a panic, and the books balance.

use std::io::Write;

use axum::{
    body::Body,
    http::{HeaderValue, Request},
};
use flate2::{Compression, write::GzEncoder};
use http_body_util::BodyExt;
use tokio::task::JoinSet;

use crate::house::{House, post};

const REQUESTS: usize = 10_000;
const TOGETHER: usize = 50;

const SEEDS: [&str; 12] = [
    r#"{"eventType":"view","schemaVersion":"1.0.0","platform":"web","data":{"contentType":"a","contentId":"\ud800"}}"#,
    r#"{"events":[{"eventType":"purchase","data":{"orderId":"o","amount":1e308,"quantity":9}},{"eventType":"a"}]}"#,
    r#"{"eventType":"a","source":"\ud800","attribution":{"referrer":"http://[::1","utmTerm":7},"props":{"occurred_at":1e999}}"#,
    r#"{"json":{"events":[{"eventType":null}],"0":{"eventType":"b"}},"meta":{"values":{"events.0.eventType":["undefined"],"a\\.b":["undefined"]}}}"#,
    r#"{"event_type":"a","user_id":"u","properties":{"k":[1,2.5,null,{"x":"\u00e9\ud83d\ude00"}]}}"#,
    r#"[{"event_type":"a"},{"event_type":"b","timestamp":1790857800,"event_id":"x"}]"#,
    r#"{"event_type":"a","event_type":7,"properties":{},"properties":[]}"#,
    r#"[{"event_type":"\ud800"},{"event_type":"ok","properties":{"s":"\udfff"}}]"#,
    r#"{"event_type":"a","timestamp":1e999,"n":123456789012345678901234567890e-400}"#,
    r#"{"event_type":"a\u0000b","user_id":"\u0000"}"#,
    r#"[[[[[[]]]]]]"#,
    r#"{"kind":"trend","range":{"last":"7d"},"series":[{"filter":{"all":[{"property":"a","op":"regex","value":"(a+)+"}]}}]}"#,
];

#[tokio::test]
async fn ten_thousand_bad_bodies_never_hurt() {
    let seed = std::env::var("SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(fastrand::u64(..));
    println!("SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let house = House::new();
    let paths = [
        "/apiv1/events",
        "/apiv1/events/batch",
        "/apiv1/events/",
        "/api/v1/query",
        "/events/track",
        "/analytics/events/batch",
        "/api/analytics/events/purchase",
        "/api/trpc/eventIngestion.track",
        "/trpc/eventIngestion.trackBatch,eventIngestion.track?batch=1",
    ];
    // Many at once, so that they share commits.
    for _ in 0..REQUESTS / TOGETHER {
        let mut tasks = JoinSet::new();
        for _ in 0..TOGETHER {
            let path = paths[random.usize(..paths.len())];
            let body = body(&mut random);
            let request = request(&mut random, &house, path, &body);
            let app = house.app.clone();
            let shown = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
            let shown = format!("SEED={seed} {path} {shown:?}");
            tasks.spawn(async move { (shown, app.handle(request).await) });
        }
        while let Some(done) = tasks.join_next().await {
            let (shown, answer) = done.expect("no panic");
            let status = answer.status().as_u16();
            assert!(status < 500, "{shown} {status}");
            let text = answer.into_body().collect().await.unwrap().to_bytes();
            serde_json::from_slice::<serde_json::Value>(&text)
                .unwrap_or_else(|error| panic!("{shown} {error}"));
        }
    }
    let books = house.settled().await;
    assert!(books.received > 0 && books.rejected > 0 && books.stored > 0, "{books:?}");
}

fn request(random: &mut fastrand::Rng, house: &House, path: &str, body: &[u8]) -> Request<Body> {
    const ENCODINGS: [&str; 6] = ["gzip", "br", "deflate", "zstd", "identity", "gzip, gzip"];
    let mut request = post(path, body.to_vec());
    let headers = request.headers_mut();
    if path == "/api/v1/query" {
        let key = format!("Bearer {}", house.keys.secret_key);
        headers.insert("authorization", key.parse().unwrap());
    }
    if random.u8(..10) == 0 {
        let encoding = HeaderValue::from_static(ENCODINGS[random.usize(..ENCODINGS.len())]);
        headers.insert("content-encoding", encoding);
    }
    request
}

fn body(random: &mut fastrand::Rng) -> Vec<u8> {
    let mut body = SEEDS[random.usize(..SEEDS.len())].as_bytes().to_vec();
    match random.u8(..12) {
        0 => body = (0..random.usize(..200)).map(|_| random.u8(..)).collect(),
        1 => body.truncate(random.usize(..body.len())),
        2 => body = nested(random, random.clone().usize(1..5_000)),
        3 => body = gzipped(&body),
        // Rarely: unpacking in a debug build takes most of the time of this test.
        4 if random.u8(..16) == 0 => {
            let zeros = vec![b'['; random.usize(..4) << 20];
            body = gzipped(&zeros);
        }
        5 => {
            let digits = "9".repeat(random.usize(1..2_000));
            body = format!(
                r#"{{"event_type":"a","timestamp":{digits},"properties":{{"n":-{digits}}}}}"#
            )
            .into();
        }
        6 if random.u8(..4) == 0 => {
            body = format!("[{}]", vec!["{}"; random.usize(..1_200)].join(",")).into();
        }
        7 => {}
        _ => {
            for _ in 0..random.usize(1..6) {
                mutate(random, &mut body);
            }
        }
    }
    body
}

fn mutate(random: &mut fastrand::Rng, body: &mut Vec<u8>) {
    const TOKENS: [&[u8]; 12] =
        [b"{", b"}", b"[", b"]", b"\"", b",", b":", b"\\u", b"\0", b"null", b"\xff", b"1e400"];
    let at = random.usize(..=body.len());
    match random.u8(..3) {
        0 if at < body.len() => body[at] = random.u8(..),
        1 if at < body.len() => {
            body.remove(at);
        }
        _ => {
            let token = TOKENS[random.usize(..TOKENS.len())];
            body.splice(at..at, token.iter().copied());
        }
    }
}

fn nested(random: &mut fastrand::Rng, depth: usize) -> Vec<u8> {
    let (open, close) = if random.bool() { ("[", "]") } else { ("{\"a\":", "}") };
    let close = if random.bool() { close.repeat(depth) } else { String::new() };
    let inner = format!("{}1{close}", open.repeat(depth));
    match random.u8(..3) {
        0 => inner.into(),
        1 => format!(r#"{{"event_type":"a","properties":{inner}}}"#).into(),
        _ => format!(r#"[{{"event_type":"a","x":{inner}}}]"#).into(),
    }
}

fn gzipped(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}
