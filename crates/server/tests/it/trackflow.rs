//! S2: the browser tracker.

use axum::http::Request;
use event::Limits;
use serde_json::{Value, json};
use server::{CaptureConfig, ServerConfig};

use crate::{
    house::{Answer, House, post},
    stored::check,
};

/// An event with everything, of a key.
fn event(key: &str, number: u32) -> Value {
    json!({
        "eventId": format!("550e8400-e29b-41d4-a716-{number:012}"),
        "eventType": "page_view",
        "timestamp": 1_792_065_000_000_i64,
        "tenantId": key,
        "sessionId": "session-123",
        "userId": "user-456",
        "pageUrl": "https://example.com/shop?utm_source=x",
        "referrer": "https://google.com",
        "deviceInfo": {"deviceType": "desktop", "os": "Windows", "browser": "Chrome"},
        "properties": {"title": "Example Page"}
    })
}

async fn send(house: &House, events: &Value) -> Answer {
    house.post("/v1/events", json!({"events": events}).to_string()).await
}

/// Sends one event that was changed; the answer.
async fn changed(house: &House, change: impl FnOnce(&mut Value)) -> Answer {
    let mut event = event(&house.keys.write_key, 1);
    change(&mut event);
    send(house, &json!([event])).await
}

#[tokio::test]
async fn every_field_of_an_event_arrives() {
    let house = House::new();
    let mut sent = event(&house.keys.write_key, 1);
    sent["plan"] = json!({"tier": "pro"});
    let answer = send(&house, &json!([sent])).await;
    assert_eq!(answer.status, 200);
    let expected = json!({"success": true, "accepted": 1, "duplicates": 0, "rejected": []});
    assert_eq!(answer.json(), expected);
    let stored = house.stored().await;
    let expected = [
        ("event_id", json!("550e8400-e29b-41d4-a716-000000000001")),
        ("tenant_id", json!("default")),
        ("event_type", json!("page_view")),
        ("timestamp", json!("2026-10-15T11:50:00.000Z")),
        ("received_at", json!("2026-10-15T12:00:00.000Z")),
        ("user_id", json!("user-456")),
        ("distinct_id", json!("user-456")),
        ("session_id", json!("session-123")),
        ("source", json!("web")),
        ("dialect", json!("trackflow")),
        ("os", json!("Windows")),
        ("browser", json!("Chrome")),
        ("device_type", json!("desktop")),
        ("page_url", json!("https://example.com/shop?utm_source=x")),
        ("page_title", json!("Example Page")),
        ("referrer", json!("https://google.com")),
        ("flags", json!([])),
        ("properties", json!({"title": "Example Page", "$extra": {"plan": {"tier": "pro"}}})),
    ];
    check(&stored[0], &expected);
}

#[tokio::test]
async fn every_required_field_is_required() {
    let house = House::new();
    let fields =
        ["eventId", "eventType", "timestamp", "sessionId", "pageUrl", "deviceInfo", "properties"];
    for field in fields {
        for gone in [None, Some(Value::Null)] {
            let answer = changed(&house, |event| match gone {
                None => drop(event.as_object_mut().unwrap().remove(field)),
                Some(null) => event[field] = null,
            });
            refused(&answer.await, "missing_field", field);
        }
    }
    for field in ["deviceType", "os", "browser"] {
        let answer = changed(&house, |event| event["deviceInfo"][field] = json!("")).await;
        refused(&answer, "missing_field", &format!("deviceInfo.{field}"));
    }
    let fields = ["eventId", "eventType", "sessionId", "userId", "pageUrl", "referrer"];
    for field in fields.into_iter().chain(["deviceInfo", "properties"]) {
        let answer = changed(&house, |event| event[field] = json!(7)).await;
        refused(&answer, "invalid_type", field);
    }
    let answer = changed(&house, |event| event["eventId"] = json!("order-1")).await;
    refused(&answer, "invalid_value", "eventId");
    let answer = changed(&house, |event| event["timestamp"] = json!("soon")).await;
    refused(&answer, "invalid_value", "timestamp");
    assert!(house.stored().await.is_empty());
}

