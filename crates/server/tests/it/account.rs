//! Users, keys, settings over HTTP, as the dashboard uses them.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::house::{Answer, House, NOW};

const PASSWORD: &str = "correct horse battery";

/// A browser: keeps the cookie.
struct Browser<'a> {
    house: &'a House,
    cookie: String,
}

impl Browser<'_> {
    async fn send(&self, method: &str, path: &str, body: Value, origin: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "stats.test");
        if !self.cookie.is_empty() {
            request = request.header("cookie", &self.cookie);
        }
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.house.send(request.body(body).unwrap()).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, body, Some("http://stats.test")).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, Value::Null, None).await
    }

    fn keep(&mut self, answer: &Answer) {
        let cookie = answer.header("set-cookie").unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        self.cookie = cookie.split(';').next().unwrap().to_owned();
    }
}

fn stranger(house: &House) -> Browser<'_> {
    Browser { house, cookie: String::new() }
}

/// The owner, who used the link of the first start.
async fn owner(house: &House) -> Browser<'_> {
    let mut browser = stranger(house);
    let body = json!({"token": house.keys.setup_token, "email": "Ada@Example.com", "name": "Ada", "password": PASSWORD});
    let answer = browser.post("/api/v1/auth/setup", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["user"]["email"], "ada@example.com");
    assert_eq!(answer.json()["user"]["role"], "owner");
    browser.keep(&answer);
    browser
}

#[tokio::test]
async fn the_first_link_makes_the_owner_once() {
    let house = House::new();
    let path = format!("/api/v1/auth/setup/{}", house.keys.setup_token);
    let link = house.get(&path).await;
    assert_eq!((link.status, &link.json()["purpose"]), (200, &json!("owner")));
    let short = json!({"token": house.keys.setup_token, "email": "a@b.c", "password": "short"});
    let refused = stranger(&house).post("/api/v1/auth/setup", short).await;
    assert_eq!((refused.status, &refused.json()["errors"][0]["field"]), (400, &json!("password")));
    let browser = owner(&house).await;
    assert_eq!(house.get(&path).await.status, 404, "it is used up");
    let me = browser.get("/api/v1/auth/me").await.json();
    assert_eq!((&me["user"]["name"], &me["tenant"]["id"]), (&json!("Ada"), &json!("default")));
    assert_eq!(stranger(&house).get("/api/v1/auth/me").await.status, 401);
    // With the session questions can be asked.
    let question = json!({"kind": "counts"});
    assert_eq!(browser.post("/api/v1/query", question).await.status, 200);
}

#[tokio::test]
async fn a_log_in_begins_a_session_and_a_log_out_ends_it() {
    let house = House::new();
    drop(owner(&house).await);
    let mut browser = stranger(&house);
    let login = json!({"email": "ada@example.com", "password": PASSWORD});
    let answer = browser.post("/api/v1/auth/login", login).await;
    assert_eq!(answer.status, 200);
    browser.keep(&answer);
    assert_eq!(browser.get("/api/v1/auth/me").await.status, 200);
    assert_eq!(browser.post("/api/v1/auth/logout", Value::Null).await.status, 204);
    assert_eq!(browser.get("/api/v1/auth/me").await.status, 401);
    let unknown = json!({"email": "eve@example.com", "password": PASSWORD});
    assert_eq!(browser.post("/api/v1/auth/login", unknown).await.status, 401);
}

#[tokio::test]
async fn guessing_a_password_is_slowed_down() {
    let house = House::new();
    drop(owner(&house).await);
    let browser = stranger(&house);
    let guess =
        |n: usize| json!({"email": "ada@example.com", "password": format!("guess number {n}")});
    for n in 0..10 {
        assert_eq!(browser.post("/api/v1/auth/login", guess(n)).await.status, 401);
    }
    let refused = browser.post("/api/v1/auth/login", guess(10)).await;
    assert_eq!((refused.status, &refused.json()["code"]), (429, &json!("rate_limited")));
    assert_eq!(refused.header("retry-after"), Some("300"));
}

