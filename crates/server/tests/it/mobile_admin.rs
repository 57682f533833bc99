//! The lists that administrators of mobile analytics read.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::house::{Answer, House};

const BASE: &str = "/api/v1/analytics/admin";

/// The clock stands at 12:00 of the 15th. u1 clicks at 11:40 and 11:45 and goes on; u2 clicks at
/// 10:00 of the 15th, and at 10:00 of the 14th.
const WORLD: &str = r#"{"events":[
    {"event_type":"session_start","distinct_id":"u1","session_id":"s1","device_id":"d1","app_version":"1.0.0","os_name":"iOS","os_version":"15.0","timestamp":"2026-10-15T11:39:00Z"},
    {"event_type":"click","distinct_id":"u1","session_id":"s1","device_id":"d1","timestamp":"2026-10-15T11:40:00Z","properties":{"n":1,"page":"home"}},
    {"event_type":"click","distinct_id":"u1","session_id":"s1","device_id":"d1","timestamp":"2026-10-15T11:45:00Z","properties":{"n":2,"page":"cart"}},
    {"event_type":"click","distinct_id":"u2","session_id":"s2","timestamp":"2026-10-15T10:00:00Z"},
    {"event_type":"click","distinct_id":"u2","session_id":"s3","timestamp":"2026-10-14T10:00:00Z"}
]}"#;

async fn world() -> House {
    let house = House::new();
    let sent = house.post("/api/v1/analytics/batch/", WORLD).await;
    assert!(sent.status < 300, "{}", sent.text());
    house.settled().await;
    house
}

async fn read(house: &House, path: &str) -> Answer {
    let request = Request::get(if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("{BASE}/{path}")
    });
    let request = request.header("authorization", format!("Bearer {}", house.keys.secret_key));
    house.send(request.body(Body::empty()).unwrap()).await
}