/// Checks that the one event was refused.
fn refused(answer: &Answer, code: &str, field: &str) {
    let body = answer.json();
    let rejected = &body["rejected"][0];
    assert_eq!(answer.status, 400, "{body}");
    assert_eq!((&rejected["code"], &rejected["field"]), (&json!(code), &json!(field)), "{body}");
    assert_eq!(rejected["index"], 0);
    assert_eq!((&body["success"], &body["accepted"]), (&json!(false), &json!(0)));
}

#[tokio::test]
async fn properties_of_the_known_types_are_checked_when_they_are_there() {
    let house = House::new();
    let cases = [
        ("page_view", json!({"title": 7}), "invalid_type", "properties.title"),
        ("click", json!({"tag": ["a"]}), "invalid_type", "properties.tag"),
        ("click", json!({"tag": "A", "id": 7}), "invalid_type", "properties.id"),
        ("error", json!({}), "missing_field", "properties.message"),
        ("error", json!({"message": null}), "missing_field", "properties.message"),
        ("error", json!({"message": {}}), "invalid_type", "properties.message"),
        ("error", json!({"message": "m", "line": "4"}), "invalid_type", "properties.line"),
        ("error", json!({"message": "m", "stack": 4}), "invalid_type", "properties.stack"),
        ("performance", json!({"loadTime": "4"}), "invalid_type", "properties.loadTime"),
        (
            "$identify",
            json!({"$anon_distinct_id": 4}),
            "invalid_type",
            "properties.$anon_distinct_id",
        ),
    ];
    for (event_type, properties, code, field) in cases {
        let answer = changed(&house, |event| {
            event["eventType"] = json!(event_type);
            event["properties"] = properties;
        });
        refused(&answer.await, code, field);
    }
    let fine = [
        ("page_view", json!({})),
        ("click", json!({"tag": "A", "id": null})),
        ("error", json!({"message": "m", "stack": null})),
        ("performance", json!({"loadTime": 2450.5})),
        ("signup", json!({"title": 7, "message": 7})),
    ];
    for (number, (event_type, properties)) in fine.into_iter().enumerate() {
        let mut event = event(&house.keys.write_key, number as u32);
        event["eventType"] = json!(event_type);
        event["properties"] = properties;
        assert_eq!(send(&house, &json!([event])).await.status, 200, "{event_type}");
    }
    assert_eq!(house.stored().await.len(), 5);
}

#[tokio::test]
async fn both_shapes_of_an_error_are_stored_as_one() {
    let house = House::new();
    let facts = json!({
        "name": "TypeError", "message": "x is undefined", "source": "https://example.com/app.js",
        "line": 42, "col": 15, "stack": "TypeError: x\n    at f (app.js:42:15)"
    });
    let mut nested = event(&house.keys.write_key, 1);
    nested["eventType"] = json!("error");
    nested["properties"] = facts.clone();
    let mut flat = event(&house.keys.write_key, 2);
    flat["eventType"] = json!("error");
    flat.as_object_mut().unwrap().remove("properties");
    flat.as_object_mut().unwrap().extend(facts.as_object().unwrap().clone());
    let mut both = event(&house.keys.write_key, 3);
    both["eventType"] = json!("error");
    both["message"] = json!("outer");
    both["line"] = json!(1);
    both["properties"] = json!({"message": "inner", "line": null, "plan": "pro"});
    // Only errors have their facts beside the properties.
    let mut other = event(&house.keys.write_key, 4);
    other["message"] = json!("hello");
    assert_eq!(send(&house, &json!([nested, flat, both, other])).await.status, 200);
    let stored = house.stored().await;
    assert_eq!((&stored[0]["properties"], &stored[1]["properties"]), (&facts, &facts));
    let expected =
        json!({"message": "inner", "line": 1, "plan": "pro", "$extra": {"message": "outer"}});
    assert_eq!(stored[2]["properties"], expected);
    assert_eq!(stored[3]["properties"]["$extra"], json!({"message": "hello"}));
}

