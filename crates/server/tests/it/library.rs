//! What people keep: making, listing, changing, removing, and showing it to others.

use axum::{body::Body, http::Request};
use catalog::{Actor, NewKey, NewLink, Purpose, Role, Scopes};
use event::TenantId;
use serde_json::{Value, json};

use crate::house::{Answer, House, post};

const PASSWORD: &str = "correct horse battery";

async fn call(house: &House, key: &str, method: &str, path: &str, body: Value) -> Answer {
    let request = Request::builder().method(method).uri(format!("/api/v1/{path}"));
    let request = match key {
        "" => request,
        cookie if cookie.contains('=') => {
            request.header("cookie", cookie).header("host", "t").header("origin", "http://t")
        }
        key => request.header("authorization", format!("Bearer {key}")),
    };
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    house.send(request.body(body).unwrap()).await
}

async fn admin(house: &House, method: &str, path: &str, body: Value) -> Answer {
    call(house, &house.keys.secret_key.clone(), method, path, body).await
}

async fn made(house: &House, path: &str, body: Value) -> Value {
    let answer = admin(house, "POST", path, body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

/// A user who is logged in; the cookie.
fn user(house: &House, name: &str, role: Role) -> String {
    let (catalog, tenant) = (&house.parts.catalog, TenantId::default_tenant());
    let email = format!("{name}@example.com");
    let new = NewLink { purpose: Purpose::Invite, tenant, email: email.clone(), role };
    let token = catalog.make_link(&new, &Actor::Cli).unwrap();
    catalog.redeem(&token, "", name, PASSWORD).unwrap();
    format!("trackflow_session={}", catalog.login(&email, PASSWORD).unwrap().0)
}

fn question() -> Value {
    json!({"name": "Sign-ups", "question": {"kind": "counts", "filter": {"property": "p", "value": "secret"}}})
}

async fn events(house: &House, ids: &[&str]) {
    for id in ids {
        house
            .send(post("/apiv1/events", format!(r#"{{"event_type":"a","user_id":"{id}"}}"#)))
            .await;
    }
    house.settled().await;
}

#[tokio::test]
async fn a_question_is_kept_listed_changed_and_removed() {
    let house = House::new();
    let one = made(&house, "questions", question()).await;
    assert_eq!(
        (&one["id"], &one["version"], &one["owner"]),
        (&json!("1"), &json!(1), &Value::Null)
    );
    assert_eq!(one["question"]["range"], json!({"last": "30d"}), "defaults are filled in");
    let put = admin(&house, "PUT", "questions/1", one.clone()).await;
    assert_eq!((put.status, &put.json()["version"]), (200, &json!(1)), "nothing was changed");
    let patch = json!({"name": "Other", "version": 1, "view": {"chart": "bars"}});
    let changed = admin(&house, "PATCH", "questions/1/", patch.clone()).await;
    assert_eq!((changed.status, &changed.json()["version"]), (200, &json!(2)));
    let stale = admin(&house, "PATCH", "questions/1", patch).await;
    assert_eq!((stale.status, &stale.json()["code"]), (409, &json!("conflict")));
    made(&house, "questions", question()).await;
    let found = admin(&house, "GET", "questions?search=OTH", Value::Null).await.json();
    assert_eq!((&found["count"], &found["results"][0]["id"]), (&json!(1), &json!("1")));
    let page = admin(&house, "GET", "questions?page=2&page_size=1", Value::Null).await.json();
    assert_eq!((&page["results"][0]["id"], page["previous"].is_string()), (&json!("1"), true));
    assert_eq!(admin(&house, "GET", "questions?page=9", Value::Null).await.status, 404);
    assert_eq!(admin(&house, "DELETE", "questions/1", Value::Null).await.status, 204);
    assert_eq!(made(&house, "questions", question()).await["id"], json!("3"));
    for path in ["questions/1", "questions/x", "questions/03"] {
        assert_eq!(admin(&house, "GET", path, Value::Null).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_refused_by_its_field() {
    let house = House::new();
    made(&house, "questions", question()).await;
    let long = "x".repeat(201);
    let tile = |tile: Value| json!({"name": "d", "tiles": [tile]});
    let tiles: Vec<Value> = (0..51).map(|_| json!({"question": "1"})).collect();
    let counts = json!({"kind": "counts"});
    for (path, body, field) in [
        ("questions", json!({"question": counts}), "name"),
        ("questions", json!({"name": long, "question": counts}), "name"),
        ("questions", json!({"name": 7, "question": counts}), "name"),
        ("questions", json!({"name": "q"}), "question"),
        ("questions", json!({"name": "q", "question": 7}), "question"),
        ("questions", json!({"name": "q", "question": {"kind": "x"}}), "question.kind"),
        ("questions", json!({"name": "q", "question": counts, "more": 1}), "more"),
        ("questions", json!({"name": "q", "question": counts, "view": []}), "view"),
        (
            "questions",
            json!({"name": "q", "question": counts, "view": {"v": "x".repeat(5000)}}),
            "view",
        ),
        ("dashboards", tile(json!({"question": "9"})), "tiles[0].question"),
        ("dashboards", tile(json!({"question": 1})), "tiles[0].question"),
        ("dashboards", tile(json!({"question": "1", "x": 48})), "tiles[0].x"),
        ("dashboards", tile(json!({"question": "1", "w": 0})), "tiles[0].w"),
        ("dashboards", json!({"name": "d", "tiles": tiles}), "tiles"),
        ("dashboards", json!({"name": "d", "range": {"last": "0d"}}), "range.last"),
        ("cohorts", json!({"name": "c"}), "ids"),
        ("cohorts", json!({"name": "c", "ids": [7]}), "ids"),
        ("cohorts", json!({"name": "c", "ids": ["u", ""]}), "ids[1]"),
        ("cohorts", json!({"name": "c", "definition": {"cohort": "9"}}), "definition.cohort"),
        ("annotations", json!({"text": "t"}), "at"),
        ("annotations", json!({"at": "x", "text": "t"}), "at"),
        (
            "annotations",
            json!({"at": 1, "text": "t", "scope": {"question": "9"}}),
            "scope.question",
        ),
        ("goals", json!({"name": "g"}), "event"),
        ("goals", json!({"name": "g", "filter": {"field": "x", "value": 1}}), "filter.field"),
    ] {
        let answer = admin(&house, "POST", path, body.clone()).await;
        let refused = answer.json();
        let told = &refused["errors"][0]["field"];
        assert_eq!((answer.status, told), (400, &json!(field)), "{body}: {refused}");
    }
}

#[tokio::test]
async fn analysts_change_what_is_theirs_and_viewers_look() {
    let house = House::new();
    let (ann, bob) = (user(&house, "ann", Role::Analyst), user(&house, "bob", Role::Analyst));
    let (eve, boss) = (user(&house, "eve", Role::Viewer), user(&house, "boss", Role::Admin));
    let of_ann = call(&house, &ann, "POST", "questions", question()).await;
    assert_eq!((of_ann.status, &of_ann.json()["owner"]["name"]), (201, &json!("ann")));
    for (who, may) in [(&ann, true), (&bob, false), (&eve, false), (&boss, true)] {
        let seen = call(&house, who, "GET", "questions/1", Value::Null).await;
        assert_eq!((seen.status, &seen.json()["may_edit"]), (200, &json!(may)));
        let patch = call(&house, who, "PATCH", "questions/1", json!({"description": "x"})).await;
        assert_eq!(patch.status, if may { 200 } else { 403 });
        let share = call(&house, who, "POST", "questions/1/share", Value::Null).await;
        assert_eq!(share.status, if may { 201 } else { 403 });
    }
    assert_eq!(call(&house, &eve, "POST", "questions", question()).await.status, 403);
    assert_eq!(call(&house, &bob, "DELETE", "questions/1", Value::Null).await.status, 403);
    assert_eq!(call(&house, "", "GET", "questions", Value::Null).await.status, 401);
    let tenant = TenantId::default_tenant();
    let reading = NewKey::secret(&tenant, Scopes::from_text("read").unwrap(), "r");
    let reading = house.parts.catalog.new_key(reading, &Actor::Cli).unwrap();
    assert_eq!(call(&house, &reading, "GET", "questions/1", Value::Null).await.status, 200);
    assert_eq!(call(&house, &reading, "POST", "questions", question()).await.status, 403);
    let acme = TenantId::new("acme").unwrap();
    house.parts.catalog.new_tenant(&acme, "Acme", "UTC", &Actor::Cli).unwrap();
    let other = NewKey::secret(&acme, Scopes::all(), "o");
    let other = house.parts.catalog.new_key(other, &Actor::Cli).unwrap();
    for (method, path) in [
        ("GET", "questions/1"),
        ("PATCH", "questions/1"),
        ("DELETE", "questions/1"),
        ("POST", "questions/1/share"),
    ] {
        let answer = call(&house, &other, method, path, json!({})).await;
        assert_eq!(answer.status, 404, "{method} {path}");
    }
}

#[tokio::test]
async fn cohorts_are_conditions_of_questions() {
    let house = House::new();
    events(&house, &["u1", "u2", "u3"]).await;
    let ids = made(&house, "cohorts", json!({"name": "Beta", "ids": ["u1", "gone"]})).await;
    assert_eq!((&ids["kind"], &ids["ids"]), (&json!("static"), &json!(2)));
    let both = json!({"any": [{"cohort": "1"}, {"did": {"event": "b"}}]});
    let two = made(&house, "cohorts", json!({"name": "Two", "definition": both})).await;
    assert_eq!(
        (&two["kind"], &two["definition"]["any"][0]),
        (&json!("behavioural"), &json!({"cohort": "1"}))
    );
    let csv = Request::put("/api/v1/cohorts/1/ids").header("content-type", "text/csv");
    let csv = csv.header("x-api-key", &house.keys.secret_key);
    let put = house.send(csv.body(Body::from("user_id\nu1\nu2\n")).unwrap()).await;
    assert_eq!((put.status, put.json()), (200, json!({"ids": 2})));
    for id in ["1", "2"] {
        let size = admin(&house, "GET", &format!("cohorts/{id}/size"), Value::Null).await;
        assert_eq!(size.json(), json!({"size": 2}), "{id}");
        let asked = json!({"kind": "counts", "filter": {"cohort": id}}).to_string();
        assert_eq!(house.ask(&asked).await.json()["result"]["unique_persons"], json!(2));
        let asked = json!({"kind": "counts", "filter": {"cohort": id, "op": "not_in"}}).to_string();
        assert_eq!(house.ask(&asked).await.json()["result"]["unique_persons"], json!(1));
    }
    let page = admin(&house, "GET", "cohorts/2/persons?limit=1", Value::Null).await.json();
    assert_eq!((&page["total"], &page["next_cursor"]), (&json!(2), &json!("u1")));
    let unknown = house.ask(r#"{"kind":"counts","filter":{"cohort":"9"}}"#).await;
    assert_eq!(
        (unknown.status, &unknown.json()["errors"][0]["field"]),
        (400, &json!("filter.cohort"))
    );
    assert_eq!(admin(&house, "DELETE", "cohorts/1", Value::Null).await.status, 409, "it is named");
    let circle = json!({"definition": {"not": {"cohort": "2"}}});
    let circle = admin(&house, "PATCH", "cohorts/2", circle).await;
    assert_eq!((circle.status, &circle.json()["errors"][0]["field"]), (400, &json!("definition")));
    let kind = admin(&house, "PATCH", "cohorts/1", json!({"definition": both})).await;
    assert_eq!(kind.status, 400, "a cohort stays of its kind");
    let ids = admin(&house, "PUT", "cohorts/2/ids", json!({"ids": ["u"]})).await;
    assert_eq!(ids.status, 400, "a behavioural one has none");
}

#[tokio::test]
async fn a_link_shows_one_dashboard_and_no_more() {
    let house = House::new();
    events(&house, &["u1", "u2"]).await;
    made(&house, "questions", json!({"name": "All", "question": {"kind": "counts"}})).await;
    made(&house, "questions", question()).await;
    let list = json!({"name": "Who", "question": {"kind": "persons"}});
    made(&house, "questions", list).await;
    let tiles = json!([{"question": "1"}, {"question": "2", "title": "Mine"}, {"question": "3"}]);
    let range = json!({"last": "7d"});
    made(&house, "dashboards", json!({"name": "D", "tiles": tiles, "range": range})).await;
    let link = made(&house, "dashboards/1/share", Value::Null).await;
    let token = link["token"].as_str().unwrap();
    let shared = call(&house, "", "GET", &format!("shared/{token}"), Value::Null).await;
    assert_eq!(shared.status, 200, "{}", shared.text());
    assert_eq!(shared.header("cache-control"), Some("no-store"));
    assert_eq!(shared.header("x-robots-tag"), Some("noindex"));
    for hidden in ["secret", "default", "owner", "user1", "may_edit"] {
        assert!(!shared.text().contains(hidden), "{hidden}: {}", shared.text());
    }
    assert_eq!(shared.json()["tiles"][1]["title"], json!("Mine"));
    let tile = async |n: &str| {
        call(&house, "", "POST", &format!("shared/{token}/tiles/{n}"), Value::Null).await
    };
    let answer = tile("0").await;
    assert_eq!((answer.status, &answer.json()["result"]["total"]), (200, &json!(2)));
    assert_eq!(answer.json()["question"]["range"], range);
    assert!(!tile("1").await.text().contains("secret"));
    assert_eq!(tile("2").await.status, 403, "lists of persons are not shown");
    for n in ["3", "x", "-1"] {
        assert_eq!(tile(n).await.status, 404, "{n}");
    }
    admin(&house, "DELETE", "questions/1", Value::Null).await;
    assert_eq!(tile("0").await.status, 404);
    let now = admin(&house, "GET", "dashboards/1", Value::Null).await.json();
    assert_eq!(now["tiles"][0]["missing"], json!(true));
    let again = admin(&house, "PUT", "dashboards/1", now).await;
    assert_eq!(again.status, 200, "the tile may stay: {}", again.text());
    let shares = admin(&house, "GET", "dashboards/1/share", Value::Null).await;
    assert!(!shares.text().contains(token));
    let id = link["id"].as_str().unwrap();
    let end = admin(&house, "DELETE", &format!("dashboards/1/share/{id}"), Value::Null).await;
    assert_eq!((end.status, tile("1").await.status), (204, 404));
    let past = json!({"expires_at": "2020-01-01T00:00:00Z"});
    assert_eq!(admin(&house, "POST", "dashboards/1/share", past).await.status, 400);
    assert_eq!(call(&house, "", "GET", "shared/none", Value::Null).await.status, 404);
}

#[tokio::test]
async fn who_is_erased_is_in_no_cohort_any_more() {
    let house = House::new();
    events(&house, &["somebody@example", "u2"]).await;
    made(&house, "cohorts", json!({"name": "Beta", "ids": ["somebody@example", "u2"]})).await;
    let by_id = json!({"field": "user_id", "value": "somebody@example"});
    made(&house, "goals", json!({"name": "g", "filter": by_id})).await;
    let body = json!({"distinct_id": "somebody@example"});
    let taken = admin(&house, "POST", "privacy/erase", body).await;
    let path = format!("privacy/erasures/{}", taken.json()["id"]);
    for _ in 0..5_000 {
        if admin(&house, "GET", &path, Value::Null).await.json()["state"] == "done" {
            let ids = admin(&house, "GET", "cohorts/1/ids", Value::Null).await.json();
            assert_eq!(ids["ids"], json!(["u2"]));
            let goal = admin(&house, "GET", "goals/1", Value::Null).await;
            assert!(!goal.text().contains("somebody"), "{}", goal.text());
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    panic!("it is not done after 10 s");
}
