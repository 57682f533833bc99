//! Feature flags: looking after them, and what they answer in every shape.

use axum::{body::Body, http::Request};
use catalog::{Actor, NewKey, Scopes};
use event::TenantId;
use serde_json::{Value, json};

use crate::house::{Answer, House};

const ADMIN: &str = "/api/v1/analytics/admin/feature-flags/";
const PUBLIC: &str = "/api/v1/analytics/public/feature-flags/";
const KEY: &str = "phc_test";

fn house() -> House {
    let house = House::new();
    let tenant = TenantId::default_tenant();
    house.parts.catalog.register_write_key(&tenant, KEY, "posthog", &Actor::Cli).unwrap();
    house
}

async fn call(house: &House, key: &str, method: &str, path: &str, body: &Value) -> Answer {
    let request = Request::builder().method(method).uri(path).header("x-api-key", key);
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    house.send(request.body(body).unwrap()).await
}

async fn admin(house: &House, method: &str, path: &str, body: Value) -> Answer {
    let key = house.keys.secret_key.clone();
    call(house, &key, method, &format!("{ADMIN}{path}"), &body).await
}

async fn made(house: &House, flag: Value) -> u64 {
    let answer = admin(house, "POST", "", flag).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_u64().unwrap()
}

async fn flags(house: &House, query: &str, body: Value) -> Value {
    let mut body = body;
    body["token"] = json!(KEY);
    let answer = house.post(&format!("/flags/?{query}"), body.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn a_flag_is_made_read_changed_and_removed() {
    let house = house();
    let sent = json!({"key": "beta", "name": "Beta", "rollout_percentage": 25, "variants": [
        {"key": "a", "rollout_percentage": 50, "payload": {"n": 1}},
        {"key": "b", "rollout_percentage": 50}]});
    assert_eq!(made(&house, sent).await, 1);
    let one = admin(&house, "GET", "1/", Value::Null).await.json();
    assert_eq!((&one["version"], &one["rollout_percentage"]), (&json!(1), &json!(25.0)));
    assert_eq!(one["variants"][0]["payload"], json!({"n": 1}));
    assert_eq!(one["created_at"], json!("2026-10-15T12:00:00.000Z"));

    let again = admin(&house, "PUT", "1/", one.clone()).await;
    assert_eq!((again.status, &again.json()["version"]), (200, &json!(2)), "{}", again.text());
    assert_eq!(again.json()["filters"], one["filters"], "what was answered may be sent back");
    let stale = admin(&house, "PUT", "1/", one).await;
    assert_eq!((stale.status, &stale.json()["code"]), (409, &json!("conflict")));

    let patch = json!({"rollout_percentage": 100, "active": false});
    let changed = admin(&house, "PATCH", "1/", patch).await;
    assert_eq!((changed.status, &changed.json()["active"]), (200, &json!(false)));
    assert_eq!(changed.json()["filters"]["groups"][0]["rollout_percentage"], json!(100));
    let history = admin(&house, "GET", "1/history/", Value::Null).await.json();
    assert_eq!((&history["count"], &history["next"]), (&json!(3), &Value::Null));
    let changes = history["results"][0]["changes"].as_array().unwrap();
    let fields: Vec<&str> = changes.iter().map(|one| one["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["active", "filters.groups[0].rollout_percentage"]);

    assert_eq!(admin(&house, "DELETE", "1/", Value::Null).await.status, 204);
    for (method, path) in [("GET", "1/"), ("DELETE", "1/"), ("PATCH", "1/"), ("GET", "x/")] {
        let answer = admin(&house, method, path, json!({})).await;
        assert_eq!((answer.status, &answer.json()["code"]), (404, &json!("not_found")), "{method}");
    }
    assert_eq!(admin(&house, "GET", "1/history/", Value::Null).await.json()["count"], json!(4));
    assert_eq!(admin(&house, "GET", "9/history/", Value::Null).await.status, 404);
}

#[tokio::test]
async fn flags_are_listed_in_pages() {
    let house = house();
    for number in 0..5 {
        made(&house, json!({"key": format!("flag-{number}")})).await;
    }
    let page = admin(&house, "GET", "?page=2&page_size=2", Value::Null).await.json();
    assert_eq!((&page["count"], &page["results"][0]["id"]), (&json!(5), &json!(3)));
    let next = page["next"].as_str().unwrap().to_owned();
    assert_eq!(next, format!("{ADMIN}?page=3&page_size=2"));
    let key = house.keys.secret_key.clone();
    let last = call(&house, &key, "GET", &next, &Value::Null).await.json();
    assert_eq!(last["results"].as_array().unwrap().len(), 1);
    assert_eq!((&last["next"], last["previous"].is_string()), (&Value::Null, true));
    for (query, status) in [("?page=4&page_size=2", 404), ("?page=0", 400), ("?page_size=x", 400)] {
        assert_eq!(admin(&house, "GET", query, Value::Null).await.status, status, "{query}");
    }
}

#[tokio::test]
async fn a_bad_flag_is_refused_with_everything_that_is_wrong() {
    let house = house();
    made(&house, json!({"key": "taken"})).await;
    let rule = |rule: Value| json!({"key": "x", "filters": {"groups": [{"properties": [rule]}]}});
    let regex = |pattern: String| rule(json!({"key": "p", "operator": "regex", "value": pattern}));
    for (body, status, field) in [
        (json!({"key": "taken"}), 409, "key"),
        (json!({}), 400, "key"),
        (json!([]), 400, "flag"),
        (json!({"key": "a b"}), 400, "key"),
        (json!({"key": "x", "rollout_percentage": 101}), 400, "rollout_percentage"),
        (
            json!({"key": "x", "variants": [{"key": "a", "rollout_percentage": 99}]}),
            400,
            "variants",
        ),
        (json!({"key": "x", "surprise": 1}), 400, "surprise"),
        (
            rule(json!({"key": "p", "operator": "almost", "value": 1})),
            400,
            "filters.groups[0].properties[0].operator",
        ),
        (regex("(".to_owned()), 400, "filters.groups[0].properties[0].value"),
        (regex("a".repeat(1_001)), 400, "filters.groups[0].properties[0].value"),
        (regex("\\w{1000}{50}".to_owned()), 400, "filters.groups[0].properties[0].value"),
        (
            rule(
                json!({"type": "flag", "key": "none", "operator": "flag_evaluates_to", "value": true}),
            ),
            400,
            "filters.groups[0].properties[0].key",
        ),
    ] {
        let answer = admin(&house, "POST", "", body.clone()).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
        assert!(answer.json()["errors"].get(field).is_some(), "{body}: {}", answer.text());
    }
    let many = json!({"key": "", "rollout_percentage": -1, "active": "yes"});
    let answer = admin(&house, "POST", "", many).await;
    assert_eq!(answer.json()["errors"].as_object().unwrap().len(), 3, "{}", answer.text());
    let answer = house.send(
        Request::post(ADMIN)
            .header("x-api-key", &house.keys.secret_key)
            .body(Body::from("{"))
            .unwrap(),
    );
    assert_eq!(answer.await.json()["code"], json!("malformed_json"));
}

#[tokio::test]
async fn flags_do_not_depend_on_themselves_and_are_not_taken_from_others() {
    let house = house();
    let on = |other: &str| {
        let rule =
            json!({"type": "flag", "key": other, "operator": "flag_evaluates_to", "value": true});
        json!({"groups": [{"properties": [rule]}]})
    };
    made(&house, json!({"key": "a"})).await;
    made(&house, json!({"key": "b", "filters": on("a")})).await;
    let circle = admin(&house, "PATCH", "1/", json!({"filters": on("b")})).await;
    assert_eq!(circle.status, 400);
    assert!(circle.text().contains("a -> b -> a"), "{}", circle.text());
    let used = admin(&house, "DELETE", "1/", Value::Null).await;
    assert_eq!((used.status, &used.json()["code"]), (409, &json!("conflict")));
}

#[tokio::test]
async fn who_may_not_is_told_so() {
    let house = house();
    let tenant = TenantId::default_tenant();
    let read = NewKey::secret(&tenant, Scopes::of(&[catalog::Scope::Read]), "reader");
    let reader = house.parts.catalog.new_key(read, &Actor::Cli).unwrap();
    let body = json!({"key": "beta"});
    for (key, method, status) in
        [(KEY, "POST", 403), (&reader, "POST", 403), (KEY, "GET", 403), (&reader, "GET", 200)]
    {
        let answer = call(&house, key, method, ADMIN, &body).await;
        assert_eq!(answer.status, status, "{method}: {}", answer.text());
    }
    assert_eq!(house.get(ADMIN).await.status, 401);
    assert_eq!(house.get(ADMIN).await.json()["code"], json!("unauthorized"));
    for path in ["/flags/definitions", "/api/feature_flag/local_evaluation/"] {
        assert_eq!(house.get(path).await.status, 401);
        assert_eq!(call(&house, KEY, "GET", path, &Value::Null).await.status, 403);
        assert_eq!(call(&house, &reader, "GET", path, &Value::Null).await.status, 200);
    }
    // Any key may ask flags, also one that may not send events.
    let path = format!("{PUBLIC}for_user/?distinct_id=u");
    assert_eq!(call(&house, &reader, "GET", &path, &Value::Null).await.status, 200);
    assert_eq!(call(&house, "wrong", "GET", &path, &Value::Null).await.status, 401);
}

#[tokio::test]
async fn public_flags_tell_no_rules() {
    let house = house();
    let rule = json!({"key": "email", "value": "ada@example.com"});
    let groups = json!([{"properties": [rule], "rollout_percentage": 100}]);
    made(&house, json!({"key": "secretive", "filters": {"groups": groups}})).await;
    made(&house, json!({"key": "off", "active": false})).await;
    let turn = json!([{"at": "2026-10-15T11:00:00Z", "active": true}]);
    made(&house, json!({"key": "on", "active": false, "schedule": turn})).await;
    let list = house.get(PUBLIC).await;
    assert_eq!(list.header("cache-control"), Some("no-store"));
    assert!(!list.text().contains("ada@example.com"), "{}", list.text());
    let list = list.json();
    let keys: Vec<&Value> = list.as_array().unwrap().iter().map(|flag| &flag["key"]).collect();
    assert_eq!(keys, ["secretive", "on"]);
    let fields: Vec<&String> = list[0].as_object().unwrap().keys().collect();
    let expected = [
        "active",
        "created_at",
        "description",
        "id",
        "key",
        "name",
        "rollout_percentage",
        "updated_at",
        "variants",
    ];
    assert_eq!(fields, expected);
    for (id, status) in [("1", 200), ("secretive", 200), ("off", 404), ("2", 404), ("none", 404)] {
        assert_eq!(house.get(&format!("{PUBLIC}{id}/")).await.status, status, "{id}");
    }
}

#[tokio::test]
async fn for_user_answers_and_says_why() {
    let house = house();
    let rule = json!({"key": "plan", "value": "pro"});
    let groups = json!([{"properties": [rule], "variant": "b"}]);
    made(&house, json!({"key": "plan", "filters": {"groups": groups}, "variants": [
        {"key": "a", "rollout_percentage": 50}, {"key": "b", "rollout_percentage": 50, "payload": [1]}]}))
    .await;
    let cohort = json!({"key": "id", "type": "cohort", "operator": "in", "value": 7});
    made(&house, json!({"key": "cohort", "filters": {"groups": [{"properties": [cohort]}]}})).await;
    let path = format!("{PUBLIC}for_user/");
    let body = json!({"distinct_id": "u", "properties": {"plan": "pro"}});
    let answer = house.post(&path, body.to_string()).await.json();
    let expected =
        json!({"active": true, "variant": "b", "payload": [1], "reason": "condition_match"});
    assert_eq!(answer["plan"], expected);
    assert_eq!(answer["cohort"]["reason"], json!("failed"));
    let answer = house.get(&format!("{path}?distinct_id=u")).await.json();
    assert_eq!(answer["plan"]["reason"], json!("no_condition_match"));
    for body in ["{}", r#"{"distinct_id":""}"#, "{", "[]", r#"{"distinct_id":"u","properties":1}"#]
    {
        assert_eq!(house.post(&path, body).await.status, 400, "{body}");
    }
    let refused = house.get(&path).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["errors"]["distinct_id"], json!(["distinct_id is required"]));
    let long = format!("{path}?distinct_id={}", "u".repeat(201));
    assert_eq!(house.get(&long).await.json()["code"], json!("too_long"));
}

#[tokio::test]
async fn both_ways_of_asking_agree_for_many_people() {
    let house = house();
    let rule = json!({"key": "n", "operator": "lt", "value": 500});
    made(&house, json!({"key": "half", "rollout_percentage": 50})).await;
    made(
        &house,
        json!({"key": "split", "rollout_percentage": 80, "variants": [
        {"key": "a", "rollout_percentage": 33.4}, {"key": "b", "rollout_percentage": 66.6}]}),
    )
    .await;
    let groups = json!([{"properties": [rule], "rollout_percentage": 70}]);
    made(&house, json!({"key": "ruled", "filters": {"groups": groups}})).await;
    let mut on = 0;
    for number in 0..1_000 {
        let (id, properties) = (format!("user-{number}"), json!({"n": number}));
        let body = json!({"distinct_id": id, "properties": properties});
        let ours = house.post(&format!("{PUBLIC}for_user/"), body.to_string()).await.json();
        let body = json!({"distinct_id": id, "person_properties": properties});
        let theirs = flags(&house, "v=2", body.clone()).await;
        let legacy = flags(&house, "v=1", body).await;
        for key in ["half", "split", "ruled"] {
            let (ours, theirs) = (&ours[key], &theirs["flags"][key]);
            assert_eq!(ours["active"], theirs["enabled"], "{id} {key}");
            assert_eq!(ours["variant"], theirs["variant"], "{id} {key}");
            assert_eq!(ours["reason"], theirs["reason"]["code"], "{id} {key}");
            let value = if ours["variant"].is_null() { &ours["active"] } else { &ours["variant"] };
            assert_eq!(&legacy["featureFlags"][key], value, "{id} {key}");
        }
        on += u32::from(ours["half"]["active"] == json!(true));
    }
    assert!((450..550).contains(&on), "{on} of 1000 are in half");
}

#[tokio::test]
async fn posthog_gets_the_shape_it_asks_for() {
    let house = house();
    made(&house, json!({"key": "on", "payload": {"a": 1}})).await;
    made(&house, json!({"key": "off", "rollout_percentage": 0})).await;
    let cohort = json!({"key": "id", "type": "cohort", "operator": "in", "value": 7});
    made(&house, json!({"key": "cohort", "filters": {"groups": [{"properties": [cohort]}]}})).await;
    let body = json!({"distinct_id": "u"});
    let new = flags(&house, "v=2", body.clone()).await;
    assert_eq!(new["flags"]["on"]["metadata"]["payload"], json!(r#"{"a":1}"#));
    assert_eq!(new["flags"]["on"]["reason"]["description"], json!("Matched condition set 1"));
    assert_eq!(
        (&new["flags"]["cohort"]["failed"], &new["flags"]["on"]["failed"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(new["errorsWhileComputingFlags"], json!(true));
    assert_eq!(flags(&house, "v=4", body.clone()).await["flags"], new["flags"]);
    let old = flags(&house, "v=1", body.clone()).await;
    assert_eq!(old["featureFlags"], json!({"on": true, "off": false}));
    assert_eq!(old["featureFlagPayloads"], json!({"on": r#"{"a":1}"#}));
    let decide = |version: u32| {
        let body = json!({"api_key": KEY, "distinct_id": "u"}).to_string();
        let house = &house;
        async move { house.post(&format!("/decide/?v={version}"), body).await.json() }
    };
    assert_eq!(decide(1).await["featureFlags"], json!(["on"]));
    assert_eq!(decide(2).await["featureFlags"], json!({"on": true}));
    assert_eq!(decide(3).await["featureFlags"], json!({"on": true, "off": false}));
    assert_eq!(decide(4).await["flags"], new["flags"]);
    let some = json!({"distinct_id": "u", "flag_keys": ["off", "none"]});
    let some = flags(&house, "v=2", some).await;
    assert_eq!(some["flags"].as_object().unwrap().keys().collect::<Vec<_>>(), ["off"]);
    let none = flags(&house, "v=2", json!({"distinct_id": "u", "disable_flags": true})).await;
    assert_eq!(none["flags"], json!({}));
    assert_eq!(house.get("/flags/?v=2").await.json()["flags"], json!({}));
    let head = house.send(Request::head("/flags/").body(Body::empty()).unwrap()).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    let config = house.get("/array/phc_test/config").await.json();
    assert_eq!(config["hasFeatureFlags"], json!(true));
}

#[tokio::test]
async fn groups_are_bucketed_and_asked() {
    let house = house();
    let kinds = json!({"flags": {"group_kinds": ["company"]}});
    let key = house.keys.secret_key.clone();
    let set = call(&house, &key, "PATCH", "/api/v1/settings", &kinds).await;
    assert_eq!(set.status, 200, "{}", set.text());
    let rule = json!({"key": "size", "type": "group", "group_type_index": 0, "operator": "gt", "value": 5});
    let filters = json!({"aggregation_group_type_index": 0, "groups": [{"properties": [rule]}]});
    made(&house, json!({"key": "team", "filters": filters})).await;
    let reason = |body: Value| async {
        flags(&house, "v=2", body).await["flags"]["team"]["reason"]["code"].clone()
    };
    assert_eq!(reason(json!({"distinct_id": "u"})).await, json!("no_group_type"));
    let group = |size: u32| {
        json!({"distinct_id": "u", "groups": {"company": "acme"},
            "group_properties": {"company": {"size": size}}})
    };
    assert_eq!(reason(group(7)).await, json!("condition_match"));
    assert_eq!(reason(group(3)).await, json!("no_condition_match"));
    let defined = call(&house, &key, "GET", "/flags/definitions", &Value::Null).await.json();
    assert_eq!(defined["group_type_mapping"], json!({"0": "company"}));
}

#[tokio::test]
async fn logging_in_does_not_flip_a_flag_that_lasts() {
    let house = house();
    made(
        &house,
        json!({"key": "lasting", "rollout_percentage": 50, "ensure_experience_continuity": true}),
    )
    .await;
    let ask = |body: Value| async {
        flags(&house, "v=2", body).await["flags"]["lasting"]["enabled"].clone()
    };
    for number in 0..100 {
        let (anon, user) = (format!("anon-{number}"), format!("user-{number}"));
        let before = ask(json!({"distinct_id": anon})).await;
        let at = ask(json!({"distinct_id": user, "$anon_distinct_id": anon})).await;
        let after = ask(json!({"distinct_id": user})).await;
        let another = ask(json!({"distinct_id": user, "$anon_distinct_id": "other"})).await;
        assert_eq!([&at, &after, &another], [&before; 3], "{number}");
    }
    // Who said no is not remembered.
    let catalog = &house.parts.catalog;
    let tenant = TenantId::default_tenant();
    catalog.set_consent(&tenant, "no", "analytics", false, crate::house::NOW, &Actor::Cli).unwrap();
    ask(json!({"distinct_id": "no", "$anon_distinct_id": "anon-1"})).await;
    assert_eq!(catalog.flag_override(&tenant, "no").unwrap(), None);
    // Who is erased is forgotten.
    assert!(catalog.flag_override(&tenant, "user-1").unwrap().is_some());
    let key = house.keys.secret_key.clone();
    let body = json!({"distinct_id": "user-1"});
    let erase = call(&house, &key, "POST", "/api/v1/privacy/erase", &body).await;
    assert_eq!(erase.status, 202);
    for _ in 0..5_000 {
        if catalog.flag_override(&tenant, "user-1").unwrap().is_none() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    panic!("the first id of an erased person is kept");
}

#[tokio::test]
async fn definitions_are_sent_when_they_changed() {
    let house = house();
    made(&house, json!({"key": "beta", "rollout_percentage": 50})).await;
    let path = "/flags/definitions?token=phc_test&send_cohorts";
    let ask = |tag: Option<String>| {
        let mut request =
            Request::get(path).header("authorization", format!("Bearer {}", house.keys.secret_key));
        if let Some(tag) = tag {
            request = request.header("if-none-match", tag);
        }
        house.send(request.body(Body::empty()).unwrap())
    };
    let first = ask(None).await;
    let tag = first.header("etag").unwrap().to_owned();
    assert_eq!((first.status, tag.starts_with("W/\"")), (200, true));
    assert_eq!(first.header("cache-control"), Some("private, must-revalidate"));
    assert_eq!(first.json()["flags"][0]["key"], json!("beta"));
    let same = ask(Some(tag.clone())).await;
    assert_eq!((same.status, same.body.len(), same.header("etag")), (304, 0, Some(&*tag)));
    admin(&house, "PATCH", "1/", json!({"rollout_percentage": 60})).await;
    let changed = ask(Some(tag.clone())).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), Some(&*tag));
    let key = house.keys.secret_key.clone();
    let wrong = call(&house, &key, "GET", "/flags/definitions?token=nope", &Value::Null).await;
    assert_eq!(wrong.status, 401);
}

#[tokio::test]
async fn tenants_never_meet() {
    let house = house();
    let catalog = &house.parts.catalog;
    let acme = TenantId::new("acme").unwrap();
    catalog.new_tenant(&acme, "Acme", "UTC", &Actor::Cli).unwrap();
    let new = NewKey::secret(&acme, Scopes::all(), "acme");
    let theirs = catalog.new_key(new, &Actor::Cli).unwrap();
    made(&house, json!({"key": "ours"})).await;
    let list = call(&house, &theirs, "GET", ADMIN, &Value::Null).await.json();
    assert_eq!(list["count"], json!(0));
    for (method, path) in
        [("GET", "1/"), ("PUT", "1/"), ("PATCH", "1/"), ("DELETE", "1/"), ("GET", "1/history/")]
    {
        let path = format!("{ADMIN}{path}");
        let answer = call(&house, &theirs, method, &path, &json!({"key": "ours"})).await;
        assert_eq!(answer.status, 404, "{method} {path}");
    }
    let path = format!("{PUBLIC}for_user/?distinct_id=u");
    assert_eq!(call(&house, &theirs, "GET", &path, &Value::Null).await.json(), json!({}));
    let path = "/flags/definitions?token=phc_test";
    assert_eq!(call(&house, &theirs, "GET", path, &Value::Null).await.status, 401);
    assert_eq!(call(&house, &theirs, "POST", ADMIN, &json!({"key": "ours"})).await.status, 201);
}
