//! S3: what clients of the analytics service get, and what becomes of their events.

use event::{Limits, Timestamp};
use expect_test::{Expect, expect};
use serde_json::{Value, json};
use server::{ServerConfig, ServiceConfig};

use crate::house::{Answer, House, NOW};

const DAY_MS: i64 = 24 * 3_600_000;

async fn check(path: &str, body: &str, expected: &Expect) {
    let limits = Limits { batch_events: 3, ..Limits::default() };
    let house = House::with(ServerConfig::default(), limits);
    let answer = house.post(path, body.to_owned()).await;
    expected.assert_eq(&answer.shown().replace("content-type: application/json\n", ""));
    house.settled().await;
}

async fn stored(house: &House) -> Vec<Value> {
    house.settled().await;
    let question = r#"{"kind":"events","range":{"last":"60d"},"limit":100,"order":"oldest"}"#;
    let answer = house.ask(question).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["result"]["events"].as_array().unwrap().clone()
}

#[tokio::test]
async fn every_field_arrives() {
    let house = House::new();
    let event = json!({
        "eventId": "my-event-1", "eventType": "view", "userId": "user-123",
        "sessionId": "session-456", "timestamp": "2026-10-01T12:00:00Z",
        "schemaVersion": "1.0.0", "platform": "iOS", "api_key": "secret", "more": [1],
        "data": {
            "contentType": "post", "contentId": "post-123", "viewDuration": 45,
            "scrollDepth": 0.8, "referrer": "feed", "deviceId": "d1",
            "url": "https://social.example/p?x=1", "token": "kept",
        },
    });
    let answer = house.post("/analytics/events/track", event.to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let events = stored(&house).await;
    let mut properties = event["data"].clone();
    properties["$extra"] = json!({"more": [1]});
    let expected = [
        ("event_id", answer.json()["eventId"].clone()),
        ("event_type", json!("view")),
        ("dialect", json!("service")),
        ("source", json!("mobile")),
        ("platform", json!("iOS")),
        ("timestamp", json!("2026-10-01T12:00:00.000Z")),
        ("user_id", json!("user-123")),
        ("distinct_id", json!("user-123")),
        ("session_id", json!("session-456")),
        ("device_id", json!("d1")),
        ("page_url", json!("https://social.example/p?x=1")),
        ("referrer", json!("feed")),
        ("entity_type", json!("post")),
        ("entity_id", json!("post-123")),
        ("schema_version", json!("1.0.0")),
        ("properties", properties),
    ];
    for (field, value) in expected {
        assert_eq!(events[0][field], value, "{field} of {}", events[0]);
    }
    assert!(!events[0].to_string().contains("secret"));
}

#[tokio::test]
async fn types_have_routes_of_their_own_under_every_prefix() {
    let house = House::new();
    let bodies = [
        ("view", json!({"contentType": "post", "contentId": "p"})),
        ("engagement", json!({"action": "like", "targetType": "post", "targetId": "p"})),
        ("purchase", json!({"orderId": "o", "amount": 10, "quantity": 3, "currency": "eur"})),
        ("stream", json!({"streamId": "s", "action": "join"})),
        ("session", json!({"action": "start"})),
    ];
    for prefix in ["", "/analytics", "/api/analytics"] {
        for (event_type, data) in &bodies {
            let path = format!("{prefix}/events/{event_type}");
            let mut bare = data.clone();
            bare["userId"] = json!("u");
            let whole = json!({"eventType": event_type, "userId": "u", "data": data});
            for body in [bare, whole] {
                let answer = house.post(&path, body.to_string()).await;
                assert_eq!(answer.status, 201, "{path} {body}: {}", answer.text());
            }
        }
    }
    let events = stored(&house).await;
    assert_eq!(events.len(), 30);
    for (event_type, data) in &bodies {
        let of_type: Vec<&Value> =
            events.iter().filter(|event| event["event_type"] == *event_type).collect();
        assert_eq!(of_type.len(), 6, "{event_type}");
        for event in of_type {
            assert_eq!(&event["properties"], data, "{event}");
            assert_eq!(
                (&event["user_id"], &event["schema_version"]),
                (&json!("u"), &json!("1.1.0"))
            );
        }
    }
    let like = events.iter().find(|event| event["event_type"] == "engagement").unwrap();
    assert_eq!((&like["entity_type"], &like["entity_id"]), (&json!("post"), &json!("p")));
    let bought = events.iter().find(|event| event["event_type"] == "purchase").unwrap();
    assert_eq!(bought["revenue"], 30.0);
    assert_eq!(bought["currency"], "EUR");
}

#[tokio::test]
async fn a_refused_event_says_why() {
    let track = "/events/track";
    check(track, r#"{"data":{}}"#, &expect![[r#"
        400
        cache-control: no-store

        {"success":false,"error":"eventType is required","code":"missing_field","field":"eventType"}"#]]).await;
    check(track, r#"{"eventType":"a","schemaVersion":"2.0.0"}"#, &expect![[r#"
        400
        cache-control: no-store

        {"success":false,"error":"schemaVersion is not known, use 1.0.0 or 1.1.0","code":"invalid_value","field":"schemaVersion"}"#]]).await;
    check(
        track,
        r#"{"eventType":"a","data":[]}"#,
        &expect![[r#"
        400
        cache-control: no-store

        {"success":false,"error":"data must be an object","code":"invalid_type","field":"data"}"#]],
    )
    .await;
    check(track, r#"{"eventType":"a","data":{"x":"\ud800"}}"#, &expect![[r#"
        400
        cache-control: no-store

        {"success":false,"error":"data has a \\u escape that is half of a surrogate pair","code":"invalid_value","field":"data"}"#]]).await;
    check(track, r#"{"eventType":"a","userId":7}"#, &expect![[r#"
        400
        cache-control: no-store

        {"success":false,"error":"userId must be a string","code":"invalid_type","field":"userId"}"#]]).await;
    check(track, "[]", &expect![[r#"
        400
        cache-control: no-store

        {"success":false,"error":"body must be one event; send {\"events\": [..]} to events/batch","code":"invalid_type"}"#]]).await;
    check(track, "{", &expect![[r#"
        400
        cache-control: no-store

        {"success":false,"error":"body is not json: EOF while parsing an object at line 1 column 1","code":"malformed_json"}"#]]).await;
    check("/api/analytics/events/view", r#"{"eventType":"purchase","data":{}}"#, &expect![[r#"
        400
        cache-control: no-store

        {"success":false,"error":"eventType must be \"view\" here","code":"invalid_value","field":"eventType"}"#]]).await;
}

#[tokio::test]
async fn odd_events_are_taken_as_they_are() {
    let house = House::new();
    let deep =
        format!(r#"{{"eventType":"a","data":{}1{}}}"#, r#"{"a":"#.repeat(15), "}".repeat(15));
    let bodies = [
        r#"{"eventType":"x","eventType":"a","data":null,"userId":null,"platform":""}"#,
        r#"{"eventType":"a","data":{"n":123456789012345678901234567890}}"#,
        r#"{"eventType":"a","data":{"deviceId":7,"contentId":[],"url":{}}}"#,
        &deep,
    ];
    for body in bodies {
        let answer = house.post("/events/track/", body.to_owned()).await;
        assert_eq!(answer.status, 201, "{body}: {}", answer.text());
    }
    let events = stored(&house).await;
    assert!(events.iter().all(|event| event["event_type"] == "a"));
    assert!(events.iter().all(|event| event.get("device_id").is_none()));
}

#[tokio::test]
async fn a_batch_has_a_result_per_event() {
    let path = "/analytics/events/batch";
    check(path, r#"{"events":[{"eventType":"a"},{"eventType":"b"}]}"#, &expect![[r#"
        201

        {"success":true,"processed":2,"failed":0,"results":[{"success":true,"eventId":"<id>"},{"success":true,"eventId":"<id>"}]}"#]]).await;
    check(path, r#"{"events":[{"eventType":"a"},{"eventType":"view"},7]}"#, &expect![[r#"
        207

        {"success":false,"processed":1,"failed":2,"results":[{"success":true,"eventId":"<id>"},{"success":false,"error":"data.contentType is required","code":"missing_field","field":"data.contentType"},{"success":false,"error":"event must be an object","code":"invalid_type","field":"event"}]}"#]]).await;
    check(path, r#"{"events":[{}]}"#, &expect![[r#"
        400

        {"success":false,"processed":0,"failed":1,"results":[{"success":false,"error":"eventType is required","code":"missing_field","field":"eventType"}]}"#]]).await;
    check(
        path,
        r#"{"events":[]}"#,
        &expect![[r#"
        400
        cache-control: no-store

        {"success":false,"error":"batch has no events","code":"empty_batch"}"#]],
    )
    .await;
    check(
        path,
        r#"{"events":[1,2,3,4]}"#,
        &expect![[r#"
        413
        cache-control: no-store

        {"success":false,"error":"batch has 4 events, the limit is 3","code":"batch_too_large"}"#]],
    )
    .await;
    check(
        path,
        "{}",
        &expect![[r#"
        400
        cache-control: no-store

        {"success":false,"error":"events is required","code":"missing_field","field":"events"}"#]],
    )
    .await;
    check(path, "[]", &expect![[r#"
        400
        cache-control: no-store

        {"success":false,"error":"body must be an object with an array of events: {\"events\": [..]}","code":"invalid_type"}"#]]).await;
}

#[tokio::test]
async fn a_duplicate_is_answered_like_the_first_time() {
    let house = House::new();
    let body = r#"{"eventId":"e-1","eventType":"a"}"#;
    let first = house.post("/events/track", body).await;
    let again = house.post("/api/analytics/events/track", body).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.json()["eventId"], again.json()["eventId"]);
    assert_eq!(again.json()["duplicate"], true);
    assert_eq!(house.settled().await.duplicate, 1);
}

#[tokio::test]
async fn an_old_schema_is_told_to_be_deprecated_after_ninety_days() {
    let send = async |since: Option<Timestamp>, version: &str| -> Answer {
        let service = ServiceConfig { schema_1_1_0_since: since, ..ServiceConfig::default() };
        let config = ServerConfig { service, ..ServerConfig::default() };
        let house = House::with(config, Limits::default());
        let body =
            json!({"events": [{"eventType": "a"}, {"eventType": "a", "schemaVersion": version}]});
        let answer = house.post("/events/batch", body.to_string()).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        house.settled().await;
        answer
    };
    let since = Timestamp(NOW.0 - 90 * DAY_MS);
    let answer = send(Some(since), "1.0.0").await;
    assert_eq!(answer.header("deprecation"), Some("@1792065600"));
    assert_eq!(answer.header("sunset"), Some("Fri, 15 Oct 2027 12:00:00 GMT"));
    for (since, version) in
        [(Some(since), "1.1.0"), (Some(Timestamp(since.0 + 1)), "1.0.0"), (None, "1.0.0")]
    {
        let answer = send(since, version).await;
        assert_eq!((answer.header("deprecation"), answer.header("sunset")), (None, None));
    }
}
