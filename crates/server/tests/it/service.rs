//! Health, metrics and pages.

use axum::{body::Body, http::Request};
use expect_test::expect;
use server::METRICS;

use crate::house::House;

#[tokio::test]
async fn health_tells_whether_events_can_be_taken() {
    let house = House::new();
    house.get("/healthz").await.check(&expect![[r#"
        200
        content-type: application/json
        cache-control: no-store

        {"status":"ok"}
    "#]]);
    house.get("/readyz/").await.check(&expect![[r#"
        200
        content-type: application/json
        cache-control: no-store

        {"reasons":[],"status":"ok"}
    "#]]);
}

#[tokio::test]
async fn a_stopped_pipeline_refuses_with_a_time_to_try_again() {
    let house = House::new();
    house.parts.pipeline.stop();
    house.post("/apiv1/events", r#"{"event_type":"a"}"#).await.check(&expect![[r#"
        503
        content-type: application/json
        cache-control: no-store
        retry-after: 5

        {"success":false,"error":"events cannot be stored at the moment","code":"unavailable"}"#]]);
    house.post("/apiv1/events/batch", r#"[{"event_type":"a"}]"#).await.check(&expect![[r#"
        503
        content-type: application/json
        cache-control: no-store
        retry-after: 5

        {"success":false,"error":"events cannot be stored at the moment","code":"unavailable"}"#]]);
}

#[tokio::test]
async fn metrics_hold_the_books_and_every_name_is_documented() {
    let house = House::new();
    house.post("/apiv1/events/batch", r#"[{"event_type":"a"},{}]"#).await;
    house.settled().await;
    let text = house.get("/metrics").await.text().to_owned();
    for line in [
        "trackflow_events_total{outcome=\"received\"} 2",
        "trackflow_events_total{outcome=\"stored\"} 1",
        "trackflow_events_total{outcome=\"rejected\"} 1",
        "trackflow_rejected_total{code=\"missing_field\"} 1",
        "trackflow_http_requests_total{route=\"/apiv1/events/batch\",status=\"2xx\"} 1",
        "trackflow_journal_writable 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("trackflow_tenant"), "tenants are only for admins");
    let path = format!("/metrics?api_key={}", house.keys.secret_key);
    let full = house.get(&path).await.text().to_owned();
    assert!(
        full.contains("trackflow_tenant_events_total{tenant=\"default\",outcome=\"stored\"} 1")
    );
    for line in full.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let name = line.split(['{', ' ']).next().unwrap();
        let known = |info: &server::MetricInfo| {
            let rest = name.strip_prefix(info.name);
            rest.is_some_and(|rest| ["", "_bucket", "_sum", "_count"].contains(&rest))
        };
        assert!(METRICS.iter().any(known), "{name} is not documented");
    }
    for info in METRICS {
        assert!(full.contains(info.name), "{} is documented and never there", info.name);
    }
    assert_eq!(house.get("/metrics?api_key=wrong").await.status, 401);
}

#[tokio::test]
async fn pages_are_whole_and_packed() {
    let house = House::new();
    // With the dashboard in it, the first page leads there.
    let start = if server::has_dashboard() { "/docs" } else { "/" };
    for path in ["/docs", start] {
        let request =
            Request::get(path).header("accept", "text/html").header("accept-encoding", "gzip");
        let answer = house.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.header("content-encoding"), Some("gzip"));
        let request = Request::get(path).header("accept", "text/html").body(Body::empty()).unwrap();
        let page = house.send(request).await.text().to_owned();
        assert!(
            page.contains("<style>:root") && page.ends_with("</html>\n")
                || page.ends_with("</html>")
        );
        for outside in ["src=\"http", "href=\"http", "@import", "url("] {
            assert!(!page.contains(outside), "{path} must not load {outside}");
        }
    }
    house.get("/").await.check(&expect![[r#"
        200
        content-type: application/json
        vary: accept
        vary: accept-encoding

        {
          "docs": "/docs",
          "name": "TrackFlow",
          "openapi": "/openapi.json",
          "status": "ok"
        }
    "#]]);
    let event = house.post("/apiv1/events", r#"{"event_type":"a"}"#).await;
    assert_eq!(event.header("content-encoding"), None);
}

#[tokio::test]
async fn the_dashboard_is_there_or_says_how_to_get_it() {
    let house = House::new();
    for path in ["/app", "/app/", "/app/insights?kind=funnel", "/app/people/a%2Fb"] {
        let page = house.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.header("content-type").unwrap().starts_with("text/html"), "{path}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        let wanted = if server::has_dashboard() { "id=\"root\"" } else { "make web" };
        assert!(page.text().contains(wanted), "{path}: {}", page.text());
    }
    assert_eq!(house.get("/app/assets/index-of-another-build.js").await.status, 404);
    assert_eq!(house.post("/app/", "{}").await.status, 405);
    let request = Request::get("/").header("accept", "text/html").body(Body::empty()).unwrap();
    let first = house.send(request).await;
    if server::has_dashboard() {
        assert_eq!((first.status, first.header("location")), (303, Some("/app/")));
    } else {
        assert_eq!(first.status, 200);
    }
    assert_eq!(house.get("/").await.header("content-type"), Some("application/json"));
}