async fn list(house: &House, path: &str) -> Value {
    let answer = read(house, path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.json()
}

#[tokio::test]
async fn events_are_filtered_and_paged() {
    let house = world().await;
    let first = list(&house, "events/?event_type=click&page_size=2").await;
    assert_eq!((&first["count"], &first["previous"]), (&json!(4), &Value::Null));
    let event = &first["results"][0];
    assert_eq!(
        (&event["timestamp"], &event["distinct_id"], &event["properties"]),
        (&json!("2026-10-15T11:45:00.000Z"), &json!("u1"), &json!({"n": 2, "page": "cart"}))
    );
    let next = first["next"].as_str().unwrap().to_owned();
    let second = list(&house, &next).await;
    assert_eq!((&second["next"], second["results"].as_array().unwrap().len()), (&Value::Null, 2));
    assert_eq!(
        list(&house, "events/?event_type=click&page_size=2&page=2").await["results"],
        second["results"]
    );
    let back = list(&house, second["previous"].as_str().unwrap()).await;
    assert_eq!(back["results"], first["results"]);
    for (filter, count) in [
        ("distinct_id=u1", 3),
        ("session_id=s2", 1),
        ("device_id=d1", 3),
        ("properties.n=2", 1),
        ("properties.page=home", 1),
        ("search=START", 1),
        ("start=2026-10-15", 4),
        ("end=2026-10-14", 1),
        ("start=2026-10-15T11:40:00Z&end=2026-10-15T11:45:00Z", 1),
    ] {
        assert_eq!(list(&house, &format!("events/?{filter}")).await["count"], count, "{filter}");
    }
    // A cursor is good for its own filters only.
    let foreign = read(&house, &next.replace("=click", "=session_start")).await;
    assert_eq!((foreign.status, &foreign.json()["errors"]["cursor"].is_array()), (400, &true));
}

#[tokio::test]
async fn events_are_counted_by_type() {
    let house = world().await;
    let counts = list(&house, "events/event_counts/?start=2026-10-15").await;
    let expected = json!([
        {"event_type": "click", "count": 3, "unique_users": 2},
        {"event_type": "session_start", "count": 1, "unique_users": 1},
    ]);
    assert_eq!(counts, expected);
}

#[tokio::test]
async fn sessions_are_listed() {
    let house = world().await;
    let active = list(&house, "sessions/?is_active=true").await;
    assert_eq!(active["count"], 1);
    assert_eq!(
        active["results"][0],
        json!({
            "session_id": "s1", "distinct_id": "u1", "device_id": "d1", "started_at": "2026-10-15T11:39:00.000Z",
            "ended_at": null, "duration_seconds": null, "event_count": 2, "is_active": true,
            "app_version": "1.0.0", "os_name": "iOS", "os_version": "15.0",
        })
    );
    let over = list(&house, "sessions/?is_active=false&page_size=1").await;
    assert_eq!((&over["count"], &over["results"][0]["session_id"]), (&json!(2), &json!("s2")));
    assert_eq!(
        (&over["results"][0]["ended_at"], &over["results"][0]["duration_seconds"]),
        (&json!("2026-10-15T10:00:00.000Z"), &json!(0))
    );
    let second = list(&house, over["next"].as_str().unwrap()).await;
    assert_eq!(
        (&second["results"][0]["session_id"], &second["next"]),
        (&json!("s3"), &Value::Null)
    );
    let by_page = list(&house, "sessions/?is_active=false&page_size=1&page=2").await;
    assert_eq!(by_page["results"], second["results"]);
    assert_eq!(list(&house, "sessions/?distinct_id=u2").await["count"], 2);
    assert_eq!(list(&house, "sessions/?end=2026-10-14").await["count"], 1);
}

#[tokio::test]
async fn aggregates_have_a_line_per_type_and_bucket() {
    let house = world().await;
    let days = list(&house, "event-aggregates/?timeframe=day&event_type=click").await;
    let expected = json!([
        {"timeframe": "day", "event_type": "click", "timestamp": "2026-10-15T00:00:00+00:00", "count": 3,
         "unique_users": 2, "metadata": {"partial": true}},
        {"timeframe": "day", "event_type": "click", "timestamp": "2026-10-14T00:00:00+00:00", "count": 1,
         "unique_users": 1, "metadata": {}},
    ]);
    assert_eq!((&days["count"], &days["results"]), (&json!(2), &expected));
    let hours = list(&house, "event-aggregates/?timeframe=hour&page_size=2").await;
    assert_eq!(
        (&hours["count"], &hours["results"][1]["event_type"]),
        (&json!(4), &json!("session_start"))
    );
    let rest = list(&house, hours["next"].as_str().unwrap()).await;
    assert_eq!(rest["results"][1]["timestamp"], "2026-10-14T10:00:00+00:00");
    assert_eq!(
        list(&house, "event-aggregates/?timeframe=hour&page_size=2&page=2").await["results"],
        rest["results"]
    );
}

#[tokio::test]
async fn what_is_wrong_is_told_as_clients_of_apps_know_it() {
    let house = world().await;
    for (path, status, field) in [
        ("events/?page=9", 404, "page"),
        ("events/?page=0", 404, "page"),
        ("sessions/?page=x", 404, "page"),
        ("events/?page_size=1001", 400, "page_size"),
        ("events/?cursor=abc", 400, "cursor"),
        ("events/?start=soon", 400, "start"),
        ("events/?start=2026-10-02&end=2026-09-01", 400, "end"),
        ("sessions/?is_active=perhaps", 400, "is_active"),
        ("event-aggregates/?timeframe=year", 400, "timeframe"),
        ("event-aggregates/?timeframe=hour&start=2020-01-01", 400, "timeframe"),
    ] {
        let answer = read(&house, path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        let body = answer.json();
        assert!(body["errors"][field].is_array() && body["detail"].is_string(), "{path}: {body}");
    }
    for path in ["events/", "events/event_counts/", "sessions/", "event-aggregates/"] {
        let path = format!("{BASE}/{path}");
        assert_eq!(house.get(&path).await.status, 401);
        let write = Request::get(&path).header("x-api-key", house.keys.write_key.as_str());
        assert_eq!(house.send(write.body(Body::empty()).unwrap()).await.status, 403);
    }
}
