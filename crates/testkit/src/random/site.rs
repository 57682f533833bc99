//! Random questions about a site.

use serde_json::{Value as Json, json};

use super::Random;

/// An interval, or none.
fn interval(random: &mut Random, json: &mut Json) {
    let unit = random.pick(&["", "hour", "day", "week"]);
    if !unit.is_empty() {
        json["interval"] = json!(unit);
    }
}

pub(super) fn sessions(random: &mut Random) -> Json {
    let mut json = random.selector(1);
    json["range"] = random.range();
    json["list"] = json!(random.pick(&[0, 1, 2, 5, 1000]));
    interval(random, &mut json);
    json
}

pub(super) fn revenue(random: &mut Random) -> Json {
    let mut json = if random.rng.bool() { json!({}) } else { random.selector(1) };
    json["range"] = random.range();
    interval(random, &mut json);
    json
}

/// A filter now and then.
fn filtered(random: &mut Random) -> Json {
    let mut json = json!({"range": random.range()});
    if random.once(3) {
        json["filter"] = random.filter(1);
    }
    json
}

pub(super) fn web(random: &mut Random) -> Json {
    let mut json = filtered(random);
    if random.rng.bool() {
        json["compare"] = json!("previous");
    }
    json["limit"] = json!(random.pick(&[1, 2, 100]));
    json
}

/// Performance and errors.
pub(super) fn grouped(random: &mut Random) -> Json {
    let mut json = filtered(random);
    json["limit"] = json!(random.pick(&[1, 2, 1000]));
    json
}
