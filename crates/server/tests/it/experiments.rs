//! Experiments from the draft to the results.

use axum::{body::Body, http::Request};
use catalog::{Actor, NewKey, Scope, Scopes};
use event::{TenantId, Timestamp};
use serde_json::{Value, json};

use crate::house::{Answer, House, post};

const ALL: &str = "/api/v1/experiments";

/// A house whose clock is moved by hand.
struct Lab {
    house: House,
}

impl Lab {
    async fn new() -> Self {
        let lab = Self { house: House::new() };
        let shares = [("control", 50), ("test", 50)]
            .map(|(key, share)| json!({"key": key, "rollout_percentage": share}));
        let flag = json!({"key": "button", "variants": shares});
        let made = lab.call("POST", "/api/v1/analytics/admin/feature-flags/", &flag).await;
        assert_eq!(made.status, 201, "{}", made.text());
        lab
    }

    async fn with_key(&self, key: &str, method: &str, path: &str, body: &Value) -> Answer {
        let request = Request::builder().method(method).uri(path).header("x-api-key", key);
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.house.send(request.body(body).unwrap()).await
    }

    async fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        let key = self.house.keys.secret_key.clone();
        self.with_key(&key, method, path, body).await
    }

    /// What follows the start of all paths, with the status it must have.
    async fn done(&self, method: &str, path: &str, body: Value, status: u16) -> Value {
        let answer = self.call(method, &format!("{ALL}{path}"), &body).await;
        assert_eq!(answer.status, status, "{method} {path} {body}: {}", answer.text());
        if status == 204 { Value::Null } else { answer.json() }
    }

    /// Tells an event of now, and passes a second.
    async fn tell(&self, person: &str, event: &str, properties: Value) {
        let at = self.house.now();
        self.house.set(Timestamp(at.0 + 1_000));
        let event = json!({"event": event, "distinct_id": person, "timestamp": at.to_string(),
            "properties": properties});
        let body = json!({"api_key": self.house.keys.write_key, "batch": [event]});
        let answer = self.house.send(post("/batch/", body.to_string())).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    async fn expose(&self, person: &str, variant: &str) {
        let shown = json!({"$feature_flag": "button", "$feature_flag_response": variant});
        self.tell(person, "$feature_flag_called", shown).await;
    }
}

fn draft() -> Value {
    json!({"name": "Button", "flag": "button", "goal": {"event": "buy"},
        "plan": {"minimum_sample": 4}})
}

