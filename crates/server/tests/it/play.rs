//! Four weeks of an app, played through the routes of mobile analytics and of the analytics service
//! with a clock that goes on: sessions, flags, purchases in two currencies, people who log in,
//! events that come late or twice, the change of clocks in Berlin, and retention that removes the
//! first week. At the end every report must equal what the oracle says of what was sent, or a plain
//! count of it.

mod reports;
mod script;
mod sent;
mod world;

use axum::{body::Body, http::Request};
use event::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::house::House;
use script::Play;
use world::World;

const ZONE: &str = "Europe/Berlin";
/// Days of which events are kept.
const KEPT: i64 = 21;

async fn admin(house: &House, method: &str, path: &str, body: serde_json::Value) {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("authorization", format!("Bearer {}", house.keys.secret_key));
    let request = request.header("content-type", "application/json");
    let answer = house.send(request.body(Body::from(body.to_string())).unwrap()).await;
    assert!(answer.status < 300, "{path}: {}", answer.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_weeks_of_an_app_are_reported_as_they_were() {
    let seed = std::env::var("PLAY_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| fastrand::u64(..));
    println!("seed {seed}, again with PLAY_SEED={seed}");
    let house = House::since(Timestamp::parse("2026-10-01T00:00:00Z").unwrap());
    let settings = json!({"time_zone": ZONE, "retention": {"raw_days": KEPT}});
    admin(&house, "PATCH", "/api/v1/settings", settings).await;
    let flag = json!({
        "key": "new_checkout_flow", "name": "New checkout", "active": true, "rollout_percentage": 50,
    });
    admin(&house, "POST", "/api/v1/analytics/admin/feature-flags/", flag).await;

    let mut play = Play::new(&house, TimeZone::get(ZONE).unwrap(), seed);
    play.run().await;
    let books = house.settled().await;
    let sent = play.sent.events.len() as u64;
    assert_eq!((books.stored, books.duplicate, books.rejected), (sent, play.repeated, 0));
    let on = play.answers.values().filter(|is_on| **is_on).count();
    let share = on as f64 / play.answers.len() as f64;
    assert!((0.25..0.75).contains(&share), "{on} of {}", play.answers.len());

    let world = World::new(&play, house.now(), KEPT);
    assert!(world.removed > 0, "the first days are gone");
    let pipeline = house.parts.pipeline.clone();
    tokio::task::spawn_blocking(move || pipeline.store().flush().unwrap()).await.unwrap();
    let tenant = event::TenantId::default_tenant();
    house.parts.pipeline.expire(&tenant, house.now(), &store::Cancel::new()).unwrap();
    assert_eq!(house.settled().await.removed, world.removed, "what is too old is gone, only that");
    reports::mobile(&house, &world).await;
    reports::service(&house, &world).await;
}
