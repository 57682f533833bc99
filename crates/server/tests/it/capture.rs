//! S0: outcomes and refusals.

use event::Limits;
use expect_test::{Expect, expect};
use server::ServerConfig;

use crate::house::House;

async fn check(path: &str, body: &str, expected: &Expect) {
    let limits = Limits { batch_events: 3, ..Limits::default() };
    let house = House::with(ServerConfig::default(), limits);
    house.post(path, body.to_owned()).await.check(expected);
    house.settled().await;
}

#[tokio::test]
async fn an_event_is_recorded() {
    check(
        "/apiv1/events",
        r#"{"event_type":"a"}"#,
        &expect![[r#"
        201
        content-type: application/json

        {"success":true,"message":"Event recorded","id":"<id>"}"#]],
    )
    .await;
    check(
        "/apiv1/events/",
        r#"{"event_type":"a"}"#,
        &expect![[r#"
        201
        content-type: application/json

        {"success":true,"message":"Event recorded","id":"<id>"}"#]],
    )
    .await;
}

#[tokio::test]
async fn a_refused_event_says_why() {
    check("/apiv1/events", r#"{"user_id":"u"}"#, &expect![[r#"
        400
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"event_type is required","code":"missing_field","field":"event_type"}"#]]).await;
    check("/apiv1/events", r#"{"event_type":7}"#, &expect![[r#"
        400
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"event_type must be a string","code":"invalid_type","field":"event_type"}"#]]).await;
    check("/apiv1/events", r#"{"event_type":"a","properties":[1]}"#, &expect![[r#"
        400
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"properties must be an object","code":"invalid_type","field":"properties"}"#]]).await;
    check("/apiv1/events", r#"{"event_type":"a","timestamp":"soon"}"#, &expect![[r#"
        400
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"timestamp is not a time: use RFC 3339, a date, or seconds or milliseconds since 1970","code":"invalid_value","field":"timestamp"}"#]]).await;
    check("/apiv1/events", r#"{"event_type":"a","properties":{"x":"\ud800"}}"#, &expect![[r#"
        400
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"properties has a \\u escape that is half of a surrogate pair","code":"invalid_value","field":"properties"}"#]])
        .await;
    check("/apiv1/events", "[]", &expect![[r#"
        400
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"body must be one event; send an array to /apiv1/events/batch","code":"invalid_type"}"#]]).await;
    check("/apiv1/events", "{", &expect![[r#"
        400
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"body is not json: EOF while parsing an object at line 1 column 1","code":"malformed_json"}"#]]).await;
    check("/apiv1/events", "", &expect![[r#"
        400
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"body is not json: EOF while parsing a value at line 1 column 0","code":"malformed_json"}"#]]).await;
}

#[tokio::test]
async fn a_batch_has_a_result_per_event() {
    check(
        "/apiv1/events/batch",
        r#"[{"event_type":"a"},{"event_type":"b"}]"#,
        &expect![[r#"
        201
        content-type: application/json

        {"success":true,"results":[{"success":true,"id":"<id>"},{"success":true,"id":"<id>"}]}"#]],
    )
    .await;
    check("/apiv1/events/batch/", r#"[{"event_type":"a"},{},7]"#, &expect![[r#"
        207
        content-type: application/json

        {"success":false,"results":[{"success":true,"id":"<id>"},{"success":false,"error":"event_type is required","code":"missing_field","field":"event_type"},{"success":false,"error":"event must be an object","code":"invalid_type","field":"event"}]}"#]]).await;
    check("/apiv1/events/batch", r#"[{}]"#, &expect![[r#"
        400
        content-type: application/json

        {"success":false,"results":[{"success":false,"error":"event_type is required","code":"missing_field","field":"event_type"}]}"#]]).await;
    check(
        "/apiv1/events/batch",
        "[]",
        &expect![[r#"
        400
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"batch has no events","code":"empty_batch"}"#]],
    )
    .await;
    check(
        "/apiv1/events/batch",
        "[1,2,3,4]",
        &expect![[r#"
        413
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"batch has 4 events, the limit is 3","code":"batch_too_large"}"#]],
    )
    .await;
    check("/apiv1/events/batch", r#"{"events":[{"event_type":"a"}]}"#, &expect![[r#"
        400
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"body must be an array of events: send the array of \"events\" itself","code":"invalid_type"}"#]]).await;
}

#[tokio::test]
async fn a_duplicate_is_answered_like_the_first_and_marked() {
    let house = House::new();
    let event = r#"{"event_type":"a","event_id":"0f8fad5b-d9cb-469f-a165-70867728950e"}"#;
    assert_eq!(house.post("/apiv1/events", event).await.status, 201);
    house.post("/apiv1/events", event).await.check(&expect![[r#"
        201
        content-type: application/json

        {"success":true,"message":"Event recorded","id":"0f8fad5b-d9cb-469f-a165-70867728950e","duplicate":true}"#]]);
    let batch = format!("[{event},{event}]");
    house.post("/apiv1/events/batch", batch).await.check(&expect![[r#"
        201
        content-type: application/json

        {"success":true,"results":[{"success":true,"id":"0f8fad5b-d9cb-469f-a165-70867728950e","duplicate":true},{"success":true,"id":"0f8fad5b-d9cb-469f-a165-70867728950e","duplicate":true}]}"#]]);
    let books = house.settled().await;
    assert_eq!((books.received, books.stored, books.duplicate), (4, 1, 3));
}

#[tokio::test]
async fn text_is_read_as_json_and_a_bom_is_not() {
    let house = House::new();
    let mut request = crate::house::post("/apiv1/events", r#"{"event_type":"a"}"#);
    request.headers_mut().insert("content-type", "text/plain;charset=UTF-8".parse().unwrap());
    assert_eq!(house.send(request).await.status, 201);
    house.post("/apiv1/events", &b"\xff{}"[..]).await.check(&expect![[r#"
        400
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"body is not utf-8 at byte 0","code":"malformed_json"}"#]]);
}

#[tokio::test]
async fn wrong_methods_and_paths_speak_the_dialect() {
    let house = House::new();
    house.get("/apiv1/events").await.check(&expect![[r#"
        405
        content-type: application/json
        cache-control: no-store
        allow: POST

        {"success":false,"error":"method GET is not allowed here","code":"unsupported"}"#]]);
    house.get("/apiv1/nothing").await.check(&expect![[r#"
        404
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"there is nothing at /apiv1/nothing, see /docs","code":"not_found"}"#]]);
    house.get("/nothing").await.check(&expect![[r#"
        404
        content-type: application/problem+json
        cache-control: no-store

        {"code":"not_found","detail":"there is nothing at /nothing, see /docs","requestId":"<request>","status":404,"title":"Not found","type":"/docs#code-not_found"}"#]]);
    house.get("/api/v1/query").await.check(&expect![[r#"
        405
        content-type: application/problem+json
        cache-control: no-store
        allow: POST

        {"code":"unsupported","detail":"method GET is not allowed here","requestId":"<request>","status":405,"title":"Not supported","type":"/docs#code-unsupported"}"#]]);
}

#[tokio::test]
async fn request_ids_are_echoed_or_made() {
    let house = House::new();
    let mut request = crate::house::post("/apiv1/events", "{}");
    request.headers_mut().insert("x-request-id", "mine-1".parse().unwrap());
    assert_eq!(house.send(request).await.header("x-request-id"), Some("mine-1"));
    let mut request = crate::house::post("/api/v1/query", "{}");
    request.headers_mut().insert("x-request-id", "not sane".parse().unwrap());
    let answer = house.send(request).await;
    let made = answer.header("x-request-id").unwrap();
    assert_eq!(made.len(), 16);
    assert_eq!(answer.json()["requestId"], made);
}
