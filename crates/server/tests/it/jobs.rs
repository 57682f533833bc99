//! Jobs over HTTP.

use axum::{body::Body, http::Request};
use catalog::{Actor, Finished, JobKey, NewKey, Scopes};
use event::{TenantId, Timestamp};
use serde_json::{Value, json};

use crate::house::{Answer, House, NOW};

async fn ask(house: &House, key: &str, method: &str, path: &str) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("authorization", format!("Bearer {key}"));
    house.send(request.body(Body::empty()).unwrap()).await
}

fn job(name: &str, tenant: Option<&str>) -> JobKey {
    JobKey { name: name.into(), tenant: tenant.map(|id| TenantId::new(id).unwrap()) }
}

fn names(listed: &Value) -> Vec<(Value, Value)> {
    let jobs = listed["jobs"].as_array().unwrap();
    jobs.iter().map(|job| (job["name"].clone(), job["tenant"].clone())).collect()
}

#[tokio::test]
async fn a_job_is_listed_run_and_not_run_twice_at_once() {
    let house = House::new();
    let (catalog, key) = (&house.parts.catalog, house.keys.secret_key.as_str());
    let sweep = job("sweep", None);
    catalog.plan_job(&sweep, Timestamp(NOW.0 + 60_000)).unwrap();
    let list = "/api/v1/admin/jobs";
    let listed = ask(&house, key, "GET", list).await;
    assert_eq!(listed.status, 200);
    let shown = json!({
        "name": "sweep", "folder": null, "about": "Sweeps", "timetable": "hourly", "tenant": null,
        "running": false, "last_started_at": null, "last_finished_at": null,
        "last_duration_ms": null, "last_result": null, "last_error": null,
        "next_at": "2026-10-15T12:01:00.000Z",
    });
    assert_eq!(listed.json()["jobs"], json!([shown]));

    let run = "/api/v1/admin/jobs/sweep/run";
    let answer = ask(&house, key, "POST", run).await;
    assert_eq!((answer.status, &answer.json()["status"]), (202, &json!("due")));
    let until = Timestamp(NOW.0 + 1_000);
    let lease = catalog.take_job(&sweep, "me", NOW, until).unwrap().expect("it is due");
    let answer = ask(&house, key, "POST", run).await;
    assert_eq!((answer.status, &answer.json()["code"]), (409, &json!("conflict")));
    assert_eq!(ask(&house, key, "GET", list).await.json()["jobs"][0]["running"], true);

    let (at, failed) = (Timestamp(NOW.0 + 250), Err("no broom".into()));
    let how = Finished { at, next_at: until, owed_from: None, result: failed };
    assert!(catalog.finish_job(&lease, &how).unwrap());
    let listed = ask(&house, key, "GET", list).await.json();
    let told = &listed["jobs"][0];
    assert_eq!((&told["last_error"], &told["last_duration_ms"]), (&json!("no broom"), &json!(250)));
    let trail = catalog.audit_list(&TenantId::default_tenant(), None, 1).unwrap();
    assert_eq!((trail[0].action.as_str(), trail[0].subject.as_str()), ("job.run", "sweep"));
}

#[tokio::test]
async fn a_tenant_has_its_own_jobs_and_only_admins_see_them() {
    let house = House::new();
    let catalog = &house.parts.catalog;
    let acme = TenantId::new("acme").unwrap();
    catalog.new_tenant(&acme, "Acme", "UTC", &Actor::Cli).unwrap();
    let all = NewKey::secret(&acme, Scopes::all(), "theirs");
    let theirs = catalog.new_key(all, &Actor::Cli).unwrap();
    for key in [job("sweep", None), job("wipe", Some("acme")), job("wipe", Some("default"))] {
        catalog.plan_job(&key, Timestamp(NOW.0 + 60_000)).unwrap();
    }
    let list = "/api/v1/admin/jobs";
    let ours = house.keys.secret_key.as_str();
    let listed = ask(&house, ours, "GET", list).await.json();
    let wipe = json!("wipe");
    assert_eq!(names(&listed), [(json!("sweep"), Value::Null), (wipe.clone(), json!("default"))]);
    let listed = ask(&house, &theirs, "GET", list).await.json();
    assert_eq!(names(&listed), [(wipe, json!("acme"))]);
    let run = |name: &str| format!("/api/v1/admin/jobs/{name}/run");
    assert_eq!(ask(&house, &theirs, "POST", &run("sweep")).await.status, 404);
    assert_eq!(ask(&house, &theirs, "POST", &run("wipe")).await.status, 202);
    let due = catalog.jobs().unwrap().into_iter().filter(|row| row.next_at <= NOW);
    assert_eq!(due.map(|row| row.key).collect::<Vec<_>>(), [job("wipe", Some("acme"))]);
    for (method, path) in [("GET", list), ("POST", &run("wipe"))] {
        let write = ask(&house, &house.keys.write_key, method, path).await;
        assert_eq!(write.status, 403);
    }
}
