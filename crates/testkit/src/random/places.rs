//! Numbers of an answer, whose persons may be asked for.

use insight::{Answer, Question, write};
use serde_json::{Value as Json, json};

use super::{Random, each};

/// Questions for the persons behind some numbers of an answer, and behind some that it does not
/// have. `json` is the question as it was asked.
pub fn places(
    random: &mut Random,
    json: &Json,
    question: &Question,
    answer: &Answer,
    most: usize,
) -> Vec<Json> {
    let result = write::answer(answer, question);
    let mut all = coordinates(random, question, &result);
    random.rng.shuffle(&mut all);
    all.truncate(most);
    let asked = |at| {
        let mut asked = json!({"kind": "people_of", "question": json, "at": at});
        asked["limit"] = json!(random.pick(&[1, 2, 3, 100]));
        if random.once(3) {
            asked["cursor"] = json!(random.pick(&["a3", "u1", "", "zz"]));
        }
        asked
    };
    all.into_iter().map(asked).collect()
}

fn coordinates(random: &mut Random, question: &Question, result: &Json) -> Vec<Json> {
    let whole = match question {
        Question::Retention(_) | Question::Stickiness(_) | Question::Events(_) => random.once(10),
        Question::Person(_) | Question::Taxonomy(_) => random.once(10),
        _ => true,
    };
    let mut at = if whole { vec![json!({})] } else { Vec::new() };
    let mut add = |json: Json| at.push(json);
    match question {
        Question::Counts(_) | Question::Taxonomy(_) => {
            let name = |line: &Json| match line["event_type"].is_null() {
                true => line["name"].clone(),
                false => line["event_type"].clone(),
            };
            each(&result["events"]).iter().for_each(|l| add(json!({"event_type": name(l)})));
            add(json!({"event_type": "no"}));
        }
        Question::Trend(q) => trend(random, q.breakdown.is_some(), q.series.len(), result, &mut at),
        Question::Funnel(q) => funnel(random, q.steps.len(), result, &mut at),
        Question::Retention(_) | Question::Cohort(_) => cells(random, result, &mut at),
        Question::Stickiness(_) => {
            let met = each(&result["data"]).iter().filter(|line| line["persons"] != 0);
            met.for_each(|line| add(json!({"periods": line["periods"]})));
            add(json!({"periods": 9_999}));
        }
        Question::Lifecycle(_) => {
            for point in each(&result["data"]) {
                for state in ["new", "returning", "resurrecting", "dormant"] {
                    if point[state] != 0 || random.once(20) {
                        add(json!({"t": point["t"], "state": state}));
                    }
                }
            }
            add(json!({"t": "2026-01-01T00:00:01Z", "state": "new"}));
        }
        Question::Paths(_) => {
            for node in each(&result["nodes"]) {
                add(json!({"depth": node["depth"], "name": node["name"]}));
            }
            for edge in each(&result["edges"]) {
                let (from, to) = (&edge["from"], &edge["to"]);
                add(json!({"depth": from["depth"], "from": from["name"], "to": to["name"]}));
            }
            add(json!({"depth": 9, "from": "A", "to": "nowhere"}));
        }
        Question::Sessions(_) => add(json!({"bounced": true})),
        Question::Web(_) => add(json!({"live": true})),
        Question::Experiment(q) => {
            for variant in q.variants.iter().map(String::as_str).chain(["nobody"]) {
                add(json!({"variant": variant}));
                add(json!({"variant": variant, "goal": 0}));
            }
            add(json!({"goal": q.goals.len() - 1}));
        }
        Question::Errors(_) => {
            let groups = each(&result["groups"]).iter();
            groups.for_each(|g| add(json!({"fingerprint": g["fingerprint"]})));
        }
        Question::Revenue(_) => {
            for currency in ["EUR", "USD", "", "XXX"] {
                add(json!({"currency": currency}));
            }
            add(json!({"no_currency": true}));
        }
        _ => {}
    }
    at
}

fn trend(random: &mut Random, broken: bool, series: usize, result: &Json, at: &mut Vec<Json>) {
    for (line, answer) in each(&result["series"]).iter().enumerate() {
        // A formula has one line of all series; broken down there are lines per value.
        let own = if broken { random.rng.usize(..series) } else { line };
        let mut json = json!({"series": own.min(series - 1)});
        if !answer["breakdown"].is_null() && !random.once(10) {
            json["breakdown"] = answer["breakdown"].clone();
        }
        at.push(json.clone());
        let before = answer["previous"].is_object() && random.rng.bool();
        let data = if before { &answer["previous"]["data"] } else { &answer["data"] };
        json["previous"] = json!(before);
        if !each(data).is_empty() {
            json["t"] = random.pick(each(data))["t"].clone();
            at.push(json);
        }
    }
    if random.once(5) {
        at.push(json!({"series": 0, "t": "2026-01-01T00:00:01Z"}));
        at.push(json!({"series": 0, "breakdown": [{"kind": "other"}]}));
    }
}

fn funnel(random: &mut Random, steps: usize, result: &Json, at: &mut Vec<Json>) {
    let values = each(&result["breakdown"]).iter().map(|line| line["value"].clone());
    let values: Vec<Json> = values.chain([Json::Null, Json::Null]).collect();
    let starts = each(&result["trend"]).iter().map(|point| point["t"].clone());
    let starts: Vec<Json> = starts.chain([Json::Null, Json::Null]).collect();
    for step in 1..=steps {
        let mut json = json!({"step": step, "dropped": random.rng.bool()});
        let (value, start) = (random.pick(&values), random.pick(&starts));
        if !value.is_null() {
            json["breakdown"] = value;
        }
        if !start.is_null() {
            json["t"] = start;
        }
        at.push(json);
    }
}

fn cells(random: &mut Random, result: &Json, at: &mut Vec<Json>) {
    for row in each(&result["cohorts"]) {
        let start = if row["start"].is_null() { &row["cohort"] } else { &row["start"] };
        let cells = each(&row["values"]).iter().chain(each(&row["activity"]));
        let some = cells.filter(|cell| cell["count"] != 0 && cell["persons"] != 0);
        at.extend(some.map(|cell| json!({"cohort": start, "period": cell["period"]})));
        if random.once(20) {
            at.push(json!({"cohort": start, "period": random.rng.u8(..91)}));
        }
    }
    at.push(json!({"cohort": "2026-01-01T00:00:00Z", "period": 1}));
}
