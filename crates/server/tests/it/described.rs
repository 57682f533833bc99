//! The description of the routes is true.

use std::collections::BTreeSet;

use axum::{body::Body, http::Request};
use server::{document, operations, router};

use crate::house::House;

#[test]
fn document_and_router_have_the_same_routes() {
    let document = document();
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.insert((method.to_uppercase(), path.clone()));
        }
    }
    let routed = router::listed().into_iter().map(|(m, p)| (m.to_owned(), p));
    assert_eq!(described, routed.collect());
}

#[tokio::test]
async fn every_example_gets_its_status_and_every_status_is_described() {
    let house = House::new();
    for operation in operations() {
        for example in &operation.examples {
            let procedure = if operation.method == "GET" {
                "eventIngestion.getStats"
            } else {
                "eventIngestion.track"
            };
            // The examples before have made the first of everything.
            let path = operation.path.replace("{id}", "1").replace("{path}", procedure);
            let path = path.replace(['{', '}'], "");
            let request = Request::builder()
                .method(operation.method)
                .uri(path)
                .header("content-type", "application/json");
            // Some bodies have their key in them.
            let key = house.keys.secret_key.as_str();
            let body = example.body.replace("your-api-key", key);
            let request = match body.contains(key) {
                true => request,
                false => request.header("authorization", format!("Bearer {key}")),
            };
            let answer = house.send(request.body(Body::from(body)).unwrap()).await;
            let what = format!("{} {}: {}", operation.method, operation.path, example.title);
            assert_eq!(answer.status, example.status, "{what}: {}", answer.text());
            let kind = answer.header("content-type").unwrap_or("application/json");
            let described = operation
                .replies
                .iter()
                .any(|r| r.status == answer.status && kind.starts_with(r.content_type));
            assert!(described, "{what}: {} {kind}", answer.status);
        }
    }
    house.settled().await;
}

#[test]
fn examples_of_answers_are_json_where_they_say_so() {
    for operation in operations() {
        for reply in operation.replies.iter().filter(|reply| reply.content_type.contains("json")) {
            let parsed = serde_json::from_str::<serde_json::Value>(reply.example);
            assert!(parsed.is_ok(), "{} {}", operation.path, reply.status);
        }
    }
}
