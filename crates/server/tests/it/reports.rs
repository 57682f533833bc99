//! The reports of the analytics service, over a small world that can be counted by hand.

use server::{ServerConfig, ServiceConfig};

use event::Limits;
use serde_json::{Value, json};

use axum::{body::Body, http::Request};

use crate::house::{Answer, House};

/// The clock stands at 2026-10-15T12:00:00Z. Three views, a like and a purchase of u1, u2 and u3:
/// u1 saw post-1 for 30 s, liked it a minute later, and bought for 2 x 10 EUR ten minutes later.
/// u2 saw post-1 for 60 s the day before, u3 post-2 without a duration the week before.
const WORLD: &str = r#"{"events":[
    {"eventType":"view","userId":"u1","sessionId":"s1","platform":"mobile","timestamp":"2026-10-15T10:00:00Z","eventId":"e1","data":{"contentType":"post","contentId":"post-1","viewDuration":30}},
    {"eventType":"engagement","userId":"u1","sessionId":"s1","platform":"mobile","timestamp":"2026-10-15T10:01:00Z","eventId":"e2","data":{"action":"like","targetType":"post","targetId":"post-1"}},
    {"eventType":"purchase","userId":"u1","sessionId":"s1","platform":"mobile","timestamp":"2026-10-15T10:10:00Z","eventId":"e3","data":{"orderId":"o1","amount":10,"quantity":2,"currency":"EUR"}},
    {"eventType":"view","userId":"u2","sessionId":"s2","platform":"web","timestamp":"2026-10-14T10:00:00Z","eventId":"e4","data":{"contentType":"post","contentId":"post-1","viewDuration":60}},
    {"eventType":"view","userId":"u3","sessionId":"s3","platform":"web","timestamp":"2026-10-07T10:00:00Z","eventId":"e5","data":{"contentType":"post","contentId":"post-2"}}
]}"#;

async fn world() -> House {
    let house = House::new();
    let sent = house.post("/analytics/events/batch", WORLD).await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    house.settled().await;
    house
}

async fn read(house: &House, path: &str) -> Answer {
    let request = Request::get(path);
    let request = request.header("authorization", format!("Bearer {}", house.keys.secret_key));
    house.send(request.body(Body::empty()).unwrap()).await
}