#[tokio::test]
async fn a_foreign_page_cannot_use_the_session() {
    let house = House::new();
    let browser = owner(&house).await;
    let key = json!({"name": "stolen", "kind": "secret"});
    for origin in ["https://evil.test", "http://stats.test.evil.test", "null"] {
        let refused = browser.send("POST", "/api/v1/keys", key.clone(), Some(origin)).await;
        assert_eq!(refused.status, 403, "{origin}");
    }
    assert_eq!(
        browser.send("POST", "/api/v1/keys", key, Some("https://stats.test")).await.status,
        201
    );
}

#[tokio::test]
async fn another_password_ends_the_other_sessions() {
    let house = House::new();
    let first = owner(&house).await;
    let mut second = stranger(&house);
    let login = json!({"email": "ada@example.com", "password": PASSWORD});
    let answer = second.post("/api/v1/auth/login", login).await;
    second.keep(&answer);
    let change = json!({"current": PASSWORD, "new": "another good one"});
    assert_eq!(second.post("/api/v1/auth/password", change.clone()).await.status, 204);
    assert_eq!(second.get("/api/v1/auth/me").await.status, 200);
    assert_eq!(first.get("/api/v1/auth/me").await.status, 401);
    assert_eq!(second.post("/api/v1/auth/password", change).await.status, 400, "it is another now");
}

