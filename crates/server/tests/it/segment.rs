//! Segment and RudderStack: what their SDKs send is taken, and lands in the right fields.

use serde_json::{Value, json};

use crate::{
    house::{House, post},
    posthog::{ask, gzip, house_with, replay, stored},
};

fn house() -> House {
    house_with("wk_test")
}

async fn check_capture(capture: &str, types: &str, duplicates: u64) {
    let house = house();
    for (sent, answer) in replay(&house, capture).await {
        assert_eq!(answer.status, 200, "{}: {}", sent["step"], answer.text());
        assert_eq!(answer.json(), json!({"success": true}), "{}", sent["step"]);
    }
    let events = stored(&house).await;
    let mut got: Vec<&str> = events.iter().map(|e| e["event_type"].as_str().unwrap()).collect();
    let mut types: Vec<&str> = types.split(", ").collect();
    got.sort_unstable();
    types.sort_unstable();
    assert_eq!(got, types);
    let books = house.settled().await;
    assert_eq!((books.rejected, books.duplicate), (0, duplicates));
    assert!(!serde_json::to_string(&events).unwrap().contains("wk_test"), "the key was stored");
    assert!(events.iter().all(|event| event["source"] == "server"));
    let range = json!({"from": "2019-01-01", "to": "2028-01-01"});
    let answer = ask(&house, json!({"kind": "persons", "range": range, "limit": 100})).await;
    let user = answer["persons"].as_array().unwrap().iter().find(|line| line["person"] == "u1");
    assert_eq!(user.unwrap()["properties"]["email"], "a@b.c");
    assert!(answer["persons"].as_array().unwrap().iter().all(|line| line["person"] != "a1"));
}

#[tokio::test]
async fn what_the_node_libraries_send_is_taken() {
    let segment = include_str!("../../../../testdata/wire/segment/captures/analytics-node.json");
    let types = "Order Completed, $identify, $create_alias, $groupidentify, page, screen, e0, \
        e1, e2, retry, retry429, bad, last";
    check_capture(segment, types, 2).await;
    let rudder = include_str!("../../../../testdata/wire/segment/captures/rudder-sdk-node.json");
    let types = "Order, $identify, $create_alias, $groupidentify, page, screen, retry, gz";
    check_capture(rudder, types, 1).await;
}

/// An event of which every field is told.
const FULL: &str = r#"{
    "event": "Order Completed",
    "messageId": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "timestamp": "2026-10-15T11:00:00.000Z",
    "userId": "u", "anonymousId": "a",
    "properties": {"revenue": 9.5, "currency": "EUR", "n": 1.50},
    "context": {
        "ip": "203.0.113.9", "userAgent": "Mozilla/5.0", "sessionId": 1792065600,
        "library": {"name": "analytics.js", "version": "2"},
        "app": {"name": "Shop", "version": "1.2.3", "platform": "shop-web"},
        "device": {"id": "d", "type": "ios"},
        "os": {"name": "iOS", "version": "17.1"},
        "page": {"url": "https://shop.example/a?b=1", "path": "/a", "title": "A", "referrer": "https://r.example/"},
        "campaign": {"name": "c", "source": "s", "medium": "m", "term": "t", "content": "k"}
    }
}"#;

