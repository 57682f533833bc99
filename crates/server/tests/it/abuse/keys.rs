//! Keys of every kind, and where they must not be.

use axum::http::HeaderName;
use catalog::{Actor, Catalog, NewKey, Scope, Scopes};
use event::{TenantId, Timestamp};
use serde_json::{Value, json};
use store::rejected::Listing;

use crate::{
    house::{House, NOW, post},
    posthog::stored,
};

/// The text of keys, by the names the table has for them.
pub struct Keys(Vec<(&'static str, String)>);

impl Keys {
    /// Makes them.
    pub fn of(house: &House) -> Self {
        let catalog = &house.parts.catalog;
        let ours = TenantId::default_tenant();
        let acme = TenantId::new("acme").unwrap();
        if catalog.tenant(&acme).is_none() {
            catalog.new_tenant(&acme, "Acme", "UTC", &Actor::Cli).unwrap();
        }
        let write = || NewKey::write(&ours, "k");
        let make = |new: NewKey| catalog.new_key(new, &Actor::Cli).unwrap();
        let past = Timestamp(NOW.0 - 1);
        let page = vec!["https://shop.example".to_owned()];
        let read = Scopes::of(&[Scope::Read]);
        Self(vec![
            ("write_key", house.keys.write_key.clone()),
            ("other_key", make(write())),
            ("foreign_key", make(NewKey::write(&acme, "k"))),
            ("expired_key", make(NewKey { expires_at: Some(past), ..write() })),
            ("revoked_key", revoked(catalog, &ours, make(NewKey::write(&ours, "gone")))),
            ("read_key", make(NewKey::secret(&ours, read, "r"))),
            ("page_key", make(NewKey { origins: page, ..write() })),
        ])
    }

    /// The text of a key; `usual` is the one that `key` stands for.
    pub fn text(&self, name: &str, usual: &str) -> Option<String> {
        if name == "key" {
            let inner = usual.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
            return inner.map_or(Some(usual.to_owned()), |name| self.text(name, ""));
        }
        self.0.iter().find(|(known, _)| *known == name).map(|(_, text)| text.clone())
    }
}

fn revoked(catalog: &Catalog, tenant: &TenantId, text: String) -> String {
    for key in catalog.keys_of(tenant).into_iter().filter(|key| key.name == "gone") {
        catalog.revoke_key(tenant, &key.id().to_string(), &Actor::Cli).unwrap();
    }
    text
}

/// Sends every dialect a good and a bad event with keys wherever clients put them.
pub async fn are_kept_nowhere() {
    let house = House::new();
    let key = house.keys.write_key.clone();
    for (path, body) in bodies(&key) {
        let answer = house.post(path, body.to_string()).await;
        assert!(answer.status < 401, "{path}: {}", answer.text());
    }
    // Where the key stands in a header or the query, properties may have it all the same.
    let again = json!({"batch": [posthog(&key, json!({}))]});
    let by_query = format!("/batch?api_key={key}");
    assert_eq!(house.post(&by_query, again.to_string()).await.status, 200);
    let mut request = post("/batch", again.to_string());
    request.headers_mut().insert("x-api-key", key.parse().unwrap());
    assert_eq!(house.send(request).await.status, 200);
    let mut newer = posthog(&key, json!({"uuid": "550e8400-e29b-41d4-a716-446655440001"}));
    newer["timestamp"] = json!("2026-10-15T12:00:00Z");
    let newer = json!({"created_at": "2026-10-15T12:00:00Z", "batch": [newer]}).to_string();
    let mut request = post("/i/v1/analytics/events", newer);
    request.headers_mut().insert("authorization", format!("Bearer {key}").parse().unwrap());
    for name in ["sdk-info", "attempt", "request-id", "request-timestamp"] {
        let name = HeaderName::try_from(format!("posthog-{name}")).unwrap();
        request.headers_mut().insert(name, "2026-10-15T12:00:00Z".parse().unwrap());
    }
    assert_eq!(house.send(request).await.status, 200);

    let events = stored(&house).await;
    assert_eq!(events.len(), 10, "{events:#?}");
    let text = Value::from(events).to_string();
    assert!(!text.contains(&key), "a key was stored: {text}");
    let log = house.parts.pipeline.rejected();
    log.settle().unwrap();
    let tenant = TenantId::default_tenant();
    let listing = Listing { before: None, code: None, unplayed: false, count: 100 };
    let rejected = log.list(&tenant, &listing).unwrap();
    assert_eq!(rejected.len(), 7);
    for entry in rejected {
        let payload = entry.note.payload.unwrap_or_default();
        assert!(!payload.is_empty() && !payload.contains(&key), "{payload}");
        assert!(payload.contains("mine"), "something else was left out: {payload}");
    }
}

/// An event of PostHog with the key in its properties; what is not its key stays.
fn posthog(key: &str, change: Value) -> Value {
    let properties = json!({"token": key, "own": "mine"});
    let mut event = json!({"event": "e", "distinct_id": "u", "properties": properties});
    event.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    event
}

/// Per dialect a body with a good and a bad event.
fn bodies(key: &str) -> Vec<(&'static str, Value)> {
    let with = |event: Value| {
        let mut event = event;
        for name in ["api_key", "token", "writeKey"] {
            event[name] = json!(key);
        }
        event["own"] = json!("mine");
        event
    };
    let tracker = |id: &str| {
        with(json!({
            "eventId": id, "eventType": "click", "timestamp": NOW.0, "tenantId": key,
            "sessionId": "s", "pageUrl": "https://shop.example/", "properties": {},
            "deviceInfo": {"deviceType": "desktop", "os": "Linux", "browser": "Firefox"},
        }))
    };
    let mobile = |kind: Value| with(json!({"distinct_id": "u", "event_type": kind}));
    let service = |kind: Value| with(json!({"eventType": kind}));
    let call = |name: Value| with(json!({"type": "track", "userId": "u", "event": name}));
    let id = "550e8400-e29b-41d4-a716-446655440000";
    vec![
        ("/apiv1/events/batch", json!([with(json!({"event_type": "e"})), with(json!({}))])),
        ("/api/v1/analytics/batch", json!({"events": [mobile(json!("e")), mobile(json!(7))]})),
        ("/v1/events", json!({"events": [tracker(id), tracker("no uuid")]})),
        ("/events/batch", json!({"events": [service(json!("e")), service(json!(7))]})),
        (
            "/trpc/eventIngestion.trackBatch",
            json!({"events": [service(json!("e")), service(json!(7))]}),
        ),
        (
            "/batch",
            json!({"batch": [
                with(posthog(key, json!({}))), with(posthog(key, json!({"event": 7}))),
            ]}),
        ),
        ("/v1/batch", json!({"writeKey": key, "batch": [call(json!("e")), call(json!(7))]})),
    ]
}
