//! A random question of each kind.

use serde_json::{Value as Json, json};

use super::{Random, flow, lists, site};

/// A question of a kind, with any of its options. `people_of` is made of another question and its
/// answer: see [`super::places`].
///
/// # Panics
/// When there is no such kind.
pub fn question(random: &mut Random, kind: &str) -> Json {
    let mut json = match kind {
        "events" => lists::events(random),
        "counts" => lists::counts(random),
        "trend" => lists::trend(random),
        "funnel" => flow::funnel(random),
        "retention" => flow::retention(random),
        "cohort" => flow::cohort(random),
        "paths" => flow::paths(random),
        "stickiness" | "lifecycle" => flow::by_period(random),
        "experiment" => flow::experiment(random),
        "sessions" => site::sessions(random),
        "web" => site::web(random),
        "performance" | "errors" => site::grouped(random),
        "revenue" => site::revenue(random),
        "persons" => lists::persons(random),
        "person" => lists::person(random),
        "taxonomy" => lists::taxonomy(random),
        other => panic!("no kind {other}"),
    };
    json["kind"] = json!(kind);
    if random.once(3) {
        let zones = ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"];
        json["tz"] = json!(random.pick(&zones));
        json["week_start"] = json!(random.pick(&["monday", "sunday", "saturday"]));
    }
    json
}