fn codes(results: &Value) -> Vec<&str> {
    let warnings = results["warnings"].as_array().unwrap();
    warnings.iter().map(|one| one["code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_experiment_is_drafted_started_looked_at_and_stopped() {
    let lab = Lab::new().await;
    lab.expose("early", "test").await;
    let mut sent = draft();
    let spent = json!({"name": "spent", "event": "buy", "measure": "sum", "property": "total"});
    sent["secondary_goals"] = json!([spent]);
    let made = lab.done("POST", "", sent, 201).await;
    assert_eq!((&made["id"], &made["status"]), (&json!(1), &json!("draft")));
    assert_eq!((&made["minimum_sample"], &made["control"]), (&json!(4), &json!("control")));
    lab.done("GET", "/1/results", Value::Null, 409).await;
    let started = lab.done("POST", "/1/start", Value::Null, 200).await;
    assert_eq!(started["variants"][1], json!({"key": "test", "percentage": 50}));

    // Control: 1 of 4 buys, for 8. Test: 3 of 4 buy, one of them twice: 2 + 4 + 6 + 8.
    for person in ["c1", "c2", "c3", "c4"] {
        lab.expose(person, "control").await;
    }
    lab.tell("t1", "buy", json!({"total": 100})).await;
    for person in ["t1", "t2", "t3", "t4"] {
        lab.expose(person, "test").await;
    }
    for (person, total) in [("c1", 8), ("t1", 2), ("t2", 4), ("t3", 6), ("t3", 8), ("x", 9)] {
        lab.tell(person, "buy", json!({"total": total})).await;
    }
    lab.expose("both", "control").await;
    lab.expose("both", "test").await;
    lab.house.settled().await;

    let found = lab.done("GET", "/1/results", Value::Null, 200).await;
    assert_eq!((&found["exposed"], &found["multiple"]), (&json!(9), &json!(1)));
    assert_eq!((&found["enough"], codes(&found)), (&json!(true), vec![]));
    assert_eq!(found["sample_ratio"], json!({"p_value": 1.0, "mismatch": false}));
    let [control, test] = [0, 1].map(|index| &found["goals"][0]["variants"][index]);
    assert_eq!((&control["variant"], &control["value"]), (&json!("control"), &json!(0.25)));
    assert_eq!((&control["uplift"], &control["p_value"]), (&Value::Null, &Value::Null));
    assert_eq!((&test["achieved"], &test["value"]), (&json!(3), &json!(0.75)));
    assert_eq!((&test["uplift"], &test["difference"]), (&json!(2.0), &json!(0.5)));
    // z = 0.5 / sqrt(0.5 * 0.5 * (1/4 + 1/4)) = sqrt(2); 2 * (1 - Phi(sqrt(2))) = 0.157299..
    let near = |value: &Value, expected: f64| {
        let value = value.as_f64().unwrap();
        assert!((value - expected).abs() < 1e-6, "{value} is not {expected}");
    };
    near(&test["p_value"], 0.157_299_207);
    near(
        &json!(
            test["probability_best"].as_f64().unwrap()
                + control["probability_best"].as_f64().unwrap()
        ),
        1.0,
    );
    // Sums: control 8, 0, 0, 0: mean 2, variance 16. Test 2, 4, 14, 0: mean 5, variance
    // (9 + 1 + 81 + 25) / 3.
    let [control, test] = [0, 1].map(|index| &found["goals"][1]["variants"][index]);
    assert_eq!((&control["value"], &control["deviation"]), (&json!(2), &json!(4)));
    assert_eq!((&test["value"], &test["uplift"]), (&json!(5), &json!(1.5)));
    near(&test["deviation"], (116.0_f64 / 3.0).sqrt());

    lab.done("POST", "/1/stop", Value::Null, 200).await;
    lab.expose("late", "test").await;
    lab.house.settled().await;
    let after = lab.done("GET", "/1/results", Value::Null, 200).await;
    assert_eq!(after["exposed"], json!(9), "what comes later does not count");
    for turn in ["start", "stop"] {
        let refused = lab.done("POST", &format!("/1/{turn}"), Value::Null, 409).await;
        assert_eq!(refused["code"], json!("conflict"));
    }
    lab.done("DELETE", "/1", Value::Null, 204).await;
    lab.done("GET", "/1/results", Value::Null, 404).await;
}

#[tokio::test]
async fn a_peek_and_a_mismatch_are_told() {
    let lab = Lab::new().await;
    lab.done("POST", "", draft(), 201).await;
    lab.done("POST", "/1/start", Value::Null, 200).await;
    let nobody = lab.done("GET", "/1/results", Value::Null, 200).await;
    assert_eq!((codes(&nobody), &nobody["exposed"]), (vec!["not_enough"], &json!(0)));
    assert_eq!(nobody["goals"][0]["variants"][1]["value"], Value::Null);
    for number in 0..14 {
        lab.expose(&format!("t{number}"), "test").await;
    }
    lab.house.settled().await;
    // chi-square of 0 and 14 against 7 and 7 is 14: p = 0.00018.
    let found = lab.done("GET", "/1/results", Value::Null, 200).await;
    assert_eq!(found["enough"], json!(false));
    assert_eq!(codes(&found), ["not_enough", "sample_ratio_mismatch"]);

    let flag = "/api/v1/analytics/admin/feature-flags/1/";
    let turned = |change: Value| lab.done_flag(flag, change);
    turned(json!({"active": false})).await;
    let found = lab.done("GET", "/1/results", Value::Null, 200).await;
    assert!(codes(&found).contains(&"flag_off"));
    let shares = json!([{"key": "control", "rollout_percentage": 90},
        {"key": "test", "rollout_percentage": 10}]);
    turned(json!({"archived": true, "variants": shares})).await;
    let found = lab.done("GET", "/1/results", Value::Null, 200).await;
    assert_eq!(codes(&found)[..2], ["flag_archived", "flag_changed"]);
    assert_eq!(found["variants"][1]["percentage"], json!(50));
    lab.call("DELETE", flag, &Value::Null).await;
    let found = lab.done("GET", "/1/results", Value::Null, 200).await;
    assert_eq!(codes(&found)[0], "flag_removed");
}

impl Lab {
    async fn done_flag(&self, path: &str, change: Value) {
        let answer = self.call("PATCH", path, &change).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_by_field() {
    let lab = Lab::new().await;
    let plain = json!({"key": "plain"});
    lab.call("POST", "/api/v1/analytics/admin/feature-flags/", &plain).await;
    for (change, fields) in [
        (json!({"flag": "none"}), vec!["flag"]),
        (json!({"flag": "plain"}), vec!["flag"]),
        (json!({"control": "green"}), vec!["control"]),
        (json!({"goal": null}), vec!["goal"]),
        (json!({"goal": {"event": "buy", "measure": "sum"}}), vec!["goal.field"]),
        (
            json!({"goal": {"event": "buy", "filter": {"property": "p", "op": "almost", "value": 1}}}),
            vec!["goal.filter.op"],
        ),
        (
            json!({"secondary_goals": [{"event": "a"}, {"event": ""}]}),
            vec!["secondary_goals[1].event"],
        ),
        (json!({"plan": {"alpha": 2, "surprise": 1}}), vec!["plan.surprise"]),
        (json!({"plan": {"alpha": 2}, "name": ""}), vec!["name", "plan.alpha"]),
        (json!({"plan": {"baseline": 0.1, "effect": 0}}), vec!["plan.effect"]),
        (json!({"name": 1, "surprise": 2}), vec!["surprise", "name"]),
    ] {
        let mut body = draft();
        let fields_of = change.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(fields_of);
        let refused = lab.done("POST", "", body, 400).await;
        let errors = refused["errors"].as_array().unwrap();
        let found: Vec<&str> = errors.iter().map(|one| one["field"].as_str().unwrap()).collect();
        assert_eq!(found, fields, "{change}");
    }
    lab.done("POST", "", json!([]), 400).await;
    for path in ["/7", "/x", "/18446744073709551615", "/7/results"] {
        lab.done("GET", path, Value::Null, 404).await;
    }
    lab.done("POST", "/7/start", Value::Null, 404).await;
    lab.done("GET", "?status=done", Value::Null, 400).await;

    lab.done("POST", "", json!({"name": "n", "flag": "button", "goal": {"event": "a"}}), 201).await;
    let early = lab.done("POST", "/1/start", Value::Null, 400).await;
    assert_eq!(early["errors"][0]["field"], json!("plan"));
    let planned = json!({"plan": {"baseline": 0.1, "effect": 0.02}});
    let changed = lab.done("PATCH", "/1", planned, 200).await;
    assert_eq!((&changed["minimum_sample"], &changed["name"]), (&json!(3841), &json!("n")));
    lab.done("POST", "/1/start", Value::Null, 200).await;
    lab.done("PATCH", "/1", json!({"goal": {"event": "b"}}), 409).await;
    let renamed = lab.done("PATCH", "/1", json!({"name": "m"}), 200).await;
    assert_eq!((&renamed["name"], &renamed["status"]), (&json!("m"), &json!("running")));
    let running = lab.done("GET", "?status=running&flag=button", Value::Null, 200).await;
    assert_eq!(running["experiments"].as_array().unwrap().len(), 1);
    let drafts = lab.done("GET", "?status=draft", Value::Null, 200).await;
    assert_eq!(drafts["experiments"], json!([]));
}

#[tokio::test]
async fn how_many_people_it_takes() {
    let lab = Lab::new().await;
    let size = |query: &'static str, status| lab.done("GET", query, Value::Null, status);
    let rates = size("/sample-size?baseline=0.1&effect=0.02", 200).await;
    assert_eq!(rates["minimum_sample"], json!(3841));
    let strict = size("/sample-size?baseline=0.05&effect=0.01&alpha=0.01&power=0.9", 200).await;
    assert_eq!(strict["minimum_sample"], json!(15_465));
    let means = size("/sample-size?deviation=15&effect=1", 200).await;
    assert_eq!(means["minimum_sample"], json!(3532));
    for wrong in [
        "",
        "?baseline=0.1",
        "?effect=0.1",
        "?baseline=x&effect=1",
        "?baseline=0.1&deviation=1&effect=0.1",
        "?baseline=0.9&effect=0.2",
        "?baseline=0.1&effect=0.02&power=1",
    ] {
        let answer = lab.call("GET", &format!("{ALL}/sample-size{wrong}"), &Value::Null).await;
        assert_eq!(answer.status, 400, "{wrong}: {}", answer.text());
    }
}

#[tokio::test]
async fn others_neither_see_nor_touch_it() {
    let lab = Lab::new().await;
    lab.done("POST", "", draft(), 201).await;
    let catalog = &lab.house.parts.catalog;
    let acme = TenantId::new("acme").unwrap();
    catalog.new_tenant(&acme, "Acme", "UTC", &Actor::Cli).unwrap();
    let secret = |tenant: &TenantId, scopes| {
        let new = NewKey::secret(tenant, scopes, "key");
        catalog.new_key(new, &Actor::Cli).unwrap()
    };
    let other = secret(&acme, Scopes::all());
    for (method, path) in [
        ("GET", "/1"),
        ("PATCH", "/1"),
        ("DELETE", "/1"),
        ("POST", "/1/start"),
        ("POST", "/1/stop"),
        ("GET", "/1/results"),
    ] {
        let answer = lab.with_key(&other, method, &format!("{ALL}{path}"), &json!({})).await;
        assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text());
    }
    let refused = lab.with_key(&other, "POST", ALL, &draft()).await;
    assert_eq!(refused.status, 400, "the flag of another tenant");
    let reader = secret(&TenantId::default_tenant(), Scopes::of(&[Scope::Read]));
    assert_eq!(lab.with_key(&reader, "GET", ALL, &Value::Null).await.status, 200);
    for path in ["", "/1/start"] {
        let answer = lab.with_key(&reader, "POST", &format!("{ALL}{path}"), &draft()).await;
        assert_eq!(answer.status, 403);
    }
    assert_eq!(lab.house.get(ALL).await.status, 401);
}