#[tokio::test]
async fn texts_are_sanitised_and_not_escaped() {
    let house = House::new();
    let mut sent = event(&house.keys.write_key, 1);
    sent["sessionId"] = json!("session\u{0}-1");
    sent["properties"] = json!({"title": "<b>\u{7}a\tb</b>", "k\u{1}": ["\u{85}x"]});
    let mut long = event(&house.keys.write_key, 2);
    long["eventType"] = json!("error");
    long["pageUrl"] = json!(format!("https://example.com/{}", "x".repeat(9_000)));
    long["properties"] = json!({"message": "é".repeat(5_000), "stack": "s".repeat(40_000)});
    assert_eq!(send(&house, &json!([sent, long])).await.status, 200);
    let stored = house.stored().await;
    check(
        &stored[0],
        &[
            ("session_id", json!("session-1")),
            ("page_title", json!("<b>a\tb</b>")),
            ("properties", json!({"title": "<b>a\tb</b>", "k": ["x"]})),
            ("flags", json!([])),
        ],
    );
    check(&stored[1], &[("flags", json!(["truncated"]))]);
    let len = |value: &Value| value.as_str().unwrap().len();
    assert_eq!(len(&stored[1]["page_url"]), 8 * 1024);
    assert_eq!(len(&stored[1]["properties"]["message"]), 8 * 1024);
    assert_eq!(len(&stored[1]["properties"]["stack"]), 32 * 1024);
}

