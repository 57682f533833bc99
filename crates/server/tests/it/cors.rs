//! Which pages may talk to us.

use axum::{body::Body, http::Request};
use event::Limits;
use expect_test::expect;
use server::ServerConfig;

use crate::house::{Answer, House, post};

async fn preflight(house: &House, path: &str, origin: &str) -> Answer {
    let request = Request::options(path)
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization, content-type");
    house.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn capture_takes_any_origin() {
    let house = House::new();
    preflight(&house, "/apiv1/events/", "https://shop.example").await.check(&expect![[r#"
        204
        allow: POST, OPTIONS
        access-control-allow-origin: *
        access-control-allow-methods: GET, POST, PUT, PATCH, DELETE, OPTIONS
        access-control-max-age: 86400
        access-control-allow-headers: authorization, content-type
        vary: origin, access-control-request-headers

    "#]]);
    for body in [r#"{"event_type":"a"}"#, "{"] {
        let mut request = post("/apiv1/events", body);
        request.headers_mut().insert("origin", "https://shop.example".parse().unwrap());
        let answer = house.send(request).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(
            answer.header("access-control-expose-headers"),
            Some("x-request-id, retry-after")
        );
    }
    let plain = house.post("/apiv1/events", r#"{"event_type":"a"}"#).await;
    assert_eq!(plain.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn reads_take_only_configured_origins() {
    let config =
        ServerConfig { origins: vec!["https://app.example".into()], ..ServerConfig::default() };
    let house = House::with(config, Limits::default());
    preflight(&house, "/api/v1/query", "https://app.example").await.check(&expect![[r#"
        204
        allow: POST, OPTIONS
        access-control-allow-origin: https://app.example
        access-control-allow-methods: GET, POST, PUT, PATCH, DELETE, OPTIONS
        access-control-max-age: 86400
        access-control-allow-headers: authorization, content-type
        vary: origin, access-control-request-headers

    "#]]);
    preflight(&house, "/api/v1/query", "https://evil.example").await.check(&expect![[r#"
        204
        allow: POST, OPTIONS
        vary: origin, access-control-request-headers

    "#]]);
    preflight(&house, "/nothing", "https://app.example").await.check(&expect![[r#"
        404
        content-type: application/problem+json
        cache-control: no-store
        vary: origin
        access-control-allow-origin: https://app.example
        access-control-expose-headers: x-request-id, retry-after

        {"code":"not_found","detail":"there is nothing at /nothing, see /docs","requestId":"<request>","status":404,"title":"Not found","type":"/docs#code-not_found"}"#]]);
}
