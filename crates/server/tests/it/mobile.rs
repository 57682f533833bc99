//! S1: mobile analytics and its sessions.

use axum::{body::Body, http::Request};
use catalog::{Actor, NewKey, Scopes};
use event::Limits;
use serde_json::{Value, json};
use server::{CaptureConfig, Keyless, ServerConfig};

use crate::{
    house::{Answer, House},
    stored::check,
};

const CAPTURE: &str = "/api/v1/analytics/capture/";
const BATCH: &str = "/api/v1/analytics/batch/";
const START: &str = "/api/v1/analytics/session/start/";

async fn end(house: &House, id: &str, key: &str) -> Answer {
    let path = format!("/api/v1/analytics/session/{id}/end/");
    let request = Request::put(path).header("x-api-key", key);
    house.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn every_field_of_an_event_arrives() {
    let house = House::new();
    let sent = json!({
        "distinct_id": "user123",
        "event_type": "button_click",
        "properties": {"button_name": "submit", "n": 1.5},
        "device_id": "device456",
        "session_id": "session789",
        "app_version": "1.0.0",
        "os_name": "iOS",
        "os_version": "15.0",
        "timestamp": "2026-10-15T11:50:00Z",
        "event_id": "550e8400-e29b-41d4-a716-446655440000",
        "api_key": "secret",
        "plan": "pro"
    });
    let answer = house.post(CAPTURE, sent.to_string()).await;
    let expected = json!({"status": "ok", "event_id": "550e8400-e29b-41d4-a716-446655440000"});
    assert_eq!((answer.status, answer.json()), (201, expected));
    let again = house.post(CAPTURE, sent.to_string()).await;
    assert_eq!((again.status, &again.json()["duplicate"]), (201, &json!(true)));
    let stored = house.stored().await;
    let expected = [
        ("event_id", json!("550e8400-e29b-41d4-a716-446655440000")),
        ("tenant_id", json!("default")),
        ("event_type", json!("button_click")),
        ("timestamp", json!("2026-10-15T11:50:00.000Z")),
        ("received_at", json!("2026-10-15T12:00:00.000Z")),
        ("distinct_id", json!("user123")),
        ("device_id", json!("device456")),
        ("session_id", json!("session789")),
        ("app_version", json!("1.0.0")),
        ("os", json!("iOS")),
        ("os_version", json!("15.0")),
        ("source", json!("mobile")),
        ("dialect", json!("mobile")),
        ("flags", json!([])),
        ("properties", json!({"button_name": "submit", "n": 1.5, "$extra": {"plan": "pro"}})),
    ];
    check(&stored[0], &expected);
    assert_eq!((stored.len(), stored[0].get("user_id")), (1, None));
}

#[tokio::test]
async fn a_refused_event_names_the_field() {
    let house = House::new();
    let cases = [
        (r#"{"event_type":"a"}"#, "missing_field", "distinct_id"),
        (r#"{"event_type":"a","distinct_id":""}"#, "missing_field", "distinct_id"),
        (r#"{"event_type":"a","distinct_id":7}"#, "invalid_type", "distinct_id"),
        (r#"{"distinct_id":"u"}"#, "missing_field", "event_type"),
        (r#"{"distinct_id":"u","event_type":"a","properties":[]}"#, "invalid_type", "properties"),
        (r#"{"distinct_id":"u","event_type":"a","os_name":{}}"#, "invalid_type", "os_name"),
        (r#"{"distinct_id":"u","event_type":"\udc00"}"#, "invalid_value", "event_type"),
        (r#"{"distinct_id":"u","event_type":"a","timestamp":1e999}"#, "invalid_value", "timestamp"),
        (
            r#"{"distinct_id":"u","event_type":"a","properties":{"x":"\ud800"}}"#,
            "invalid_value",
            "properties",
        ),
    ];
    for (body, code, field) in cases {
        let answer = house.post(CAPTURE, body).await;
        let got = answer.json();
        assert_eq!((answer.status, &got["code"]), (400, &json!(code)), "{body}: {got}");
        assert_eq!(got["errors"][field], json!([got["detail"]]), "{body}");
    }
    let long = json!({"distinct_id": "x".repeat(201), "event_type": "a"}).to_string();
    assert_eq!(house.post(CAPTURE, long).await.json()["code"], "too_long");
    let deep = format!(
        r#"{{"distinct_id":"u","event_type":"a","properties":{{"x":{}{}}}}}"#,
        "[".repeat(99),
        "]".repeat(99)
    );
    assert_eq!(house.post(CAPTURE, deep).await.json()["code"], "too_deep");
    for (body, code) in [("{", "malformed_json"), ("[]", "invalid_type"), ("7", "invalid_type")] {
        let answer = house.post(CAPTURE, body).await;
        assert_eq!((answer.status, &answer.json()["code"]), (400, &json!(code)), "{body}");
    }
    let twice = r#"{"distinct_id":"u","distinct_id":"v","event_type":"a","os_name":null}"#;
    assert_eq!(house.post(CAPTURE, twice).await.status, 201);
    let stored = house.stored().await;
    assert_eq!((stored.len(), &stored[0]["distinct_id"]), (1, &json!("v")));
}

#[tokio::test]
async fn a_batch_has_a_result_per_event() {
    let limits = Limits { batch_events: 3, ..Limits::default() };
    let house = House::with(ServerConfig::default(), limits);
    let good = r#"{"distinct_id":"u","event_type":"a"}"#;
    let cases = [
        (format!(r#"{{"events":[{good},{good}]}}"#), 201, json!(["ok", 2, 0])),
        (format!(r#"{{"events":[{good},{{}},7]}}"#), 207, json!(["partial", 1, 2])),
        (r#"{"events":[{}]}"#.to_owned(), 400, json!(["error", 0, 1])),
    ];
    for (body, status, expected) in cases {
        let answer = house.post(BATCH, body).await;
        let got = answer.json();
        assert_eq!(answer.status, status, "{got}");
        assert_eq!(json!([got["status"], got["accepted"], got["rejected"]]), expected);
        let results = got["results"].as_array().unwrap();
        for (index, result) in results.iter().enumerate() {
            assert_eq!(result["index"], index);
            let names = if result["status"] == "ok" {
                &["event_id"][..]
            } else {
                &["code", "message", "field"]
            };
            assert!(names.iter().all(|name| result.get(name).is_some()), "{result}");
        }
    }
    let cases = [
        (r#"{"events":[]}"#, 400, "empty_batch"),
        (r#"{"events":[1,2,3,4]}"#, 413, "batch_too_large"),
        (r#"[{"event_type":"a"}]"#, 400, "invalid_type"),
        ("{}", 400, "invalid_type"),
    ];
    for (body, status, code) in cases {
        let answer = house.post(BATCH, body).await;
        assert_eq!((answer.status, &answer.json()["code"]), (status, &json!(code)), "{body}");
    }
    assert_eq!(house.stored().await.len(), 3);
}

#[tokio::test]
async fn a_session_is_started_and_ended_once() {
    let house = House::new();
    let key = house.keys.write_key.as_str();
    let body = r#"{"distinct_id":"user123","session_id":"a b/1","device_id":"d","app_version":"1.0","os_name":"iOS","os_version":"15.0","properties":{"n":1},"plan":"pro"}"#;
    let started = house.post(START, body).await;
    let mut expected = json!({
        "session_id": "a b/1", "distinct_id": "user123", "device_id": "d",
        "started_at": "2026-10-15T12:00:00.000Z", "ended_at": null, "duration_seconds": null,
        "event_count": 0, "is_active": true, "app_version": "1.0", "os_name": "iOS",
        "os_version": "15.0"
    });
    assert_eq!((started.status, started.json()), (201, expected.clone()));
    assert_eq!(house.post(START, body).await.status, 200, "it is known");
    let event = r#"{"distinct_id":"user123","device_id":"d","event_type":"tap"}"#;
    assert_eq!(house.post(CAPTURE, event).await.status, 201);
    expected["ended_at"] = json!("2026-10-15T12:00:00.000Z");
    expected["duration_seconds"] = json!(0);
    expected["event_count"] = json!(1);
    expected["is_active"] = json!(false);
    for _ in 0..2 {
        let ended = end(&house, "a%20b%2F1", key).await;
        assert_eq!((ended.status, ended.json()), (200, expected.clone()));
    }
    let known = house.post(START, body).await;
    assert_eq!((known.status, known.json()), (200, expected));
    let stored = house.stored().await;
    let of = |name: &str| stored.iter().find(|e| e["event_type"] == name).unwrap();
    check(of("tap"), &[("session_id", json!("a b/1"))]);
    check(of("session_start"), &[("properties", json!({"n": 1, "$extra": {"plan": "pro"}}))]);
    let why = json!({"reason": "ended", "duration_seconds": 0, "event_count": 1});
    check(of("session_end"), &[("properties", why), ("os", json!("iOS"))]);
    assert_eq!(stored.len(), 3);
}

#[tokio::test]
async fn what_is_no_session_is_refused() {
    let house = House::new();
    let key = house.keys.write_key.as_str();
    let long = "x".repeat(201);
    let bodies = [
        ("{".to_owned(), "malformed_json"),
        ("[]".to_owned(), "invalid_type"),
        ("{}".to_owned(), "missing_field"),
        (r#"{"distinct_id":7}"#.to_owned(), "invalid_type"),
        (json!({"distinct_id": long}).to_string(), "too_long"),
        (json!({"distinct_id": "u", "session_id": long}).to_string(), "too_long"),
        (json!({"distinct_id": "u", "device_id": long}).to_string(), "too_long"),
        (json!({"distinct_id": "u", "os_name": long}).to_string(), "too_long"),
        (json!({"distinct_id": "u", "session_id": "a\nb"}).to_string(), "invalid_value"),
    ];
    for (body, code) in bodies {
        let answer = house.post(START, body.clone()).await;
        assert_eq!((answer.status, &answer.json()["code"]), (400, &json!(code)), "{body}");
    }
    for id in ["nobody", &long, "%ff", "%00"] {
        let answer = end(&house, id, key).await;
        assert_eq!((answer.status, &answer.json()["code"]), (404, &json!("not_found")), "{id}");
    }
    assert!(house.stored().await.is_empty());
}

#[tokio::test]
async fn keys_hold_for_sessions_too() {
    let capture = CaptureConfig { keyless: Keyless::Refuse, ..CaptureConfig::default() };
    let house = House::with(ServerConfig { capture, ..Default::default() }, Limits::default());
    assert_eq!(house.post(START, r#"{"distinct_id":"u"}"#).await.status, 401);
    let path = format!("{START}?api_key={}", house.keys.write_key);
    let started = house.post(&path, r#"{"distinct_id":"u"}"#).await;
    assert_eq!(started.status, 201);
    let id = started.json()["session_id"].as_str().unwrap().to_owned();
    let answer = end(&house, &id, "tf_w_wrong").await;
    assert_eq!((answer.status, &answer.json()["code"]), (401, &json!("unknown_key")));
    let tenant = event::TenantId::new("other").unwrap();
    let catalog = &house.parts.catalog;
    catalog.new_tenant(&tenant, "Other", "UTC", &Actor::Cli).unwrap();
    let key = NewKey::secret(&tenant, Scopes::all(), "other");
    let other = catalog.new_key(key, &Actor::Cli).unwrap();
    assert_eq!(end(&house, &id, &other).await.status, 404, "it is of another tenant");
    let ended = end(&house, &id, &house.keys.write_key).await;
    assert_eq!((ended.status, &ended.json()["is_active"]), (200, &Value::Bool(false)));
    house.settled().await;
}

#[tokio::test]
async fn requests_as_clients_send_them() {
    crate::wired::check("mobile").await;
}
