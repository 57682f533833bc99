//! Random funnels, paths, retention, lifecycle and stickiness.

use serde_json::{Value as Json, json};

use super::Random;

pub(super) fn funnel(random: &mut Random) -> Json {
    let count = if random.once(8) { random.rng.usize(2..=20) } else { random.rng.usize(2..=5) };
    let mut steps: Vec<Json> = (0..count).map(|_| random.selector(1)).collect();
    let order = random.pick(&["ordered", "ordered", "ordered", "strict", "unordered"]);
    let window = random.pick(&[60, 300, 1_800, 7_200, 86_400, 1_000_000]);
    let per = random.pick(&["person", "person", "session"]);
    let mut json = json!({"range": random.range(), "order": order, "per": per,
        "window_seconds": window});
    if order != "unordered" && random.once(3) {
        let all = random.rng.bool();
        for step in &mut steps[1..count - 1] {
            step["optional"] = json!(all || random.rng.bool());
        }
    }
    if order != "unordered" && random.once(3) {
        let exclusion = |random: &mut Random| {
            let mut json = random.selector(0);
            let from = random.rng.usize(1..count);
            json["from"] = json!(from);
            json["to"] = json!(random.rng.usize(from + 1..=count));
            json
        };
        json["exclusions"] = (0..random.rng.usize(1..4)).map(|_| exclusion(random)).collect();
    }
    if random.once(3) {
        json["breakdown"] = random.breakdown();
        json["breakdown_limit"] = json!(random.pick(&[1, 2, 25]));
        json["attribution"] = json!(random.pick(&["first_touch", "last_touch", "step"]));
        json["attribution_step"] = json!(random.rng.usize(1..=count));
    }
    if random.once(3) {
        json["trend"] = json!(random.pick(&["hour", "day", "week", "month"]));
    }
    json["steps"] = json!(steps);
    json
}

pub(super) fn paths(random: &mut Random) -> Json {
    let mut json = if random.rng.bool() { json!({}) } else { random.selector(1) };
    json["range"] = random.range();
    json["per"] = json!(random.pick(&["person", "session"]));
    json["depth"] = json!(random.pick(&[2, 3, 5, 10]));
    json["edges"] = json!(random.pick(&[1, 3, 10, 50]));
    json["by"] = random.name_of();
    let names = ["A", "A", "B", "page_view", "1", "true", "/a", "nowhere"];
    match random.rng.u8(..5) {
        0 => json["start"] = json!(random.pick(&names)),
        1 => json["end"] = json!(random.pick(&names)),
        _ => {}
    }
    json
}

/// A unit, how many periods of it to look at, and a range it may cut.
fn periods(random: &mut Random) -> (&'static str, i32, Json) {
    let unit = random.pick(&["hour", "day", "day", "day", "week", "week", "month"]);
    let periods = random.pick(&[1, 2, 3, 8, 8, 90]);
    match unit {
        "hour" => (unit, periods.min(5), random.range()),
        _ => (unit, periods, random.wide_range()),
    }
}

pub(super) fn cohort(random: &mut Random) -> Json {
    if random.rng.bool() {
        return json!({"cohort": random.definition(3), "range": random.range()});
    }
    let (unit, periods, range) = periods(random);
    json!({"period": unit, "periods": periods, "activity": random.selector(1), "range": range})
}

pub(super) fn retention(random: &mut Random) -> Json {
    let (unit, periods, range) = periods(random);
    let windows = if unit == "month" { "calendar" } else { "rolling" };
    let start = random.selector(1);
    let back = if random.once(3) { start.clone() } else { random.selector(1) };
    json!({"start": start, "return": back, "period": unit, "periods": periods, "range": range,
        "windows": random.pick(&["calendar", windows]),
        "type": random.pick(&["recurring", "first_time"])})
}

pub(super) fn experiment(random: &mut Random) -> Json {
    let goal = |random: &mut Random| {
        let mut json = random.selector(1);
        let measure = random.pick(&["conversion", "count", "sum", "mean"]);
        if ["sum", "mean"].contains(&measure) {
            let of = random.measured();
            json.as_object_mut().into_iter().for_each(|json| json.extend(each_of(&of)));
        }
        json["measure"] = json!(measure);
        json
    };
    let goals: Vec<Json> = (0..random.rng.usize(1..=4)).map(|_| goal(random)).collect();
    let variants = random.pick(&[&["a", "b"][..], &["a", "b", "c"], &["c"], &["b", "none"]]);
    let range = if random.once(3) { random.range() } else { random.wide_range() };
    json!({"range": range, "flag": random.pick(&["f", "f", "f", "g", "h"]), "variants": variants,
        "goals": goals})
}

fn each_of(json: &Json) -> Vec<(String, Json)> {
    let fields = json.as_object().into_iter().flatten();
    fields.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Lifecycle and stickiness.
pub(super) fn by_period(random: &mut Random) -> Json {
    let mut json = random.selector(1);
    let (unit, _, range) = periods(random);
    json["interval"] = json!(unit);
    json["range"] = range;
    json
}