async fn report(house: &House, path: &str) -> Value {
    let answer = read(house, path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.json()
}

#[tokio::test]
async fn the_dashboard_tells_what_was_counted_by_hand() {
    let house = world().await;
    let dashboard = report(&house, "/api/analytics/dashboard?timeframe=7d").await;
    assert_eq!(
        dashboard["totals"],
        json!({
            "events": 4, "users": 2, "sessions": 2, "revenue": [{"currency": "EUR", "amount": 20}],
            "avgDwellSeconds": 45, "engagementRate": 0.5,
        })
    );
    assert_eq!(
        dashboard["previous"],
        json!({
            "events": 1, "users": 1, "sessions": 1, "revenue": [], "avgDwellSeconds": null,
            "engagementRate": 0,
        })
    );
    let series = dashboard["series"].as_array().unwrap();
    assert_eq!((series.len(), &series[0]["timestamp"]), (7, &json!("2026-10-09T00:00:00+00:00")));
    let last = json!({"timestamp": "2026-10-15T00:00:00+00:00", "events": 3, "users": 1, "sessions": 1, "partial": true});
    assert_eq!(series[6], last);
    assert_eq!(dashboard["topEvents"][0], json!({"eventType": "view", "count": 2, "users": 2}));
    let content =
        json!([{"contentType": "post", "contentId": "post-1", "views": 2, "avgDwellSeconds": 45}]);
    assert_eq!(dashboard["topContent"], content);
    let platforms = json!([{"value": "mobile", "events": 3, "users": 1}, {"value": "web", "events": 1, "users": 1}]);
    assert_eq!(dashboard["breakdown"]["platform"], platforms);
    assert_eq!(
        (&dashboard["timeframe"], &dashboard["from"]),
        (&json!("7d"), &json!("2026-10-09T00:00:00+00:00"))
    );
    // The same at the other two prefixes, narrowed to one type.
    for base in ["", "/analytics"] {
        let path = format!("{base}/dashboard?eventType=view&from=2026-10-07&to=2026-10-14");
        let totals = &report(&house, &path).await["totals"];
        assert_eq!((&totals["events"], &totals["avgDwellSeconds"]), (&json!(2), &json!(60)));
    }
}

#[tokio::test]
async fn events_are_listed_with_their_number() {
    let house = world().await;
    let list = report(&house, "/analytics/events?eventType=view&timeframe=7d&limit=1").await;
    assert_eq!((&list["total"], list["events"].as_array().unwrap().len()), (&json!(2), 1));
    let event = &list["events"][0];
    assert_eq!(
        (&event["userId"], &event["sessionId"], &event["data"]["viewDuration"]),
        (&json!("u1"), &json!("s1"), &json!(30))
    );
    assert_eq!(event["timestamp"], "2026-10-15T10:00:00.000Z");
    let cursor = list["nextCursor"].as_str().unwrap();
    let path = format!("/events?eventType=view&timeframe=7d&limit=1&cursor={cursor}");
    let second = report(&house, &path).await;
    assert_eq!(
        (&second["events"][0]["userId"], &second["nextCursor"]),
        (&json!("u2"), &Value::Null)
    );
    let other = read(&house, &path.replace("=view", "=purchase")).await;
    assert_eq!((other.status, &other.json()["errors"][0]["field"]), (400, &json!("cursor")));
    assert_eq!(report(&house, "/events").await["total"], 3, "24 hours are the default");
    assert_eq!(report(&house, "/events?timeframe=yesterday").await["total"], 1);
    assert_eq!(report(&house, "/events?timeframe=today").await["total"], 3);
    assert_eq!(report(&house, "/events?timeframe=all").await["total"], 5);
    let filters = "%7B%22property%22:%22viewDuration%22,%22op%22:%22gt%22,%22value%22:40%7D";
    let path = format!("/events?timeframe=all&filters={filters}&breakdown=platform");
    let filtered = report(&house, &path).await;
    assert_eq!(
        (&filtered["total"], &filtered["breakdown"]),
        (&json!(1), &json!([{"value": "web", "events": 1, "users": 1}]))
    );
}

#[tokio::test]
async fn a_funnel_has_rates_and_times() {
    let house = world().await;
    let steps = "%5B%22view%22,%7B%22eventType%22:%22purchase%22%7D%5D";
    let expected = json!({
        "steps": [
            {"step": 1, "name": "view", "users": 2, "conversionRate": 1, "conversionFromPrevious": 1, "dropOff": 0,
             "dropOffUsers": 0, "medianSecondsFromPrevious": null, "avgSecondsFromPrevious": null},
            {"step": 2, "name": "purchase", "users": 1, "conversionRate": 0.5, "conversionFromPrevious": 0.5,
             "dropOff": 0.5, "dropOffUsers": 1, "medianSecondsFromPrevious": 600, "avgSecondsFromPrevious": 600},
        ],
        "totalUsers": 2, "overallConversion": 0.5, "window": "7d", "order": "ordered",
    });
    assert_eq!(report(&house, &format!("/analytics/funnel?steps={steps}")).await, expected);
    assert_eq!(report(&house, "/funnel?steps=view,purchase&timeframe=7d").await, expected);
    let short = report(&house, "/funnel?steps=view,purchase&window=599s&breakdown=platform").await;
    assert_eq!(short["overallConversion"], 0);
    assert_eq!(short["breakdown"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn cohorts_and_retention_tell_who_comes_back() {
    let house = world().await;
    let cohort = report(&house, "/cohort?timeframe=2w&period=week").await;
    // Weeks from Monday: u3 in that of the 5th, u1 and u2 in that of the 12th.
    let activity = |users: u64, partial: bool| json!([{"period": 0, "users": users, "rate": 1, "partial": partial}]);
    assert_eq!(cohort["period"], "week");
    assert_eq!(
        cohort["cohorts"][1],
        json!({"cohort": "2026-10-12", "size": 2, "activity": activity(2, true)})
    );
    assert_eq!(
        (&cohort["cohorts"][0]["cohort"], &cohort["cohorts"][0]["size"]),
        (&json!("2026-10-05"), &json!(1))
    );
    let retention = report(&house, "/analytics/retention?timeframe=2d&periods=1").await;
    assert_eq!((&retention["period"], &retention["periods"]), (&json!("day"), &json!(1)));
    let first = &retention["cohorts"][0];
    assert_eq!((&first["date"], &first["size"]), (&json!("2026-10-14"), &json!(1)));
    assert_eq!(first["values"][1], json!({"period": 1, "users": 0, "rate": 0, "partial": true}));
    let by = report(&house, "/retention?timeframe=2d&periods=1&breakdown=platform").await;
    assert_eq!(by["breakdown"][0]["value"], "mobile");
    assert_eq!(by["breakdown"][0]["cohorts"][1]["size"], 1);
}

#[tokio::test]
async fn every_bad_parameter_is_named() {
    let house = House::new();
    for (path, field) in [
        ("/dashboard?timeframe=0", "timeframe"),
        ("/dashboard?timeframe=0d", "timeframe"),
        ("/dashboard?timeframe=10000d", "timeframe"),
        ("/dashboard?timeframe=7x", "timeframe"),
        ("/dashboard?timeframe=7d&from=2026-10-01", "timeframe"),
        ("/dashboard?from=soon", "from"),
        ("/dashboard?to=2026-10-01", "from"),
        ("/dashboard?from=2026-10-02&to=2026-09-01", "to"),
        ("/dashboard?from=2010-01-01", "from"),
        ("/dashboard?tz=Mars", "tz"),
        ("/dashboard?filters=%7B", "filters"),
        ("/dashboard?filters=%7B%22field%22:%22colour%22,%22value%22:1%7D", "filters.field"),
        ("/dashboard?breakdown=a,b,c,d", "breakdown"),
        ("/events?limit=0", "limit"),
        ("/events?limit=1001", "limit"),
        ("/events?order=upwards", "order"),
        ("/events?cursor=x", "cursor"),
        ("/funnel", "steps"),
        ("/funnel?steps=one", "steps"),
        ("/funnel?steps=%5B", "steps"),
        ("/funnel?steps=%5B%22a%22,%7B%22eventType%22:7%7D%5D", "steps[1].eventType"),
        ("/funnel?steps=a,b&window=7", "window"),
        ("/funnel?steps=a,b&window=400d", "window"),
        ("/funnel?steps=a,b&order=sideways", "order"),
        ("/cohort?period=fortnight", "period"),
        ("/retention?periods=91", "periods"),
        ("/retention?breakdown=a,b", "breakdown"),
    ] {
        let answer = read(&house, path).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.text());
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
        assert_eq!(answer.json()["errors"][0]["field"], field, "{path}: {}", answer.text());
    }
}

#[tokio::test]
async fn reports_need_a_key_but_health_does_not() {
    let house = world().await;
    for path in ["/dashboard", "/events", "/funnel", "/cohort", "/retention", "/events/metrics"] {
        assert_eq!(house.get(path).await.status, 401, "{path}");
        let write = Request::get(path).header("x-api-key", house.keys.write_key.as_str());
        assert_eq!(house.send(write.body(Body::empty()).unwrap()).await.status, 403, "{path}");
    }
    let health = house.get("/api/analytics/events/health").await;
    let body = health.json();
    assert_eq!((health.status, &body["status"]), (200, &json!("ok")));
    assert_eq!(
        body["checks"],
        json!({"journal": "ok", "store": "ok", "catalog": "ok", "disk": "ok"})
    );
    assert_eq!(
        (&body["metrics"]["errorRate"], &body["metrics"]["processingLatencyMs"]),
        (&json!(0), &json!(0))
    );
    let metrics = report(&house, "/analytics/events/metrics").await;
    assert!(metrics["storageUsedBytes"].as_u64().unwrap() > 0, "{metrics}");
    assert!(metrics["ingestionRate"].is_number(), "{metrics}");
}

#[tokio::test]
async fn reports_of_the_default_tenant_can_be_opened_to_everyone() {
    let service = ServiceConfig { public_reads: true, ..ServiceConfig::default() };
    let config = ServerConfig { service, ..ServerConfig::default() };
    let house = House::with(config, Limits::default());
    assert_eq!(house.get("/dashboard").await.status, 200);
    assert_eq!(house.get("/dashboard?api_key=wrong").await.status, 401);
    assert_eq!(house.get("/api/v1/analytics/admin/events/").await.status, 401);
}
