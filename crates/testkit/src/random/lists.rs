//! Random questions that count or list.

use serde_json::{Value as Json, json};

use super::{Random, facts::IDS};

/// A selector, which may be nested deeper than those inside other questions.
fn selected(random: &mut Random) -> Json {
    let mut json = random.selector(2);
    json["range"] = random.wide_range();
    json
}

pub(super) fn counts(random: &mut Random) -> Json {
    selected(random)
}

pub(super) fn events(random: &mut Random) -> Json {
    let mut json = selected(random);
    json["limit"] = json!(random.pick(&[1, 3, 20, 1_000]));
    json["order"] = json!(random.pick(&["newest", "oldest"]));
    json
}

pub(super) fn persons(random: &mut Random) -> Json {
    let mut json = selected(random);
    json["limit"] = json!(random.pick(&[1, 3, 20, 1_000]));
    json
}

pub(super) fn person(random: &mut Random) -> Json {
    let others = ["nobody", "", "d1", "person 3", "person 12"];
    let id = if random.once(5) { random.pick(&others) } else { random.pick(IDS) };
    json!({"id": id, "range": random.wide_range(), "limit": random.pick(&[1, 3, 20, 1_000])})
}

pub(super) fn taxonomy(random: &mut Random) -> Json {
    let mut json = json!({"limit": random.pick(&[1, 5, 1_000])});
    if random.rng.bool() {
        json["event"] = json!(random.pick(&["A", "purchase", "$identify", "type 3", "no"]));
    }
    json
}

fn series(random: &mut Random, at: usize) -> Json {
    let mut json = random.selector(1);
    let measures = [
        "total",
        "total",
        "unique_persons",
        "unique_persons",
        "unique_persons",
        "per_person",
        "sessions",
        "sum",
        "avg",
        "min",
        "max",
        "median",
        "p90",
        "p95",
        "p99",
    ];
    let measure = random.pick(&measures);
    json["measure"] = json!(measure);
    json["name"] = json!(format!("line {at}"));
    if !["total", "unique_persons", "per_person", "sessions"].contains(&measure) {
        let of = random.measured();
        let of = of.as_object().into_iter().flatten();
        of.for_each(|(name, value)| json[name] = value.clone());
    }
    json
}

pub(super) fn trend(random: &mut Random) -> Json {
    let lines = random.pick(&[1, 1, 2, 3, 3, 12]);
    let unit = random.pick(&["hour", "day", "day", "week", "month"]);
    let range = if unit == "hour" { random.range() } else { random.wide_range() };
    let mut json = json!({
        "range": range,
        "interval": unit,
        "series": (0..lines).map(|at| series(random, at)).collect::<Json>(),
    });
    if random.once(3) {
        let formulas: &[&str] = match lines {
            1 => &["A*2", "1/A"],
            2 => &["A/B*100", "A-B"],
            _ => &["A/B-C", "(A+B)/C"],
        };
        json["formula"] = json!(random.pick(formulas));
    }
    if random.rng.bool() {
        json["breakdown"] = random.breakdown();
        json["breakdown_limit"] = json!(random.pick(&[1, 2, 3, 25]));
    }
    if random.once(3) {
        json["compare"] = json!("previous");
    }
    match random.rng.u8(..4) {
        0 => json["cumulative"] = json!(true),
        1 => json["moving_average"] = json!(random.rng.u8(2..5)),
        _ => {}
    }
    json
}