#[tokio::test]
async fn bad_events_never_cost_their_neighbours() {
    let house = House::new();
    let good = event(&house.keys.write_key, 1).to_string();
    let items = [
        &good,
        "7",
        r#"{"eventId":"550e8400-e29b-41d4-a716-446655440009","eventType":"\ud800"}"#,
        &good.replace("Example Page", r"\ud800").replace("0001", "0002"),
        &good.replace("1792065000000", "1e999").replace("0001", "0003"),
        &good.replace(
            "{\"title\"",
            &format!("{{\"a\":{}1{},\"title\"", "[".repeat(200), "]".repeat(200)),
        ),
        &good.replace("page_view", "a\",\"eventType\":\"signup").replace("0001", "0004"),
    ];
    let answer = house.post("/v1/events", format!(r#"{{"events":[{}]}}"#, items.join(","))).await;
    let body = answer.json();
    assert_eq!(answer.status, 200, "{body}");
    assert_eq!((&body["accepted"], &body["success"]), (&json!(2), &json!(false)));
    let rejected: Vec<_> = body["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (&r["index"], r["code"].as_str().unwrap()))
        .collect();
    let codes = ["invalid_type", "invalid_value", "invalid_value", "invalid_value", "too_deep"];
    let expected: Vec<_> = (1..).zip(codes).map(|(at, code)| (json!(at), code)).collect();
    assert_eq!(rejected, expected.iter().map(|(at, code)| (at, *code)).collect::<Vec<_>>());
    assert_eq!(body["rejected"][1]["eventId"], "550e8400-e29b-41d4-a716-446655440009");
    let types: Vec<_> = house.stored().await.iter().map(|e| e["event_type"].clone()).collect();
    assert!(types.contains(&json!("signup")), "of a key that is there twice the last counts");
}

#[tokio::test]
async fn a_request_has_one_tenant_and_it_is_known() {
    let house = House::new();
    let (write, secret) = (house.keys.write_key.as_str(), house.keys.secret_key.as_str());
    let nameless = || {
        let mut event = event(write, 1);
        event.as_object_mut().unwrap().remove("tenantId");
        event
    };
    for events in [
        json!([event("tf_w_wrong", 1)]),
        json!([event(write, 1), event(secret, 2)]),
        json!([nameless()]),
    ] {
        let answer = send(&house, &events).await;
        assert_eq!(answer.status, 401, "{}", answer.text());
        assert_eq!(answer.json()["rejected"][0]["index"], Value::Null);
    }
    let answer = send(&house, &json!([event(write, 1), nameless()])).await;
    assert_eq!((answer.status, &answer.json()["accepted"]), (200, &json!(1)));
    assert_eq!(answer.json()["rejected"][0]["field"], "tenantId");

    let path = |key: &str| format!("/v1/events?api_key={key}");
    let body = |events: Value| json!({"events": events}).to_string();
    let answer = house.post(&path(write), body(json!([nameless()]))).await;
    assert_eq!((answer.status, &answer.json()["duplicates"]), (200, &json!(1)));
    let answer = house.post(&path(secret), body(json!([event(write, 3)]))).await;
    assert_eq!(answer.status, 401, "the key of the request and that of the event differ");
    assert_eq!(house.stored().await.len(), 1);
}

#[tokio::test]
async fn a_body_that_is_none_is_refused_in_the_same_shape() {
    let limits = Limits { batch_events: 2, ..Limits::default() };
    let house = House::with(ServerConfig::default(), limits);
    let event = event(&house.keys.write_key, 1);
    let three = json!({"events": [event, event, event]}).to_string();
    let cases = [
        ("{", 400, "malformed_json"),
        ("[]", 400, "invalid_type"),
        ("{}", 400, "invalid_type"),
        (r#"{"events":{}}"#, 400, "invalid_type"),
        (r#"{"events":[]}"#, 400, "empty_batch"),
        (&three, 413, "batch_too_large"),
    ];
    for (body, status, code) in cases {
        let answer = house.post("/v1/events", body.to_owned()).await;
        assert_eq!((answer.status, &answer.json()["rejected"][0]["code"]), (status, &json!(code)));
        assert_eq!(answer.json()["accepted"], 0);
    }
    // What is not ours there is PostHog's, which needs a key.
    for (body, status) in [("{", 400), ("[]", 400), (r#"{"event":"a"}"#, 401)] {
        assert_eq!(house.post("/track", body).await.status, status, "{body}");
    }
}

#[tokio::test]
async fn a_retry_is_the_same_event() {
    let house = House::new();
    let events = json!([event(&house.keys.write_key, 1)]);
    assert_eq!(send(&house, &events).await.status, 200);
    let answer = send(&house, &events).await;
    let expected = json!({"success": true, "accepted": 0, "duplicates": 1, "rejected": []});
    assert_eq!((answer.status, answer.json()), (200, expected));
    let books = house.settled().await;
    assert_eq!((books.received, books.stored, books.duplicate), (2, 1, 1));
}

#[tokio::test]
async fn every_path_takes_plain_text_from_any_page() {
    let capture = CaptureConfig { tracker_path: Some("/collect".into()), ..Default::default() };
    let house = House::with(ServerConfig { capture, ..Default::default() }, Limits::default());
    let paths = ["/v1/events", "/v1/events/", "/apiv1/track", "/track", "/collect", "/collect/"];
    for (number, path) in paths.into_iter().enumerate() {
        let body = json!({"events": [event(&house.keys.write_key, number as u32)]}).to_string();
        let mut request = post(path, body);
        request.headers_mut().insert("content-type", "text/plain;charset=UTF-8".parse().unwrap());
        request.headers_mut().insert("origin", "https://shop.example".parse().unwrap());
        let answer = house.send(request).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{path}");
    }
    let answer =
        house.send(Request::get("/collect").body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!((answer.status, &answer.json()["accepted"]), (405, &json!(0)));
    assert_eq!(house.stored().await.len(), paths.len());
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_corrected_by_when_events_were_sent() {
    let house = House::new();
    let mut event = event(&house.keys.write_key, 1);
    // One hour behind; the event happened ten minutes before it was sent.
    event["timestamp"] = json!(crate::house::NOW.0 - 3_600_000 - 600_000);
    let body = json!({"events": [event], "sentAt": crate::house::NOW.0 - 3_600_000});
    assert_eq!(house.post("/v1/events", body.to_string()).await.status, 200);
    check(&house.stored().await[0], &[("timestamp", json!("2026-10-15T11:50:00.000Z"))]);
}

#[tokio::test]
async fn requests_as_clients_send_them() {
    crate::wired::check("trackflow").await;
}
