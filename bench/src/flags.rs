//! `bench flags`: evaluations per second on one core, over flags of every kind.
//!
//! The library is called in this process. Every person is asked all flags at once, as a client
//! does when it starts; an evaluation is one flag answered for one person.

use std::time::{Duration, Instant};

use anyhow::{anyhow, ensure};
use event::Timestamp;
use flag::{Context, Flag, Group, Set, read};
use serde_json::{Map, Value as Json, json};

use crate::table::{median, table};

/// How long to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Seconds of one run.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Runs, of which the median counts.
    #[arg(long, default_value_t = 5)]
    runs: usize,
}

/// Flags of every kind.
const FLAGS: usize = 30;
/// People that are asked in turn.
const PEOPLE: usize = 1_000;

/// Runs it and prints the table.
pub(crate) fn run(options: &Options) -> anyhow::Result<String> {
    ensure!(options.seconds > 0.0 && options.runs > 0, "seconds and runs must be above 0");
    let set = Set::new(flags()?, vec!["company".to_owned()]);
    let people: Vec<Map<String, Json>> = (0..PEOPLE).map(person).collect();
    let mut rates = Vec::new();
    let (mut enabled, mut asked) = (0, 0);
    for _ in 0..options.runs {
        let (begin, mut evaluations) = (Instant::now(), 0_usize);
        while begin.elapsed() < Duration::from_secs_f64(options.seconds) {
            for (number, properties) in people.iter().enumerate() {
                let answers = ask(&set, number, properties);
                evaluations += answers.0;
                enabled += answers.1;
            }
        }
        asked += evaluations;
        rates.push(evaluations as f64 / begin.elapsed().as_secs_f64());
    }
    let rate = median(&mut rates);
    let head = ["flags", "people", "on", "evaluations/s", "people/s"].map(str::to_owned);
    let share = format!("{:.0} %", 100.0 * enabled as f64 / asked as f64);
    let people = format!("{:.0}", rate / FLAGS as f64);
    let row = [FLAGS.to_string(), PEOPLE.to_string(), share, format!("{rate:.0}"), people];
    Ok(table(&[head.to_vec(), row.to_vec()]))
}

/// How many flags were asked, and how many are on.
fn ask(set: &Set, number: usize, properties: &Map<String, Json>) -> (usize, usize) {
    let distinct_id = format!("user-{number}");
    let groups = [Group { kind: "company", key: "acme", properties }];
    let cohorts = |cohort: &str| Some(cohort.len() % 2 == number % 2);
    let answers = set.evaluate_all(&Context {
        distinct_id: &distinct_id,
        device_id: None,
        anon_distinct_id: None,
        hash_key_override: None,
        person_properties: properties,
        groups: &groups,
        cohorts: &cohorts,
        now: Timestamp(1_790_000_000_000),
    });
    (answers.len(), answers.iter().filter(|answer| answer.enabled).count())
}

fn person(number: usize) -> Map<String, Json> {
    let plan = ["free", "pro", "team"][number % 3];
    let properties = json!({
        "plan": plan,
        "email": format!("user-{number}@example.com"),
        "age": 18 + number % 60,
        "signed_up": "2026-03-01T10:00:00Z",
        "$app_version": format!("2.{}.0", number % 20),
        "country": "DE",
    });
    properties.as_object().cloned().unwrap_or_default()
}

/// The kinds in turn: plain, percentage, variants, and every family of rules.
fn flags() -> anyhow::Result<Vec<Flag>> {
    let rule = |key: &str, operator: &str, value: Json| {
        json!({"groups": [{"rollout_percentage": 80,
            "properties": [{"key": key, "operator": operator, "value": value}]}]})
    };
    let of = |kind: &str, value: Json| json!({"groups": [{"properties": [{"key": "flag-0", "type": kind, "value": value}]}]});
    let kinds = [
        json!({}),
        json!({"groups": [{"rollout_percentage": 50}]}),
        json!({"multivariate": {"variants": [{"key": "a", "rollout_percentage": 50},
            {"key": "b", "rollout_percentage": 50}]}, "payloads": {"a": {"color": "red"}}}),
        rule("plan", "exact", json!(["pro", "team"])),
        rule("email", "icontains", json!("@Example")),
        rule("email", "regex", json!("^user-[0-9]+@")),
        rule("age", "gte", json!(30)),
        rule("signed_up", "is_date_after", json!("-90d")),
        rule("$app_version", "semver_gte", json!("2.5")),
        rule("country", "is_not", json!("US")),
        of("cohort", json!(7)),
        of("flag", json!(true)),
        json!({"aggregation_group_type_index": 0, "groups": [{"rollout_percentage": 50}]}),
        json!({"holdout": {"id": 1, "exclusion_percentage": 10}}),
        json!({"groups": [{"properties": [{"key": "plan", "value": "pro"},
            {"key": "country", "value": "DE"}, {"key": "age", "operator": "lt", "value": 60}]},
            {"rollout_percentage": 5}]}),
    ];
    let flags = kinds.iter().cycle().take(FLAGS).enumerate();
    let read = flags.map(|(number, filters)| {
        read::flag(&json!({"key": format!("flag-{number}"), "filters": filters}))
            .map_err(|problems| anyhow!("flag {number}: {problems:?}"))
    });
    read.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_every_kind_are_asked() {
        let table = run(&Options { seconds: 0.01, runs: 1 }).unwrap();
        assert!(table.contains("evaluations/s"), "{table}");
    }
}