#[tokio::test]
async fn every_field_has_its_place() {
    let house = house();
    let mut request = post("/v1/track", FULL);
    request.headers_mut().insert("authorization", "Basic d2tfdGVzdDo=".parse().unwrap());
    let answer = house.send(request).await;
    assert_eq!((answer.status, answer.text()), (200, r#"{"success":true}"#));
    let event = &stored(&house).await[0];
    for (field, expected) in [
        ("event_id", json!("0f8fad5b-d9cb-469f-a165-70867728950e")),
        ("event_type", json!("Order Completed")),
        ("timestamp", json!("2026-10-15T11:00:00.000Z")),
        ("dialect", json!("segment")),
        ("source", json!("web")),
        ("user_id", json!("u")),
        ("distinct_id", json!("u")),
        ("device_id", json!("d")),
        ("session_id", json!("1792065600")),
        ("platform", json!("shop-web")),
        ("app_version", json!("1.2.3")),
        ("os", json!("iOS")),
        ("os_version", json!("17.1")),
        ("device_type", json!("mobile")),
        ("page_url", json!("https://shop.example/a?b=1")),
        ("page_path", json!("/a")),
        ("page_title", json!("A")),
        ("referrer", json!("https://r.example/")),
        ("utm_source", json!("s")),
        ("utm_medium", json!("m")),
        ("utm_campaign", json!("c")),
        ("utm_term", json!("t")),
        ("utm_content", json!("k")),
        ("currency", json!("EUR")),
    ] {
        assert_eq!(event[field], expected, "{field} of {event:#}");
    }
    assert_eq!(event["revenue"].as_f64(), Some(9.5));
    assert_eq!(event["properties"]["n"], json!(1.5));
    assert_eq!(event["properties"]["$extra"]["context"]["app"]["name"], "Shop");
}

#[tokio::test]
async fn all_is_success_but_bad_json_a_wrong_key_and_what_is_too_large() {
    let house = house();
    let with_key = |items: &str| format!(r#"{{"writeKey":"wk_test","batch":[{items}]}}"#);
    let large = format!(r#"{{"type":"track","event":"{}"}}"#, "x".repeat(70_000));
    let many = vec!["7"; 2_501].join(",");
    for (path, body, status) in [
        ("/v1/batch", with_key(r#"{"type":"page"}"#), 200),
        (
            "/v1/batch/",
            with_key(r#"{},7,{"type":"track"},{"type":"page","timestamp":"soon"}"#),
            200,
        ),
        ("/v1/batch", with_key(&large), 200),
        ("/v1/batch", with_key(&many), 400),
        ("/v1/batch", "{".to_owned(), 400),
        ("/v1/batch", with_key(""), 400),
        ("/v1/track", r#"{"writeKey":"wk_test"}"#.to_owned(), 200),
        ("/v1/track", format!(r#"{{"writeKey":"wk_test","event":"{}"}}"#, "x".repeat(70_000)), 400),
        ("/v1/page", r#"{"writeKey":"wrong"}"#.to_owned(), 401),
        ("/v1/page", "{}".to_owned(), 401),
    ] {
        let answer = house.post(path, body).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert_eq!(answer.json()["success"], json!(status == 200));
    }
    let books = house.settled().await;
    assert_eq!((books.received, books.stored, books.rejected), (8, 1, 7));
}

#[tokio::test]
async fn an_anonymous_identify_names_nobody() {
    let house = house();
    let send = |path: &'static str, body: Value| {
        let mut body = body;
        body["writeKey"] = json!("wk_test");
        house.post(path, body.to_string())
    };
    for (path, body) in [
        ("/v1/identify", json!({"anonymousId": "a", "traits": {"plan": "free"}})),
        ("/v1/page", json!({"anonymousId": "a"})),
        ("/v1/identify", json!({"anonymousId": "a", "userId": "u", "traits": {"name": "U"}})),
    ] {
        assert_eq!(send(path, body).await.status, 200);
    }
    stored(&house).await;
    let person = ask(&house, json!({"kind": "person", "id": "a"})).await;
    assert_eq!(person["person"]["person"], "u");
    assert_eq!(person["person"]["properties"], json!({"name": "U", "plan": "free"}));
}

#[tokio::test]
async fn the_context_and_sending_time_of_a_batch_are_those_of_its_calls() {
    let house = house();
    let body = r#"{
        "writeKey": "wk_test", "sentAt": "2026-10-15T11:00:00Z", "timestamp": "2020-01-01T00:00:00Z",
        "context": {"library": {"name": "analytics-ios"}, "app": {"version": "7"}},
        "batch": [
            {"type": "track", "event": "a", "userId": "u", "timestamp": "2026-10-15T10:59:00Z"},
            {"type": "track", "event": "b", "userId": "u", "context": {"app": {"version": "8"}}}
        ]
    }"#;
    let mut request = post("/v1/batch", gzip(body.as_bytes()));
    let headers = request.headers_mut();
    headers.insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    headers.insert("content-encoding", "gzip".parse().unwrap());
    assert_eq!(house.send(request).await.status, 200);
    let events = stored(&house).await;
    let shown = |event: &Value| {
        ["event_type", "timestamp", "source", "app_version"].map(|field| event[field].clone())
    };
    let a = ["a", "2026-10-15T11:59:00.000Z", "mobile", "7"].map(Value::from);
    let b = ["b", "2026-10-15T12:00:00.000Z", "mobile", "8"].map(Value::from);
    assert_eq!((shown(&events[0]), shown(&events[1])), (a, b));
}
