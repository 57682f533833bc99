//! Who may send and who may read.

use axum::http::HeaderValue;
use catalog::{Actor, NewKey, Scope, Scopes};
use event::{Limits, TenantId};
use expect_test::expect;
use server::{CaptureConfig, Keyless, ServerConfig};

use crate::house::{Answer, House, post};

const EVENT: &str = r#"{"event_type":"a"}"#;

async fn with_key(house: &House, path: &str, body: &'static str, key: &str) -> Answer {
    let mut request = post(path, body);
    let value = HeaderValue::from_str(&format!("Bearer {key}")).unwrap();
    request.headers_mut().insert("authorization", value);
    house.send(request).await
}

#[tokio::test]
async fn a_good_key_sends_and_a_wrong_one_is_never_the_default_tenant() {
    let house = House::new();
    for key in [&house.keys.write_key, &house.keys.secret_key] {
        assert_eq!(with_key(&house, "/apiv1/events", EVENT, key).await.status, 201);
    }
    let path = format!("/apiv1/events?api_key={}", house.keys.write_key);
    assert_eq!(house.post(&path, EVENT).await.status, 201);
    with_key(&house, "/apiv1/events", EVENT, "tf_w_wrong").await.check(&expect![[r#"
        401
        content-type: application/json
        cache-control: no-store
        www-authenticate: Bearer

        {"success":false,"error":"the key is not known, expired or revoked","code":"unknown_key"}"#]]);
    with_key(&house, &path, EVENT, &house.keys.secret_key).await.check(&expect![[r#"
        401
        content-type: application/json
        cache-control: no-store
        www-authenticate: Bearer

        {"success":false,"error":"the request has several keys that differ","code":"unknown_key"}"#]]);
    assert_eq!(house.settled().await.received, 3);
}

#[tokio::test]
async fn without_a_key_events_can_be_refused() {
    let capture = CaptureConfig { keyless: Keyless::Refuse, ..CaptureConfig::default() };
    let house = House::with(ServerConfig { capture, ..ServerConfig::default() }, Limits::default());
    house.post("/apiv1/events", EVENT).await.check(&expect![[r#"
        401
        content-type: application/json
        cache-control: no-store
        www-authenticate: Bearer

        {"success":false,"error":"events need a key","code":"unauthorized"}"#]]);
    let key = house.keys.write_key.clone();
    assert_eq!(with_key(&house, "/apiv1/events", EVENT, &key).await.status, 201);
}

#[tokio::test]
async fn scopes_are_kept() {
    let house = House::new();
    let read = Scopes::of(&[Scope::Read]);
    let tenant = TenantId::default_tenant();
    let key = house.parts.catalog.new_key(NewKey::secret(&tenant, read, "r"), &Actor::Cli).unwrap();
    with_key(&house, "/apiv1/events", EVENT, &key).await.check(&expect![[r#"
        403
        content-type: application/json
        cache-control: no-store

        {"success":false,"error":"this key may not send events","code":"forbidden"}"#]]);
    let question = r#"{"kind":"counts"}"#;
    assert_eq!(with_key(&house, "/api/v1/query", question, &key).await.status, 200);
    house.post("/api/v1/query", question).await.check(&expect![[r#"
        401
        content-type: application/problem+json
        cache-control: no-store
        www-authenticate: Bearer
        vary: accept-encoding

        {"code":"unauthorized","detail":"questions need a secret key, sent as Authorization: Bearer tf_s_..","requestId":"<request>","status":401,"title":"Key needed","type":"/docs#code-unauthorized"}"#]]);
    let key = house.keys.write_key.clone();
    with_key(&house, "/api/v1/query", question, &key).await.check(&expect![[r#"
        403
        content-type: application/problem+json
        cache-control: no-store
        vary: accept-encoding

        {"code":"forbidden","detail":"this key may not read; questions need a secret key with the scope read","requestId":"<request>","status":403,"title":"Forbidden","type":"/docs#code-forbidden"}"#]]);
    with_key(&house, "/api/v1/query", question, "nope").await.check(&expect![[r#"
        401
        content-type: application/problem+json
        cache-control: no-store
        www-authenticate: Bearer
        vary: accept-encoding

        {"code":"unknown_key","detail":"the key is not known, expired or revoked","requestId":"<request>","status":401,"title":"Unknown key","type":"/docs#code-unknown_key"}"#]]);
}

#[tokio::test]
async fn tenants_never_meet() {
    let house = House::new();
    let acme = TenantId::new("acme").unwrap();
    house.parts.catalog.new_tenant(&acme, "Acme", "UTC", &Actor::Cli).unwrap();
    let all = Scopes::all();
    let key = house.parts.catalog.new_key(NewKey::secret(&acme, all, "s"), &Actor::Cli).unwrap();
    house.post("/apiv1/events/batch", r#"[{"event_type":"a"},{"event_type":"b"}]"#).await;
    house.settled().await;
    let list = r#"{"kind":"events","limit":1}"#;
    let ours = house.ask(list).await.json();
    let cursor = ours["result"]["next_cursor"].as_str().unwrap();
    let body = format!(r#"{{"kind":"events","limit":1,"cursor":"{cursor}"}}"#);
    assert_eq!(house.ask(&body).await.status, 200);
    let body: &'static str = body.leak();
    with_key(&house, "/api/v1/query", body, &key).await.check(&expect![[r#"
        400
        content-type: application/problem+json
        cache-control: no-store
        vary: accept-encoding

        {"code":"invalid_value","detail":"cursor belongs to another question","errors":[{"code":"invalid_value","field":"cursor","message":"cursor belongs to another question"}],"requestId":"<request>","status":400,"title":"Invalid value","type":"/docs#code-invalid_value"}"#]]);
    let theirs = with_key(&house, "/api/v1/query", list, &key).await.json();
    assert_eq!(theirs["result"]["events"], serde_json::json!([]));
}
