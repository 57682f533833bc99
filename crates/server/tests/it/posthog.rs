//! PostHog: what its SDKs send is taken, and lands in the right fields.

use std::io::Write;

use axum::{
    body::Body,
    http::{Method, Request},
};
use catalog::Actor;
use event::{Limits, TenantId};
use expect_test::expect;
use serde_json::{Value, json};
use server::ServerConfig;

use crate::house::{Answer, House};

/// A house that knows the key of the captures.
pub fn house_with(key: &str) -> House {
    let house = House::with(ServerConfig::default(), Limits::default());
    let tenant = TenantId::default_tenant();
    house.parts.catalog.register_write_key(&tenant, key, "sdk", &Actor::Cli).unwrap();
    house
}

fn house() -> House {
    house_with("phc_test")
}

pub fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

/// Sends every request of a capture; the answer to each.
pub async fn replay(house: &House, capture: &str) -> Vec<(Value, Answer)> {
    let mut answers = Vec::new();
    let capture: Value = serde_json::from_str(capture).unwrap();
    for sent in capture["requests"].as_array().unwrap() {
        let method = Method::from_bytes(sent["method"].as_str().unwrap().as_bytes()).unwrap();
        let mut request = Request::builder().method(method).uri(sent["path"].as_str().unwrap());
        for (name, value) in sent["headers"].as_object().unwrap() {
            request = request.header(name, value.as_str().unwrap());
        }
        let body = match (sent["text"].as_str(), sent.get("body")) {
            (Some(text), _) => text.as_bytes().to_vec(),
            (None, Some(body)) => serde_json::to_vec(body).unwrap(),
            (None, None) => Vec::new(),
        };
        let body = if sent["packed"] == "gzip" { gzip(&body) } else { body };
        let answer = house.send(request.body(Body::from(body)).unwrap()).await;
        answers.push((sent.clone(), answer));
    }
    answers
}

/// Events that only come when they are asked for by name.
const SILENT: [&str; 6] =
    ["$groupidentify", "$identify", "$create_alias", "$set", "$set_once", "$feature_flag_called"];

/// Every event of the house, oldest first per type.
pub async fn stored(house: &House) -> Vec<Value> {
    house.settled().await;
    let mut all = Vec::new();
    let range = json!({"from": "2019-01-01", "to": "2028-01-01"});
    let mut question = json!({"kind": "events", "range": range, "order": "oldest", "limit": 1000});
    for name in [None].into_iter().chain(SILENT.map(Some)) {
        if let Some(name) = name {
            question["event"] = json!(name);
        }
        let answer = ask(house, question.clone()).await;
        all.extend(answer["events"].as_array().unwrap().clone());
    }
    all
}

