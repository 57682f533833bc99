//! Erasing over HTTP: who may, what is refused, and what a receipt tells.

use axum::{body::Body, http::Request};

use crate::house::{Answer, House, post};

async fn ask(house: &House, method: &str, path: &str, key: &str, body: &str) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("authorization", format!("Bearer {key}"));
    house.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn only_an_admin_may_erase_and_see_receipts() {
    let house = House::new();
    let (erase, list) = ("/api/v1/privacy/erase", "/api/v1/privacy/erasures");
    let body = r#"{"distinct_id":"u"}"#;
    assert_eq!(house.post(erase, body).await.status, 401);
    assert_eq!(house.get(list).await.status, 401);
    assert_eq!(house.get("/api/v1/privacy/erasures/1").await.status, 401);
    let write = house.keys.write_key.as_str();
    assert_eq!(ask(&house, "POST", erase, write, body).await.status, 403);
    assert_eq!(ask(&house, "GET", list, write, "").await.status, 403);
    assert_eq!(ask(&house, "GET", "/api/v1/privacy/erasures/x", write, "").await.status, 403);
    assert_eq!(house.parts.pipeline.store().open_erasures().unwrap(), []);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let house = House::new();
    let key = house.keys.secret_key.as_str();
    for (body, code) in [
        ("[]", "invalid_type"),
        ("{", "malformed_json"),
        ("{}", "missing_field"),
        (r#"{"distinct_id":""}"#, "missing_field"),
        (r#"{"distinct_id":7}"#, "invalid_type"),
        (r#"{"distinct_id":"guest"}"#, "invalid_value"),
        (r#"{"distinct_id":"u","mode":"hide"}"#, "invalid_value"),
        (r#"{"distinct_id":"u","all":true}"#, "invalid_value"),
    ] {
        let answer = ask(&house, "POST", "/api/v1/privacy/erase", key, body).await;
        assert_eq!((answer.status, &answer.json()["code"]), (400, &code.into()), "{body}");
    }
    for path in ["/api/v1/privacy/erasures/1", "/api/v1/privacy/erasures/x"] {
        assert_eq!(ask(&house, "GET", path, key, "").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_receipt_goes_on_to_done_and_names_nobody() {
    let house = House::new();
    let key = house.keys.secret_key.as_str();
    for _ in 0..3 {
        let event = r#"{"event_type":"x","user_id":"somebody@example"}"#;
        house.send(post("/apiv1/events", event)).await;
    }
    house.settled().await;
    let body = r#"{"distinct_id":"somebody@example"}"#;
    let taken = ask(&house, "POST", "/api/v1/privacy/erase", key, body).await;
    assert_eq!((taken.status, taken.json()["state"].as_str()), (202, Some("pending")));
    let path = format!("/api/v1/privacy/erasures/{}", taken.json()["id"]);
    for _ in 0..5_000 {
        let receipt = ask(&house, "GET", &path, key, "").await;
        assert!(!receipt.text().contains("somebody"));
        if receipt.json()["state"] == "done" {
            assert_eq!(receipt.json()["holders"]["parts"]["events"], 3);
            assert_eq!(receipt.json()["holders"]["journal"]["records"], 3);
            let books = house.settled().await;
            assert_eq!((books.stored, books.removed), (3, 3));
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    panic!("it is not done after 10 s");
}
