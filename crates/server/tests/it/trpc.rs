//! S4: what clients of tRPC get, and what becomes of their events.

use axum::{body::Body, http::Request};
use event::Limits;
use serde_json::{Value, json};
use server::{ServerConfig, TrpcConfig};

use crate::house::{Answer, House, post};

const TRACK: &str = "/api/trpc/eventIngestion.track";
const BATCH: &str = "/api/trpc/eventIngestion.trackBatch";
const STATS: &str = "/api/trpc/eventIngestion.getStats";
const FLUSH: &str = "/api/trpc/eventIngestion.forceFlush";
const UUID: &str = "f81d4fae-7dec-41d0-a765-00a0c91e6bf6";
const CUID: &str = "cjld2cjxh0000qzrmn831i7rn";

/// Sends with the secret key of the first start, which is one of an admin.
async fn as_admin(house: &House, mut request: Request<Body>) -> Answer {
    let key = format!("Bearer {}", house.keys.secret_key).parse().unwrap();
    request.headers_mut().insert("authorization", key);
    house.send(request).await
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

async fn stored(house: &House) -> Vec<Value> {
    house.settled().await;
    let answer = house.ask(r#"{"kind":"events","range":{"last":"60d"},"limit":100}"#).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["result"]["events"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_single_call_is_answered_with_the_id_of_its_event() {
    let house = House::new();
    for path in [TRACK, "/trpc/eventIngestion.track", "/trpc/eventIngestion.track/"] {
        let answer = house.post(path, format!(r#"{{"eventType":"a{}"}}"#, path.len())).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("vary"), Some("trpc-accept, accept"));
        let data = &answer.json()["result"]["data"];
        assert_eq!(data["tracked"], true);
        assert_eq!(data["eventId"].as_str().unwrap().len(), 36);
        assert!(data.get("duplicate").is_none());
    }
    assert_eq!(house.settled().await.stored, 3);
}

#[tokio::test]
async fn every_field_arrives() {
    let house = House::new();
    let event = json!({
        "eventType": "payout_completed", "source": "mobile", "entityId": CUID,
        "entityType": "payout", "sessionId": UUID, "idempotencyKey": UUID, "userId": "ignored",
        "props": {
            "amount_cents": 4990, "payment_method": "bank", "currency": "eur",
            "occurred_at": "2026-10-14T10:00:00.250Z", "url": "https://shop.example/p?a=1",
        },
        "attribution": {
            "utmSource": "s", "utmMedium": "m", "utmCampaign": "c", "utmTerm": "t",
            "utmContent": "n", "referrer": "https://r.example/", "landingPage": "https://l.example/",
        },
    });
    let answer = house.post(TRACK, event.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let id = answer.json()["result"]["data"]["eventId"].clone();
    let events = stored(&house).await;
    let expected = [
        ("event_id", id),
        ("event_type", json!("payout_completed")),
        ("dialect", json!("trpc")),
        ("source", json!("mobile")),
        ("timestamp", json!("2026-10-14T10:00:00.250Z")),
        ("distinct_id", json!(UUID)),
        ("session_id", json!(UUID)),
        ("entity_type", json!("payout")),
        ("entity_id", json!(CUID)),
        ("page_url", json!("https://shop.example/p?a=1")),
        ("page_host", json!("shop.example")),
        ("utm_source", json!("s")),
        ("utm_medium", json!("m")),
        ("utm_campaign", json!("c")),
        ("utm_term", json!("t")),
        ("utm_content", json!("n")),
        ("referrer", json!("https://r.example/")),
        ("landing_page", json!("https://l.example/")),
        ("revenue", json!(49.9)),
        ("currency", json!("EUR")),
        ("properties", event["props"].clone()),
    ];
    for (field, value) in expected {
        assert_eq!(events[0][field], value, "{field} of {}", events[0]);
    }
    assert!(events[0].get("user_id").is_none());
}

#[tokio::test]
async fn batched_calls_are_admitted_together_and_answered_in_order() {
    let house = House::new();
    let body =
        r#"{"0":{"eventType":"t1"},"1":{"eventType":5},"3":{"events":[{"eventType":"t2"},{}]}}"#;
    let track = "eventIngestion.track";
    let path = format!("/api/trpc/{track},{track}%2C{track},{track}Batch?batch=1");
    let answer = house.post(&path, body).await;
    assert_eq!(answer.status, 207, "{}", answer.text());
    let all = answer.json();
    assert_eq!(all[0]["result"]["data"]["tracked"], true);
    assert_eq!(all[1]["error"]["code"], -32600);
    assert_eq!(all[1]["error"]["data"]["path"], track);
    assert_eq!(
        all[1]["error"]["message"],
        "[\n  {\n    \"code\": \"invalid_type\",\n    \"expected\": \"string\",\n    \"received\": \
         \"number\",\n    \"path\": [\n      \"eventType\"\n    ],\n    \"message\": \"Expected \
         string, received number\"\n  }\n]"
    );
    // Its input was left out.
    assert_eq!(all[2]["error"]["data"]["zodError"]["formErrors"], json!(["Required"]));
    let batch = &all[3]["result"]["data"];
    assert_eq!(batch["total"], 2);
    assert_eq!(batch["successful"], 1);
    assert_eq!(batch["failed"], 1);
    assert_eq!(batch["results"][0]["status"], "fulfilled");
    assert_eq!(batch["results"][0]["error"], Value::Null);
    assert_eq!(
        batch["results"][1],
        json!({"index": 1, "status": "rejected", "data": null, "error": "eventType: Required"})
    );
    let books = house.settled().await;
    assert_eq!((books.received, books.stored, books.rejected), (4, 2, 2));
}

#[tokio::test]
async fn one_batched_call_is_an_array_with_its_own_status() {
    let house = House::new();
    let path = format!("{TRACK}?batch=1");
    let answer = house.post(&path, r#"{"0":{"eventType":"a"}}"#).await;
    assert_eq!((answer.status, answer.json().as_array().unwrap().len()), (200, 1));
    let answer = house.post(&path, r#"{"0":{}}"#).await;
    assert_eq!((answer.status, answer.json().as_array().unwrap().len()), (400, 1));
    assert_eq!(answer.json()[0]["error"]["data"]["code"], "BAD_REQUEST");
}

#[tokio::test]
async fn a_request_that_fails_as_a_whole_is_one_object() {
    let limits = Limits { batch_events: 3, body_bytes: 2_000, ..Limits::default() };
    let house = House::with(ServerConfig::default(), limits);
    let track = "eventIngestion.track";
    let check = |answer: Answer, status: u16, number: i32, code: &str| {
        let error = &answer.json()["error"];
        assert_eq!(answer.status, status, "{}", answer.text());
        assert_eq!((&error["code"], &error["data"]["code"]), (&json!(number), &json!(code)));
        assert_eq!(error["data"]["httpStatus"], status);
        assert_eq!(error["data"]["zodError"], Value::Null);
    };
    check(house.post(TRACK, "{bad json").await, 400, -32600, "BAD_REQUEST");
    let mixed = format!("/trpc/{track},eventIngestion.getStats?batch=1");
    check(house.post(&mixed, "{}").await, 400, -32600, "BAD_REQUEST");
    check(house.post(&format!("{TRACK}?batch=1"), "[1]").await, 400, -32600, "BAD_REQUEST");
    let many = format!("/trpc/{track},{track},{track},{track}?batch=1");
    check(house.post(&many, "{}").await, 400, -32600, "BAD_REQUEST");
    let events = vec![json!({"eventType": "a"}); 4];
    let answer = house.post(BATCH, json!({"events": events}).to_string()).await;
    check(answer, 400, -32600, "BAD_REQUEST");
    let large = format!(r#"{{"eventType":"{}"}}"#, "a".repeat(2_000));
    check(house.post(TRACK, large).await, 413, -32013, "PAYLOAD_TOO_LARGE");
    let wrong = house.post(&format!("{TRACK}?api_key=nope"), r#"{"eventType":"a"}"#).await;
    check(wrong, 401, -32001, "UNAUTHORIZED");
    let untyped = Request::post(TRACK).body(Body::from("{}")).unwrap();
    check(house.send(untyped).await, 415, -32015, "UNSUPPORTED_MEDIA_TYPE");
    let put = Request::put(TRACK).body(Body::empty()).unwrap();
    check(house.send(put).await, 405, -32005, "METHOD_NOT_SUPPORTED");
    check(house.post("/api/trpc/a/b", "{}").await, 404, -32004, "NOT_FOUND");
    assert_eq!(house.settled().await.received, 0);
}

#[tokio::test]
async fn calls_that_do_not_exist_are_told_in_the_words_of_version_11() {
    let house = House::new();
    let message = |answer: &Answer| answer.json()["error"]["message"].as_str().unwrap().to_owned();
    let answer = house.post("/api/trpc/nope.nope", "{}").await;
    assert_eq!(message(&answer), "No procedure found on path \"nope.nope\"");
    assert_eq!(answer.json()["error"]["data"]["path"], "nope.nope");
    let answer = house.get(&format!("{TRACK}?input=%7B%22eventType%22%3A%22a%22%7D")).await;
    assert_eq!(answer.status, 405);
    assert_eq!(
        message(&answer),
        "Unsupported GET-request to mutation procedure at path \"eventIngestion.track\""
    );
    let answer = house.post(STATS, "{}").await;
    assert_eq!(answer.status, 405);
    assert_eq!(
        message(&answer),
        "Unsupported POST-request to query procedure at path \"eventIngestion.getStats\""
    );
    let head = Request::head(STATS).body(Body::empty()).unwrap();
    let answer = house.send(head).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
}

#[tokio::test]
async fn text_plain_is_read_as_json() {
    let house = House::new();
    let mut request = post(TRACK, r#" {"eventType":"a"} "#);
    request.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    assert_eq!(house.send(request).await.status, 200);
    assert_eq!(house.settled().await.stored, 1);
}

#[tokio::test]
async fn superjson_is_answered_in_kind() {
    let house = House::new();
    let body = json!({
        "json": {"eventType": "a", "sessionId": null, "attribution": null, "props": {
            "occurred_at": "2026-10-15T11:00:00.000Z", "gone": null, "kept": null}},
        "meta": {"v": 1, "values": {"sessionId": ["undefined"], "attribution": ["undefined"],
            "props.gone": ["undefined"], "props.occurred_at": ["Date"]}},
    });
    let answer = house.post(TRACK, body.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["result"]["data"]["json"]["tracked"], true);
    let both =
        format!(r#"{{"0":{body},"1":{{"eventType":"b"}},"2":{{"json":{{"eventType":7}}}}}}"#);
    let track = "eventIngestion.track";
    let answer = house.post(&format!("/trpc/{track},{track},{track}?batch=1"), both).await;
    assert_eq!(answer.status, 207, "{}", answer.text());
    assert_eq!(answer.json()[0]["result"]["data"]["json"]["tracked"], true);
    assert_eq!(answer.json()[1]["result"]["data"]["tracked"], true);
    assert_eq!(answer.json()[2]["error"]["json"]["code"], -32600);
    let events = stored(&house).await;
    let first = events.iter().find(|event| event["event_type"] == "a").unwrap();
    assert_eq!(first["timestamp"], "2026-10-15T11:00:00.000Z");
    let props = json!({"occurred_at": "2026-10-15T11:00:00.000Z", "kept": null});
    assert_eq!(first["properties"], props);
}

#[tokio::test]
async fn calls_without_input_are_answered_as_configured() {
    let trpc = TrpcConfig { superjson: true };
    let config = ServerConfig { trpc, ..ServerConfig::default() };
    let house = House::with(config, Limits::default());
    let stats = as_admin(&house, get(STATS)).await.json();
    assert_eq!(stats["result"]["data"]["json"]["config"]["batchSize"], 100);
    let refused = house.post(TRACK, "{bad").await.json();
    assert_eq!(refused["error"]["json"]["code"], -32600);
    let plain = house.post(TRACK, r#"{"eventType":"a"}"#).await.json();
    assert_eq!(plain["result"]["data"]["tracked"], true);
}

#[tokio::test]
async fn a_duplicate_has_the_id_of_the_first() {
    let house = House::new();
    let body = json!({"eventType": "a", "idempotencyKey": UUID}).to_string();
    let first = house.post(TRACK, body.clone()).await.json()["result"]["data"].clone();
    let again = house.post(TRACK, body).await.json()["result"]["data"].clone();
    assert_eq!(again["eventId"], first["eventId"]);
    assert_eq!((&again["tracked"], &again["duplicate"]), (&json!(true), &json!(true)));
    assert_eq!(house.settled().await.duplicate, 1);
}

#[tokio::test]
async fn the_same_happening_of_one_second_is_one_event() {
    let house = House::new();
    let body = |session: &str| json!({"eventType": "a", "sessionId": session}).to_string();
    let first = house.post(TRACK, body(UUID)).await.json()["result"]["data"].clone();
    let again = house.post(TRACK, body(UUID)).await.json()["result"]["data"].clone();
    assert_eq!((&again["eventId"], &again["duplicate"]), (&first["eventId"], &json!(true)));
    let other = house.post(TRACK, body("0f8fad5b-d9cb-469f-a165-70867728950e")).await;
    assert_eq!(other.json()["result"]["data"]["duplicate"], Value::Null);
    let books = house.settled().await;
    assert_eq!((books.stored, books.duplicate), (2, 1));
}

#[tokio::test]
async fn only_admins_look_at_the_pipeline() {
    let house = House::new();
    let refused = house.get(STATS).await;
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (401, &json!(-32001)));
    let path = format!("{STATS}?api_key={}", house.keys.write_key);
    let refused = house.get(&path).await;
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (403, &json!(-32003)));
    assert_eq!(house.post(FLUSH, "").await.status, 401);

    for at in 0..12 {
        house.post(TRACK, format!(r#"{{"eventType":"a{at}"}}"#)).await;
    }
    let flushed = as_admin(&house, post(FLUSH, "{}")).await;
    assert_eq!(flushed.status, 200, "{}", flushed.text());
    assert_eq!(flushed.json()["result"]["data"]["flushed"], true);
    let message = flushed.json()["result"]["data"]["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with("Flushed ") && message.ends_with(" events"), "{message}");
    let stats =
        as_admin(&house, get(&format!("{STATS}?batch=1&input=%7B%220%22%3A%7B%7D%7D"))).await;
    assert_eq!(
        stats.json()[0]["result"]["data"],
        json!({
            "bufferSize": 0, "isProcessing": false, "config": {
                "batchSize": 100, "batchTimeoutMs": 10000, "enableDeduplication": true,
                "enableEnrichment": true, "deduplicationTtlSeconds": 60,
            },
        })
    );
    assert_eq!(house.settled().await.stored, 12);
}

#[tokio::test]
async fn a_tenant_chooses_batches_and_dedup_while_the_server_runs() {
    let house = House::new();
    let patch = |body: Value| {
        let request = Request::patch("/api/v1/settings").header("content-type", "application/json");
        as_admin(&house, request.body(Body::from(body.to_string())).unwrap())
    };
    let body = json!({"eventType": "a", "sessionId": UUID}).to_string();
    assert_eq!(house.post(TRACK, body.clone()).await.status, 200);
    let chosen = json!({"batch_size": 7, "batch_timeout_ms": 5, "deduplication": false});
    let answer = patch(json!({"trpc": chosen})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let told = as_admin(&house, get(STATS)).await.json()["result"]["data"]["config"].clone();
    assert_eq!((&told["batchSize"], &told["batchTimeoutMs"]), (&json!(7), &json!(5)));
    assert_eq!(told["enableDeduplication"], false);
    let again = house.post(TRACK, body.clone()).await.json();
    assert_eq!(again["result"]["data"]["duplicate"], Value::Null, "{again}");
    assert_eq!(house.settled().await.stored, 2);
    for wrong in [json!({"batch_size": 0}), json!({"deduplication_ttl_seconds": 86_401})] {
        assert_eq!(patch(json!({"trpc": wrong})).await.status, 400);
    }
    assert_eq!(patch(json!({"trpc": {"deduplication": null}})).await.status, 200);
    let again = house.post(TRACK, body).await.json();
    assert_eq!(again["result"]["data"]["duplicate"], true, "{again}");
    // Seven times a batch and one more: none is lost between them.
    let events: Vec<_> = (0..50).map(|at| json!({"eventType": format!("b{at}")})).collect();
    let answer = house.post(BATCH, json!({"events": events}).to_string()).await;
    assert_eq!(answer.json()["result"]["data"]["successful"], 50);
    assert_eq!(house.settled().await.stored, 52);
}