pub async fn ask(house: &House, question: Value) -> Value {
    let answer = house.ask(&question.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["result"].clone()
}

async fn check_capture(capture: &str, types: &str, duplicates: u64) {
    let house = house();
    for (sent, answer) in replay(&house, capture).await {
        let path = sent["path"].as_str().unwrap();
        let expected = if path.contains("beacon=1") { 204 } else { 200 };
        assert_eq!(answer.status, expected, "{}: {}", sent["step"], answer.text());
        if path.contains("flags") {
            assert_eq!(answer.json()["flags"], json!({}), "{path}");
        } else if path.contains("decide") {
            assert_eq!(answer.json()["featureFlags"], json!({}), "{path}");
        } else if expected == 200 && path.starts_with("/array") {
            assert_eq!(answer.json()["supportedCompression"], json!(["gzip", "gzip-js"]));
        } else if expected == 200 {
            assert_eq!(answer.json(), json!({"status": "Ok"}), "{path}");
        }
    }
    let events = stored(&house).await;
    let mut got: Vec<&str> = events.iter().map(|e| e["event_type"].as_str().unwrap()).collect();
    let mut types: Vec<&str> = types.split(", ").collect();
    got.sort_unstable();
    types.sort_unstable();
    assert_eq!(got, types);
    let books = house.settled().await;
    assert_eq!((books.rejected, books.duplicate), (0, duplicates));
    let text = serde_json::to_string(&events).unwrap();
    assert!(!text.contains("phc_test"), "the key was stored");
}

#[tokio::test]
async fn what_posthog_js_sends_is_taken() {
    let types = "$pageview, purchase, $identify, $create_alias, $groupidentify, \
        $feature_flag_called, $autocapture, before_unload, $pageleave";
    let new = include_str!("../../../../testdata/wire/posthog/captures/posthog-js.json");
    check_capture(new, types, 0).await;
    let old = include_str!("../../../../testdata/wire/posthog/captures/posthog-js-1.205.json");
    check_capture(old, types, 0).await;
}

#[tokio::test]
async fn what_the_server_libraries_send_is_taken() {
    let node = include_str!("../../../../testdata/wire/posthog/captures/posthog-node.json");
    let types = "purchase, now, $identify, $create_alias, $groupidentify, $feature_flag_called, $exception, e0, e1, \
        e2, $feature_flag_called, $feature_flag_called, $feature_flag_called, \
        $feature_flag_called, retry, retry429, bad, bad, last";
    check_capture(node, types, 2).await;
    let python = include_str!("../../../../testdata/wire/posthog/captures/posthog-python.json");
    let types = "purchase, $set, $set_once, $create_alias, $groupidentify, anon, e0, e1, e2, \
        $feature_flag_called, $feature_flag_called, $feature_flag_called, retry, bad, \
        bad, old, gz, sync, last";
    check_capture(python, types, 1).await;
}

#[tokio::test]
async fn visitors_become_the_user_they_are_identified_as() {
    let house = house();
    let js = include_str!("../../../../testdata/wire/posthog/captures/posthog-js.json");
    replay(&house, js).await;
    let node = include_str!("../../../../testdata/wire/posthog/captures/posthog-node.json");
    replay(&house, node).await;
    stored(&house).await;
    let range = json!({"from": "2019-01-01", "to": "2028-01-01"});
    let answer = ask(&house, json!({"kind": "persons", "range": range, "limit": 100})).await;
    let mut persons: Vec<(&str, &Value)> = answer["persons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["person"].as_str().unwrap(), &line["properties"]["email"]))
        .collect();
    persons.sort_by_key(|(person, _)| *person);
    let email = json!("a@b.c");
    let none = Value::Null;
    assert_eq!(persons, [("u0", &none), ("u1", &email), ("u2", &none), ("u9", &none)]);
}

/// An event of which every field is told.
const FULL: &str = r#"{
    "event": "purchase", "uuid": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "distinct_id": "u", "timestamp": "2026-10-15T11:00:00Z", "$set": {"plan": "pro"},
    "properties": {
        "token": "phc_test", "n": 1.50, "$is_identified": true, "$device_id": "d", "$session_id": "s",
        "$lib": "web", "$app_version": "1.2.3", "$os": "Linux", "$os_version": 12,
        "$browser": "Chrome", "$browser_version": 156, "$device_type": "Desktop",
        "$current_url": "https://shop.example/a?b=1", "$pathname": "/a", "$host": "shop.example",
        "title": "A", "$referrer": "https://r.example/", "utm_source": "s", "$utm_medium": "m",
        "utm_campaign": "c", "utm_term": "t", "utm_content": "k",
        "$initial_current_url": "https://shop.example/first", "$revenue": 9.5, "currency": "EUR"
    }
}"#;

#[tokio::test]
async fn every_field_has_its_place() {
    let house = house();
    let answer = house.post("/e/", FULL).await;
    assert_eq!((answer.status, answer.text()), (200, r#"{"status":"Ok"}"#));
    let event = &stored(&house).await[0];
    for (field, expected) in [
        ("event_id", "0f8fad5b-d9cb-469f-a165-70867728950e"),
        ("event_type", "purchase"),
        ("timestamp", "2026-10-15T11:00:00.000Z"),
        ("dialect", "posthog"),
        ("source", "web"),
        ("user_id", "u"),
        ("distinct_id", "u"),
        ("device_id", "d"),
        ("session_id", "s"),
        ("platform", "web"),
        ("app_version", "1.2.3"),
        ("os", "Linux"),
        ("os_version", "12"),
        ("browser", "Chrome"),
        ("browser_version", "156"),
        ("device_type", "Desktop"),
        ("page_url", "https://shop.example/a?b=1"),
        ("page_path", "/a"),
        ("page_host", "shop.example"),
        ("page_title", "A"),
        ("referrer", "https://r.example/"),
        ("utm_source", "s"),
        ("utm_medium", "m"),
        ("utm_campaign", "c"),
        ("utm_term", "t"),
        ("utm_content", "k"),
        ("landing_page", "https://shop.example/first"),
        ("currency", "EUR"),
    ] {
        assert_eq!(event[field], expected, "{field} of {event:#}");
    }
    assert_eq!(event["revenue"].as_f64(), Some(9.5));
    let properties = &event["properties"];
    assert_eq!((&properties["n"], &properties["token"]), (&json!(1.5), &Value::Null));
    assert_eq!(properties["$set"], json!({"plan": "pro"}));
}

#[tokio::test]
async fn one_good_event_is_enough_for_success() {
    let house = house();
    let batch = |items: &str| format!(r#"{{"api_key":"phc_test","batch":[{items}]}}"#);
    let good = r#"{"event":"a","distinct_id":"u"}"#;
    let many = vec![good; 1_001].join(",");
    for (path, body, status, text) in [
        ("/batch/", batch(&format!("{good},{{}},7")), 200, r#"{"status":"Ok"}"#),
        ("/batch", batch("{}"), 400, "distinct_id is required"),
        ("/batch", batch(r#"{"distinct_id":"u"},7"#), 400, "event is required"),
        (
            "/batch",
            batch(r#"{"event":"$$heatmap","distinct_id":"u"},7"#),
            200,
            r#"{"status":"Ok"}"#,
        ),
        ("/s/", batch(good), 200, r#"{"status":"Ok"}"#),
        (
            "/engage",
            r#"{"$token":"phc_test","$distinct_id":"u","$set":{"a":1}}"#.into(),
            200,
            r#"{"status":"Ok"}"#,
        ),
        ("/i/v0/e/?beacon=1", batch(good), 204, ""),
        ("/e/", batch(""), 400, "batch has no events"),
        ("/e/", batch(&many), 413, "batch has 1001 events, the limit is 1000"),
        (
            "/e/",
            "7".into(),
            400,
            "body must be an event, an array of events or an object with a batch",
        ),
        ("/capture/", good.into(), 401, "events need a key"),
        (
            "/capture/",
            r#"[{"api_key":"phc_wrong"}]"#.into(),
            401,
            "the key is not known, expired or revoked",
        ),
        (
            "/capture/",
            r#"[{"api_key":"a"},{"api_key":"b"}]"#.into(),
            401,
            "the request has several keys that differ",
        ),
    ] {
        let answer = house.post(path, body).await;
        assert_eq!((answer.status, answer.text()), (status, text), "{path}");
        if status >= 400 {
            assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        }
    }
    let books = house.settled().await;
    assert_eq!((books.received, books.stored, books.rejected), (11, 3, 8));
    let identified = stored(&house).await.into_iter().find(|e| e["event_type"] == "$identify");
    assert_eq!(identified.unwrap()["properties"], json!({"$set": {"a": 1}}));
}

#[tokio::test]
async fn events_come_by_get_too() {
    let house = house();
    let data =
        "%7B%22event%22%3A%22a%22%2C%22distinct_id%22%3A%22u%22%2C%22token%22%3A%22phc_test%22%7D";
    assert_eq!(house.get(&format!("/e/?data={data}&ip=0")).await.text(), r#"{"status":"Ok"}"#);
    let answer = house.get("/e/").await;
    assert_eq!(answer.status, 400);
    assert_eq!(stored(&house).await[0]["event_type"], "a");
}

#[tokio::test]
async fn clocks_are_corrected_and_strange_times_are_those_of_receipt() {
    let house = house();
    let now = "2026-10-15T12:00:00.000Z";
    let event =
        |name: &str, rest: &str| format!(r#"{{"event":"{name}","distinct_id":"u",{rest}}}"#);
    let late = r#""timestamp":"2026-10-15T10:59:00Z""#;
    let items = [
        event("skewed", late),
        event("as told", &format!(r#"{late},"properties":{{"$ignore_sent_at":true}}"#)),
        event("offset", r#""timestamp":"2020-01-01","offset":60000"#),
        event("short zone", r#""timestamp":"2026-10-15T13:59:00+03""#),
        event("slashes", r#""timestamp":"2026/10/14","properties":{"$ignore_sent_at":true}"#),
        event("epoch", r#""timestamp":1792061940"#),
        event("mail", r#""timestamp":"Thu, 15 Oct 2026 10:59:00 GMT""#),
        event("unreadable", r#""timestamp":"soon""#),
        event("object", r#""timestamp":{}"#),
        event("ahead", r#""timestamp":"2026-10-16T10:30:00Z""#),
        event("none", r#""timestamp":null"#),
    ];
    let items = items.join(",");
    let body =
        format!(r#"{{"token":"phc_test","sent_at":"2026-10-15T11:00:00Z","batch":[{items}]}}"#);
    assert_eq!(house.post("/e/", body).await.status, 200);
    let events = stored(&house).await;
    let corrected = "2026-10-15T11:59:00.000Z";
    for (name, expected) in [
        ("skewed", corrected),
        ("as told", "2026-10-15T10:59:00.000Z"),
        ("offset", corrected),
        ("short zone", corrected),
        ("slashes", "2026-10-14T00:00:00.000Z"),
        ("epoch", corrected),
        ("mail", corrected),
        ("unreadable", now),
        ("object", now),
        ("ahead", now),
        ("none", now),
    ] {
        let event = events.iter().find(|event| event["event_type"] == name).unwrap();
        assert_eq!(event["timestamp"], expected, "{name}");
        let adjusted = event["flags"].to_string().contains("time_adjusted");
        assert_eq!(adjusted, name == "ahead", "{name}");
    }
    // The query tells it where no envelope does.
    let body = format!("[{}]", event("query", &format!(r#"{late},"api_key":"phc_test""#)));
    assert_eq!(house.post("/e/?_=1792062000000", body).await.status, 200);
    let events = stored(&house).await;
    let event = events.iter().find(|event| event["event_type"] == "query").unwrap();
    assert_eq!(event["timestamp"], corrected);
}

#[tokio::test]
async fn personless_events_make_no_person() {
    let house = house();
    let body = r#"{"api_key":"phc_test","batch":[
        {"event":"a","distinct_id":"random","properties":{"$process_person_profile":false}},
        {"event":"$groupidentify","distinct_id":"$company_acme"},
        {"event":"a","distinct_id":"u"}
    ]}"#;
    assert_eq!(house.post("/batch/", body).await.status, 200);
    let events = stored(&house).await;
    assert_eq!(events.len(), 3);
    let answer = ask(&house, json!({"kind": "counts", "range": {"last": "7d"}})).await;
    assert_eq!((&answer["total"], &answer["unique_persons"]), (&json!(2), &json!(1)));
    let random = events.iter().find(|event| event["distinct_id"].is_null()).unwrap();
    assert_eq!(random["properties"]["distinct_id"], "random");
}

#[tokio::test]
async fn what_was_rejected_is_taken_later_with_the_time_it_had() {
    let house = house();
    let many = (0..600).map(|n| format!("\"p{n}\":1")).collect::<Vec<_>>().join(",");
    let item = format!(
        r#"{{"event":"a","distinct_id":"u","offset":60000,"properties":{{"token":"phc_test",{many}}}}}"#
    );
    let answer = house.post("/e/", format!("[{item}]")).await;
    assert_eq!((answer.status, answer.text()), (400, "properties has more than 500 keys"));
    house.settled().await;
    let house = House::again(house.into_folder(), |limits| limits.properties_keys = 1_000);
    let mut request = crate::house::post("/api/v1/admin/rejected/replay", r#"{"all":true}"#);
    let key = format!("Bearer {}", house.keys.secret_key).parse().unwrap();
    request.headers_mut().insert("authorization", key);
    let taken = house.send(request).await;
    assert_eq!(taken.json()["stored"], 1, "{}", taken.text());
    let event = &stored(&house).await[0];
    assert_eq!(event["timestamp"], "2026-10-15T11:59:00.000Z");
    assert_eq!(event["properties"]["token"], Value::Null);
}

#[tokio::test]
async fn pages_see_their_own_origin_named() {
    let house = house();
    let preflight = |path: &'static str| {
        let request = Request::options(path)
            .header("origin", "https://shop.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type");
        house.send(request.body(Body::empty()).unwrap())
    };
    preflight("/e/").await.check(&expect![[r#"
        200
        content-type: application/json
        allow: GET, POST, HEAD, OPTIONS
        access-control-allow-credentials: true
        access-control-allow-origin: https://shop.example
        access-control-allow-methods: GET, POST, PUT, PATCH, DELETE, OPTIONS
        access-control-max-age: 86400
        access-control-allow-headers: content-type
        vary: origin, access-control-request-headers

        {"status":"Ok"}"#]]);
    for path in ["/flags", "/decide/", "/array/phc_test/config"] {
        let answer = preflight(path).await;
        assert_eq!((answer.status, answer.text()), (204, ""), "{path}");
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    }
    for body in ["{", FULL] {
        let mut request = crate::house::post("/e/", body);
        request.headers_mut().insert("origin", "https://shop.example".parse().unwrap());
        let answer = house.send(request).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some("https://shop.example"));
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    }
}

#[tokio::test]
async fn flags_are_empty_sets_of_every_version() {
    let house = house();
    let body = r#"{"token":"phc_test","distinct_id":"u"}"#;
    let none = json!({});
    for (path, key) in [
        ("/flags/?v=2", "flags"),
        ("/flags/?v=4", "flags"),
        ("/flags/?v=1", "featureFlags"),
        ("/decide/", "flags"),
        ("/decide/?v=2", "featureFlags"),
        ("/decide/?v=3", "featureFlagPayloads"),
        ("/decide/?v=4", "flags"),
    ] {
        let answer = house.post(path, body).await;
        assert_eq!((answer.status, &answer.json()[key]), (200, &none), "{path}");
        assert_eq!(answer.json()["errorsWhileComputingFlags"], json!(false));
        assert_eq!(answer.json().get("sessionRecording").is_some(), path.starts_with("/decide"));
    }
    let answer = house.post("/decide/?v=1", body).await;
    assert_eq!(answer.json()["featureFlags"], json!([]));
    let packed = house.post("/flags/?v=2&config=true", gzip(body.as_bytes())).await;
    assert_eq!(packed.json()["supportedCompression"], json!(["gzip", "gzip-js"]));
    assert_eq!(house.get("/flags/?v=2").await.json()["flags"], none);
    for (body, status) in [
        (r#"{"token":"phc_test"}"#, 400),
        (r#"{"token":"phc_test","disable_flags":true}"#, 200),
        (r#"{"token":"phc_test","$distinct_id":7,"person_properties":{"n":NaN}}"#, 200),
        (r#"{"token":"wrong","distinct_id":"u"}"#, 401),
        (r#"{"distinct_id":"u"}"#, 401),
        ("[]", 400),
        ("{", 400),
    ] {
        let answer = house.post("/flags/?v=2", body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
    }
}

#[tokio::test]
async fn the_configuration_is_json_or_a_script() {
    let house = house();
    let answer = house.get("/array/phc_test/config").await;
    assert_eq!((answer.status, &answer.json()["token"]), (200, &json!("phc_test")));
    let script = house.get("/array/phc_test/config.js").await;
    assert_eq!(script.header("content-type"), Some("application/javascript; charset=utf-8"));
    let begins = r#"(function(){window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{};window._POSTHOG_REMOTE_CONFIG["phc_test"]={config:{"#;
    assert!(script.text().starts_with(begins), "{}", script.text());
    assert_eq!(house.get("/array/phc_wrong/config").await.status, 401);
}
