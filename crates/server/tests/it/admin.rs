//! The books and the refused events over HTTP.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::house::{Answer, House};

async fn ask(house: &House, method: &str, path: &str, body: &str) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("authorization", format!("Bearer {}", house.keys.secret_key));
    house.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn the_books_of_a_tenant_balance() {
    let house = House::new();
    let batch = r#"[{"event_type":"a","event_id":"1"},{"event_type":"a","event_id":"1"},{}]"#;
    assert_eq!(house.post("/apiv1/events/batch", batch).await.status, 207);
    house.settled().await;
    let books = ask(&house, "GET", "/api/v1/admin/books", "").await.json();
    let of = |name: &str| books[name].as_u64().unwrap();
    assert_eq!((of("received"), of("stored"), of("duplicate"), of("rejected")), (3, 1, 1, 1));
    assert_eq!((&books["balanced"], of("pending")), (&Value::Bool(true), 0));
    assert_eq!(books["rejected_log"]["entries"], 1);
    assert_eq!(house.get("/api/v1/admin/books").await.status, 401);
}

#[tokio::test]
async fn refused_events_are_listed_with_reason_and_payload_and_only_to_admins() {
    let house = House::new();
    let path = "/api/v1/admin/rejected";
    house.post("/apiv1/events", r#"{"user_id":"u"}"#).await;
    house.post("/apiv1/events/batch", r#"[{"event_type":"a"}, {"event_type":7} ]"#).await;
    let listed = ask(&house, "GET", path, "").await.json();
    let entries = listed["entries"].as_array().unwrap();
    let shown: Vec<_> = entries.iter().map(|e| (e["code"].clone(), e["payload"].clone())).collect();
    assert_eq!(
        shown,
        [
            (json!("invalid_type"), json!(r#"{"event_type":7}"#)),
            (json!("missing_field"), json!(r#"{"user_id":"u"}"#)),
        ]
    );
    assert_eq!(
        (&entries[0]["dialect"], &entries[0]["field"]),
        (&json!("simple"), &json!("event_type"))
    );
    let page = ask(&house, "GET", &format!("{path}?limit=1"), "").await.json();
    let next = page["next_before"].as_u64().unwrap();
    let page = ask(&house, "GET", &format!("{path}?limit=1&before={next}"), "").await.json();
    assert_eq!(page["entries"][0]["code"], "missing_field");
    let coded = ask(&house, "GET", &format!("{path}?code=invalid_type"), "").await.json();
    assert_eq!(coded["entries"].as_array().unwrap().len(), 1);
    for wrong in ["limit=0", "limit=1001", "limit=x", "before=-1", "code=strange"] {
        let answer = ask(&house, "GET", &format!("{path}?{wrong}"), "").await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (400, &json!("invalid_value")),
            "{wrong}"
        );
    }
    let write = Request::get(path).header("x-api-key", house.keys.write_key.as_str());
    assert_eq!(house.send(write.body(Body::empty()).unwrap()).await.status, 403);
}

#[tokio::test]
async fn an_event_is_taken_once_it_is_sent_again_after_a_fix() {
    let house = House::new();
    let path = "/api/v1/admin/rejected/replay";
    // Too far back for what is kept would be a setting; here the fix is a new limit.
    let long = "x".repeat(300);
    let event = json!({"event_type": "a", "user_id": long, "event_id": "order-1"}).to_string();
    assert_eq!(house.post("/apiv1/events", event).await.status, 400);
    let still = ask(&house, "POST", path, r#"{"all":true}"#).await.json();
    assert_eq!((&still["rejected"], &still["results"][0]["code"]), (&json!(1), &json!("too_long")));
    assert_eq!(house.settled().await.rejected, 2, "received and refused twice");
    let listed = ask(&house, "GET", "/api/v1/admin/rejected", "").await.json();
    assert_eq!(listed["entries"].as_array().unwrap().len(), 1, "a replay is not logged again");

    let folder = house.into_folder();
    let house = House::again(folder, |limits| limits.id_chars = 400);
    let taken = ask(&house, "POST", path, r#"{"all":true}"#).await.json();
    assert_eq!(taken["stored"], 1, "{taken}");
    let none = ask(&house, "POST", path, r#"{"all":true}"#).await.json();
    assert_eq!(none["results"], json!([]), "what was taken is not sent by all again");
    let id = taken["results"][0]["id"].clone();
    let again = ask(&house, "POST", path, &json!({"ids": [id, 999]}).to_string()).await.json();
    assert_eq!((&again["duplicate"], &again["results"][0]["id"]), (&json!(1), &id), "{again}");
    let question = r#"{"kind":"events","event":"a"}"#;
    house.settled().await;
    let events = house.ask(question).await.json();
    assert_eq!(events["result"]["events"][0]["dialect"], "simple");
    for wrong in ["{}", r#"{"ids":[]}"#, r#"{"ids":["a"]}"#, r#"{"all":false}"#, r#"{"code":"x"}"#]
    {
        assert_eq!(ask(&house, "POST", path, wrong).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn events_of_every_dialect_are_sent_again_as_what_they_were() {
    let old = r#"{"eventType":"a","props":{"occurred_at":"2020-01-01"}}"#;
    for (path, body, code, payload) in [
        (
            "/events/view",
            r#"{"contentType":"post","userId":"u"}"#,
            "missing_field",
            r#"{"userId":"u","eventType":"view","data":{"contentType":"post"}}"#,
        ),
        (
            "/events/batch",
            r#"{"events":[{"eventType":"view"}]}"#,
            "missing_field",
            r#"{"eventType":"view"}"#,
        ),
        ("/api/trpc/eventIngestion.track", old, "too_old", old),
        (
            "/api/trpc/eventIngestion.trackBatch",
            r#"{"json":{"events":[{"eventType":7,"sessionId":null}]},"meta":{"values":{}}}"#,
            "invalid_type",
            r#"{"eventType":7,"sessionId":null}"#,
        ),
    ] {
        let house = House::new();
        house.post(path, body).await;
        let listed = ask(&house, "GET", "/api/v1/admin/rejected", "").await.json();
        let entry = &listed["entries"][0];
        assert_eq!((&entry["code"], &entry["payload"]), (&json!(code), &json!(payload)), "{path}");
        let again = ask(&house, "POST", "/api/v1/admin/rejected/replay", r#"{"all":true}"#).await;
        assert_eq!((again.status, &again.json()["rejected"]), (200, &json!(1)), "{path}");
        assert_eq!(again.json()["results"][0]["code"], code, "{path}");
        house.settled().await;
    }
}