#[tokio::test]
async fn users_are_invited_changed_and_removed() {
    let house = House::new();
    let ada = owner(&house).await;
    let invite = json!({"email": "bob@example.com", "role": "admin"});
    let invited = ada.post("/api/v1/invites", invite).await.json();
    assert!(invited["link"].as_str().unwrap().starts_with("http://stats.test/app/setup?token="));
    let mut bob = stranger(&house);
    let body = json!({"token": invited["token"], "name": "Bob", "password": PASSWORD});
    let answer = bob.post("/api/v1/auth/setup", body.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    bob.keep(&answer);
    assert_eq!(bob.post("/api/v1/auth/setup", body).await.status, 404);

    let users = bob.get("/api/v1/users").await.json();
    assert_eq!(users["users"].as_array().unwrap().len(), 2);
    let id = |n: usize| users["users"][n]["id"].clone();
    let change = |id: Value, what: Value| (format!("/api/v1/users/{id}"), what);
    // An admin makes no owners and touches none; an owner does, but the last one stays.
    let (path, what) = change(id(0), json!({"role": "viewer"}));
    assert_eq!(bob.send("PATCH", &path, what.clone(), None).await.status, 403);
    assert_eq!(ada.send("PATCH", &path, what, None).await.status, 409);
    let (path, what) = change(id(1), json!({"role": "viewer"}));
    assert_eq!(ada.send("PATCH", &path, what, None).await.json()["role"], "viewer");
    assert_eq!(bob.get("/api/v1/users").await.status, 403, "a viewer does not see users");
    assert_eq!(bob.post("/api/v1/query", json!({"kind": "counts"})).await.status, 200);
    assert_eq!(ada.send("DELETE", &path, Value::Null, None).await.status, 204);
    assert_eq!(bob.get("/api/v1/auth/me").await.status, 401);
    let actions: Vec<Value> = ada.get("/api/v1/audit").await.json()["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["action"].clone())
        .collect();
    assert_eq!(actions[..2], [json!("user.remove"), json!("user.change")]);
}

#[tokio::test]
async fn a_key_is_made_used_rotated_and_revoked() {
    let house = House::new();
    let ada = owner(&house).await;
    let new = json!({"name": "shop", "origins": ["https://shop.test"]});
    let made = ada.post("/api/v1/keys", new).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    let (text, id) = (made["text"].as_str().unwrap(), made["key"]["id"].as_str().unwrap());
    let send = async |key: &str, origin: &str| {
        let request = Request::post("/apiv1/events").header("x-api-key", key);
        let request = request.header("origin", origin);
        house.send(request.body(Body::from(r#"{"event_type":"a"}"#)).unwrap()).await.status
    };
    assert_eq!(send(text, "https://shop.test").await, 201);
    assert_eq!(send(text, "https://other.test").await, 403);
    let rotate = format!("/api/v1/keys/{id}/rotate");
    let rotated = ada.post(&rotate, json!({"overlap_seconds": 0})).await.json();
    assert_eq!(send(text, "https://shop.test").await, 401, "no overlap was asked for");
    let text = rotated["text"].as_str().unwrap();
    assert_eq!(send(text, "https://shop.test").await, 201);
    let path = format!("/api/v1/keys/{}", rotated["key"]["id"].as_str().unwrap());
    assert_eq!(ada.send("DELETE", &path, Value::Null, None).await.status, 204);
    assert_eq!(send(text, "https://shop.test").await, 401);

    let own = json!({"name": "documents", "text": "your-api-key"});
    assert_eq!(ada.post("/api/v1/keys", own.clone()).await.status, 201);
    assert_eq!(ada.post("/api/v1/keys", own).await.status, 409);
    assert_eq!(send("your-api-key", "https://anything.test").await, 201);
    for wrong in [
        json!({"name": "x", "text": "a b"}),
        json!({"name": "x", "kind": "king"}),
        json!({"name": "x", "kind": "secret", "scopes": ["root"]}),
        json!({"name": "x", "kind": "secret", "scopes": []}),
        json!({"name": "x", "origins": ["shop.test"]}),
        json!({"name": "x", "origins": "https://shop.test"}),
        json!({"name": "x", "expires_at": "soon"}),
        json!({"name": "x", "colour": "red"}),
    ] {
        let answer = ada.post("/api/v1/keys", wrong.clone()).await;
        assert_eq!(answer.status, 400, "{wrong}: {}", answer.text());
        assert!(answer.json()["errors"][0]["field"].is_string(), "{wrong}");
    }
}

#[tokio::test]
async fn tenants_never_meet() {
    let house = House::new();
    let ada = owner(&house).await;
    let made = ada.post("/api/v1/tenants", json!({"id": "shop"})).await.json();
    let key = made["secret_key"].as_str().unwrap();
    let ask = async |method: &str, path: &str, body: &str| {
        let request = Request::builder().method(method).uri(path).header("x-api-key", key);
        house.send(request.body(Body::from(body.to_owned())).unwrap()).await
    };
    assert_eq!(ask("GET", "/api/v1/tenants", "").await.status, 403);
    assert_eq!(ask("GET", "/api/v1/users", "").await.json()["users"], json!([]));
    assert_eq!(ask("PATCH", "/api/v1/users/1", r#"{"role":"viewer"}"#).await.status, 404);
    let foreign = ada.get("/api/v1/keys").await.json()["keys"][0]["id"].clone();
    let path = format!("/api/v1/keys/{}", foreign.as_str().unwrap());
    assert_eq!(ask("DELETE", &path, "").await.status, 404);
    let seen = ask("GET", "/api/v1/audit", "").await.json();
    let subjects = seen["entries"].as_array().unwrap();
    assert!(
        subjects
            .iter()
            .all(|row| !row.to_string().contains("ada@example.com") || row["action"] != "user.new")
    );
}

#[tokio::test]
async fn consent_and_settings_are_kept() {
    let house = House::new();
    let ada = owner(&house).await;
    let path = "/api/v1/consent/somebody%40example.com";
    let said = ada.send("PUT", path, json!({"granted": false}), None).await;
    assert_eq!(said.status, 200, "{}", said.text());
    let kept = ada.get(path).await.json();
    assert_eq!(kept["distinct_id"], "somebody@example.com");
    assert_eq!(kept["purposes"]["analytics"]["granted"], false);
    assert_eq!(kept["purposes"]["analytics"]["at"], NOW.to_string());

    let patch = json!({"privacy": {"ip": "none"}, "retention": "tracker", "name": "Shop"});
    let changed = ada.send("PATCH", "/api/v1/settings", patch, None).await.json();
    assert_eq!((&changed["privacy"]["ip"], &changed["name"]), (&json!("none"), &json!("Shop")));
    assert_eq!(changed["retention"]["raw_days"], 365);
    assert_eq!(changed["capture"]["bots"], "refuse", "what was not named is as it was");
    assert_eq!(ada.get("/api/v1/settings").await.json(), changed);
    let wrong = json!({"capture": {"bots": "eat"}});
    let refused = ada.send("PATCH", "/api/v1/settings", wrong, None).await;
    assert_eq!(refused.status, 400, "{}", refused.text());
    assert_eq!(ada.get("/api/v1/settings").await.json(), changed);
}
