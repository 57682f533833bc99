//! PostHog's capture v1: a result for each event.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::{
    house::{Answer, House},
    posthog::{house_with, stored},
};

const A: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";
const B: &str = "1f8fad5b-d9cb-469f-a165-70867728950e";

/// Sends a body with the headers a client sends, but for `without`.
async fn send(house: &House, body: &Value, without: &str) -> Answer {
    let mut request = Request::post("/i/v1/analytics/events");
    for (name, value) in [
        ("authorization", "Bearer phc_test"),
        ("posthog-sdk-info", "posthog-js/2.0.0"),
        ("posthog-attempt", "1"),
        ("posthog-request-id", "r1"),
        ("posthog-request-timestamp", "2026-10-15T11:00:00Z"),
        ("content-type", "application/json"),
        ("user-agent", "Mozilla/5.0"),
    ] {
        if name != without {
            request = request.header(name, value);
        }
    }
    house.send(request.body(Body::from(body.to_string())).unwrap()).await
}

fn batch(events: &[Value]) -> Value {
    json!({"created_at": "2026-10-15T10:00:00Z", "batch": events})
}

#[tokio::test]
async fn every_event_has_its_result() {
    let house = house_with("phc_test");
    let body = batch(&[
        json!({
            "event": "$pageview", "uuid": A, "distinct_id": "u", "timestamp": "2026-10-15T10:59:00Z",
            "session_id": "s", "window_id": "w", "options": {"product_tour_id": 7},
            "properties": {"n": 1.5}
        }),
        json!({"event": "a", "uuid": B, "distinct_id": "undefined", "properties": {}}),
    ]);
    for _ in 0..2 {
        let answer = send(&house, &body, "").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let bad = json!({"result": "drop", "details": "malformed_distinct_id"});
        assert_eq!(answer.json(), json!({"results": {A: {"result": "ok"}, B: bad}}));
    }
    let events = stored(&house).await;
    assert_eq!(events.len(), 1);
    let event = &events[0];
    assert_eq!((&event["event_id"], &event["session_id"]), (&json!(A), &json!("s")));
    assert_eq!(event["timestamp"], "2026-10-15T11:59:00.000Z");
    let expected = json!({"n": 1.5, "$session_id": "s", "$window_id": "w", "$product_tour_id": 7});
    assert_eq!(event["properties"], expected);
}

#[tokio::test]
async fn options_are_switches() {
    let house = house_with("phc_test");
    let body = batch(&[
        json!({
            "event": "a", "uuid": A, "distinct_id": "u", "timestamp": "2026-10-15T10:59:00Z",
            "options": {"process_person_profile": false, "disable_skew_correction": true},
        }),
        json!({"event": "$$heatmap", "uuid": B, "distinct_id": "u"}),
    ]);
    let answer = send(&house, &body, "").await;
    let dropped = json!({"result": "drop", "details": "not_persisted"});
    assert_eq!(answer.json()["results"], json!({A: {"result": "ok"}, B: dropped}));
    let event = &stored(&house).await[0];
    assert_eq!(
        (&event["distinct_id"], &event["properties"]["distinct_id"]),
        (&Value::Null, &json!("u"))
    );
    assert_eq!(event["timestamp"], "2026-10-15T10:59:00.000Z");
}

#[tokio::test]
async fn a_request_without_results_is_refused_as_a_whole() {
    let house = house_with("phc_test");
    let good = json!({"event": "a", "uuid": A, "distinct_id": "u"});
    let with = |key: &str, value: Value| {
        let mut event = good.clone();
        event[key] = value;
        batch(&[event])
    };
    let good_batch = batch(std::slice::from_ref(&good));
    for (body, without, status, tag) in [
        (good_batch.clone(), "posthog-attempt", 400, "missing_required_headers"),
        (good_batch.clone(), "content-type", 400, "missing_required_headers"),
        (good_batch.clone(), "authorization", 401, "unauthorized"),
        (batch(&[]), "", 400, "empty_batch"),
        (json!({}), "", 400, "invalid_request"),
        (batch(&[good.clone(), good.clone()]), "", 400, "duplicate_event_uuid"),
        (with("uuid", Value::Null), "", 400, "missing_event_uuid"),
        (with("uuid", json!("x")), "", 400, "invalid_value"),
        (with("event", json!("x".repeat(201))), "", 400, "event_name_too_long"),
        (with("distinct_id", json!("x".repeat(201))), "", 400, "distinct_id_too_large"),
        (with("distinct_id", json!("[object Object]")), "", 400, "malformed_distinct_id"),
        (
            with("distinct_id", json!("00000000-0000-0000-0000-000000000000")),
            "",
            400,
            "malformed_distinct_id",
        ),
    ] {
        let answer = send(&house, &body, without).await;
        assert_eq!(answer.status, status, "{tag}: {}", answer.text());
        assert_eq!(answer.json()["error"], tag, "{}", answer.text());
    }
    house.settled().await;
}
