//! S4: who did it, by the token of another log-in or the session of the dashboard.

use axum::{body::Body, http::Request};
use event::{Limits, TenantId};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use server::{ServerConfig, Tokens};

use crate::house::{Answer, House, NOW};

const TRACK: &str = "/api/trpc/eventIngestion.track";
const STATS: &str = "/api/trpc/eventIngestion.getStats";
const FLUSH: &str = "/api/trpc/eventIngestion.forceFlush";

fn house() -> House {
    let tokens = Tokens::of_tenant(TenantId::default_tenant()).with_secret("shared");
    House::with(ServerConfig { tokens, ..ServerConfig::default() }, Limits::default())
}

/// A token of somebody, good for a minute; `more` claims come on top.
fn token(more: &Value) -> String {
    let mut claims = json!({"sub": "user-7", "exp": NOW.0 / 1_000 + 60});
    for (name, value) in more.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let key = EncodingKey::from_secret(b"shared");
    let token = encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap();
    format!("Bearer {token}")
}

/// Sends with one header more; without a body it is a query.
async fn send(house: &House, path: &str, (name, value): (&str, &str), body: &str) -> Answer {
    let method = if body.is_empty() { "GET" } else { "POST" };
    let request = Request::builder().method(method).uri(path).header(name, value);
    let request = request.header("content-type", "application/json");
    house.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

async fn events(house: &House) -> Vec<Value> {
    house.settled().await;
    let answer = house.ask(r#"{"kind":"events","range":{"last":"90d"}}"#).await;
    answer.json()["result"]["events"].as_array().unwrap().clone()
}

fn actor_of(event: &Value) -> Vec<Value> {
    let fields = ["distinct_id", "user_id", "actor_id", "actor_type", "creator_id", "brand_id"];
    fields.iter().map(|field| event[field].clone()).collect()
}

#[tokio::test]
async fn the_claims_of_a_token_are_the_actor() {
    let house = house();
    let creator = token(&json!({"role": "CREATOR", "creatorId": "c-1", "brandId": "b-1"}));
    let body = r#"{"eventType":"page_viewed","userId":"somebody else"}"#;
    let answer = send(&house, TRACK, ("authorization", &creator), body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let event = &events(&house).await[0];
    assert_eq!(actor_of(event), ["user-7", "user-7", "user-7", "CREATOR", "c-1", "b-1"]);
    for (path, body) in [(STATS, ""), (FLUSH, "{}")] {
        let refused = send(&house, path, ("authorization", &creator), body).await;
        assert_eq!(refused.status, 403);
        assert_eq!(refused.json()["error"]["data"]["code"], "FORBIDDEN");
        let admin = token(&json!({"role": "ADMIN"}));
        let allowed = send(&house, path, ("authorization", &admin), body).await;
        assert_eq!(allowed.status, 200, "{}", allowed.text());
    }
}

#[tokio::test]
async fn a_token_that_does_not_hold_is_not_nobody() {
    let house = house();
    let expired = token(&json!({"exp": NOW.0 / 1_000 - 60}));
    let unsigned = format!("{expired}x");
    for token in [expired, unsigned] {
        for (path, body) in [(TRACK, r#"{"eventType":"a"}"#), (STATS, "")] {
            let refused = send(&house, path, ("authorization", &token), body).await;
            assert_eq!(refused.status, 401, "{}", refused.text());
            assert_eq!(refused.json()["error"]["data"]["code"], "UNAUTHORIZED");
        }
    }
    assert_eq!(house.settled().await.received, 0);
}

#[tokio::test]
async fn a_user_of_the_dashboard_is_the_actor_of_events_of_its_pages() {
    let house = house();
    let owner = json!({
        "token": house.keys.setup_token, "email": "ada@example.com", "name": "Ada",
        "password": "correct horse battery",
    });
    let answer = house.post("/api/v1/auth/setup", owner.to_string()).await;
    let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let id = answer.json()["user"]["id"].to_string();
    let answer = send(&house, TRACK, ("cookie", &cookie), r#"{"eventType":"a"}"#).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let event = &events(&house).await[0];
    assert_eq!(actor_of(event)[..4], [id.as_str(), id.as_str(), id.as_str(), "owner"]);
    assert_eq!(send(&house, STATS, ("cookie", &cookie), "").await.status, 200);
    let ended = "trackflow_session=0123456789abcdef";
    let refused = send(&house, TRACK, ("cookie", ended), r#"{"eventType":"a"}"#).await;
    assert_eq!(refused.status, 401, "{}", refused.text());
}

#[tokio::test]
async fn a_refused_event_is_sent_again_as_the_deed_of_its_actor() {
    let house = house();
    let creator = token(&json!({"role": "CREATOR", "creatorId": "c-1", "brandId": "b-1"}));
    // Too long as it is; taken once the limit is another.
    let props = json!({"text": "x".repeat(70_000)});
    let body = json!({"eventType": "post_liked", "props": props}).to_string();
    let refused = send(&house, TRACK, ("authorization", &creator), &body).await;
    assert_eq!(refused.status, 400, "{}", refused.text());
    let key = format!("Bearer {}", house.keys.secret_key);
    let admin = ("authorization", key.as_str());
    let listed = send(&house, "/api/v1/admin/rejected", admin, "").await.json();
    let actor = json!({"id": "user-7", "role": "CREATOR", "creator_id": "c-1", "brand_id": "b-1"});
    assert_eq!(listed["entries"][0]["actor"], actor);

    let house = House::again(house.into_folder(), |limits| limits.event_bytes = 100_000);
    let again = send(&house, "/api/v1/admin/rejected/replay", admin, r#"{"all":true}"#).await;
    assert_eq!(again.json()["stored"], 1, "{}", again.text());
    let event = &events(&house).await[0];
    assert_eq!(actor_of(event), ["user-7", "user-7", "user-7", "CREATOR", "c-1", "b-1"]);
}
