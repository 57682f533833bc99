use serde_json::json;

use super::*;
use crate::{Aggregation, Condition, Flag, Holdout, Operator, Payload, Rule, Subject, Turn, write};

fn problems(json: Json) -> Vec<String> {
    let problems = flag(&json).unwrap_err();
    problems.iter().map(|p| format!("{} {}: {}", p.code.as_str(), p.field, p.message)).collect()
}

#[track_caller]
fn refused(json: Json, expected: &[&str]) {
    assert_eq!(problems(json), expected);
}

#[test]
fn the_simple_form_is_read() {
    let read = flag(&json!({
        "key": "new_checkout_flow", "rollout_percentage": 30, "variants": [
            {"key": "control", "rollout_percentage": 50, "payload": {"color": "red"}},
            {"key": "test", "name": "New", "rollout_percentage": 50}],
    }))
    .unwrap();
    assert_eq!(read.groups[0].rollout_percentage, Some(30.0));
    assert_eq!(read.variants[1].name, "New");
    assert_eq!(read.payload(Some("control")), Some(&json!({"color": "red"})));
    assert_eq!(write::rollout_percentage(&read), Some(30.0));
    let variants = write::variants(&read);
    assert_eq!(variants[0]["payload"], json!({"color": "red"}));
    let all = flag(&json!({"key": "x", "payload": "on"})).unwrap();
    assert_eq!(all.payload(None), Some(&json!("on")));
    assert_eq!(write::rollout_percentage(&all), Some(100.0));
}

#[test]
fn a_flag_as_posthog_exports_it_is_read() {
    let read = flag(&json!({
        "id": 5, "team_id": 1, "key": "beta", "name": "Beta", "deleted": false, "active": true,
        "version": 3, "has_encrypted_payloads": false, "ensure_experience_continuity": null,
        "filters": {
            "groups": [{"properties": [{"key": "email", "type": "person", "value": "@x.com",
                "operator": "icontains"}, {"key": "id", "type": "cohort", "value": 3}],
                "rollout_percentage": null, "variant": null, "sort_key": "a"}],
            "multivariate": null, "payloads": {}, "super_groups": null,
        },
    }))
    .unwrap();
    assert_eq!((read.id, read.version, read.groups[0].rules.len()), (5, 3, 2));
    assert_eq!(read.groups[0].rules[1].operator, Operator::In);
}

#[test]
fn every_problem_is_told_with_its_path() {
    refused(
        json!({"key": "no spaces", "activ": true, "filters": {"groups": [
            {"rollout_percentage": 120, "variant": "c", "properties": [
                {"key": "plan", "operator": "regex", "value": "("}]},
            {"properties": [
                {"value": 1},
                {"key": "plan", "operator": "almost", "value": 1},
                {"key": "id", "type": "cohort", "operator": "exact", "value": 1},
                {"key": "other", "type": "flag", "value": 1},
                {"key": "a", "type": "element"}]}]}}),
        &[
            "invalid_value key: key has ' ', it must be of letters, digits and - _ . : /",
            "invalid_value filters.groups[0].properties[0].value: value of regex must be a regex \
             without look-around and back-references, it has a fault: unclosed group",
            "invalid_value filters.groups[0].rollout_percentage: rollout_percentage is 120, it \
             must be 0 to 100",
            "missing_field filters.groups[1].properties[0].key: key is required",
            &almost(),
            "invalid_value filters.groups[1].properties[2].operator: operator is \"exact\", it \
             must be one of in, not_in",
            "invalid_value filters.groups[1].properties[3].value: value of flag_evaluates_to must \
             be true, false or the key of a variant",
            "invalid_value filters.groups[1].properties[4].type: type is \"element\", it must be \
             one of person, group, cohort, flag",
            "invalid_value filters.groups[0].variant: variant is \"c\", it must be one of none, \
             there are none",
            &unknown(),
        ],
    );
}

fn almost() -> String {
    let words: Vec<&str> = Operator::ALL.iter().map(|operator| operator.as_str()).collect();
    let words = words[..words.len() - 3].join(", ");
    let field = "filters.groups[1].properties[1].operator";
    format!("invalid_value {field}: operator is \"almost\", it must be one of {words}")
}

fn unknown() -> String {
    let known = "key, filters, variants, payload, rollout_percentage, archived, deleted, \
                 early_exit, ensure_experience_continuity, id, name, description, active, version, \
                 bucketing_identifier, schedule";
    let known = format!("{known}, {}", IGNORED.join(", "));
    format!("invalid_value activ: activ is not a field here, known are {known}")
}

#[test]
fn variants_must_fit_together() {
    refused(
        json!({"key": "x", "variants": [
            {"key": "a", "rollout_percentage": 50}, {"key": "a", "rollout_percentage": 49}],
            "filters": {"payloads": {"b": 1}}}),
        &[
            "invalid_value variants[1].key: key \"a\" is there twice",
            "invalid_value variants: the percentages of variants sum to 99, it must be 100",
            "invalid_value filters.payloads.b: payload of \"b\", it must be of true or one of a, a",
        ],
    );
    refused(
        json!({"key": "x", "filters": {"multivariate": {"variants": [
            {"rollout_percentage": -1}, {"key": "b", "name": 5}]}}}),
        &[
            "missing_field filters.multivariate.variants[0].key: key is required",
            "invalid_value filters.multivariate.variants[0].rollout_percentage: \
             rollout_percentage is -1, it must be 0 to 100",
            "invalid_type filters.multivariate.variants[1].name: name must be a string",
            "missing_field filters.multivariate.variants[1].rollout_percentage: \
             rollout_percentage is required",
        ],
    );
    let thirds = ["a", "b", "c"].into_iter().zip([33.33, 33.33, 33.34]);
    let thirds: Vec<Json> =
        thirds.map(|(key, p)| json!({"key": key, "rollout_percentage": p})).collect();
    assert!(flag(&json!({"key": "x", "variants": thirds})).is_ok());
}

#[test]
fn everything_has_a_bound() {
    let first = |json: Json| problems(json).remove(0);
    let many = vec![json!({}); GROUPS_MAX + 1];
    let told = first(json!({"key": "x", "filters": {"groups": many}}));
    assert_eq!(told, "invalid_value filters.groups: groups has 101 items, the limit is 100");
    let told = first(json!({"key": "k".repeat(401)}));
    assert_eq!(told, "too_long key: key has 401 characters, the limit is 400");
    let told = first(json!({"key": "x", "payload": "p".repeat(PAYLOAD_BYTES_MAX)}));
    let expected = "payload has 32770 bytes, the limit is 32768";
    assert_eq!(told, format!("invalid_value filters.payloads.true: {expected}"));
    assert_eq!(first(json!([])), "invalid_type : a flag must be an object");
    assert_eq!(first(json!({})), "missing_field key: key is required");
}

#[test]
fn schedules_are_sorted_and_have_one_turn_at_a_time() {
    let turn = |at: Json, active: bool| json!({"at": at, "active": active});
    let read = flag(&json!({"key": "x", "schedule": [
        turn(json!("2026-12-01"), false), turn(json!("2026-11-01T00:00:00Z"), true)]}));
    let turns: Vec<bool> = read.unwrap().schedule.iter().map(|turn| turn.active).collect();
    assert_eq!(turns, [true, false]);
    refused(
        json!({"key": "x", "schedule": [turn(json!("soon"), true), {}]}),
        &[
            "invalid_value schedule[0].at: at is not a time: use RFC 3339, a date, or seconds or \
             milliseconds since 1970",
            "missing_field schedule[1].at: at is required",
            "missing_field schedule[1].active: active is required",
        ],
    );
    let twice = json!({"key": "x", "schedule": [
        turn(json!("2026-12-01"), false), turn(json!("2026-12-01"), true)]});
    assert_eq!(flag(&twice).unwrap_err()[0].field, "schedule");
}

#[test]
fn the_example_of_the_docs_is_read() {
    let docs = include_str!("../../../../docs/flags.md");
    let (_, example) = docs.split_once("```json").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let read = flag(&serde_json::from_str(example).unwrap()).unwrap();
    assert_eq!((read.groups.len(), read.variants.len(), read.schedule.len()), (2, 2, 1));
}

struct Random(fastrand::Rng);

impl Random {
    fn one<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.0.usize(..items.len())].clone()
    }

    fn list<T>(&mut self, most: usize, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.0.usize(..=most)).map(|_| one(self)).collect()
    }

    fn maybe<T>(&mut self, one: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.0.bool().then(|| one(self))
    }

    fn percentage(&mut self) -> f64 {
        self.one(&[0.0, 12.5, 33.33, 50.0, 100.0])
    }

    fn rule(&mut self) -> Rule {
        let subject = self.one(&[
            Subject::Person("plan".into()),
            Subject::Group("size".into(), None),
            Subject::Group("size".into(), Some(1)),
            Subject::Cohort,
            Subject::Flag("other".into()),
        ]);
        let operator = self.one(Operator::of(&subject));
        let value = match operator {
            Operator::IsSet | Operator::IsNotSet => Json::Null,
            Operator::Between | Operator::NotBetween => json!([1, 2.5]),
            Operator::SemverWildcard => json!("1.*"),
            Operator::Exact | Operator::IsNot => self.one(&[json!(["a", 1, true]), json!("a")]),
            operator if operator.as_str().contains("date") => json!("-7d"),
            operator if operator.as_str().starts_with("semver") => json!("1.2.3"),
            _ => self.one(&[json!("1"), json!(7)]),
        };
        let value = match operator {
            Operator::Regex | Operator::NotRegex | Operator::FlagEvaluatesTo => json!("a"),
            _ => value,
        };
        Rule { subject, operator, value, negation: self.0.bool() }
    }

    fn condition(&mut self, variants: &[Variant]) -> Condition {
        let keys: Vec<String> = variants.iter().map(|variant| variant.key.clone()).collect();
        Condition {
            rules: self.list(3, Self::rule),
            rollout_percentage: self.maybe(Self::percentage),
            variant: if keys.is_empty() { None } else { self.maybe(|r| r.one(&keys)) },
            aggregation: self.one(&[
                Aggregation::Inherited,
                Aggregation::Person,
                Aggregation::Group(4),
            ]),
        }
    }

    fn flag(&mut self) -> Flag {
        let shares = self.one(&[vec![], vec![100.0], vec![12.5, 87.5], vec![33.33, 33.33, 33.34]]);
        let variant = |(index, share): (usize, &f64)| Variant {
            key: format!("v{index}"),
            name: format!("Variant {index}"),
            rollout_percentage: *share,
        };
        let variants: Vec<Variant> = shares.iter().enumerate().map(variant).collect();
        let payload = |key: &str| Payload { variant: key.to_owned(), value: json!({"for": key}) };
        let mut payloads = self.maybe(|_| payload("true")).into_iter().collect::<Vec<_>>();
        payloads.extend(variants.iter().map(|variant| payload(&variant.key)));
        let mut at = 0;
        Flag {
            id: self.0.u64(..),
            name: self.one(&["", "Ein Name"]).to_owned(),
            active: self.0.bool(),
            archived: self.0.bool(),
            version: self.0.u64(1..9),
            groups: self.list(3, |random| random.condition(&variants)),
            super_groups: self.list(1, |random| random.condition(&variants)),
            holdout: self.maybe(|r| Holdout { id: 3, exclusion_percentage: r.percentage() }),
            payloads,
            aggregation: self.maybe(|random| random.0.u8(0..5)),
            early_exit: self.0.bool(),
            bucketing: self.one(&[Bucketing::DistinctId, Bucketing::DeviceId]),
            ensure_experience_continuity: self.0.bool(),
            schedule: self.list(3, |random| {
                at += random.0.i64(1..1_000_000_000_000);
                Turn { at: Timestamp(at), active: random.0.bool() }
            }),
            variants,
            ..Flag::new("some-key")
        }
    }
}

#[test]
fn what_is_written_reads_back_the_same() {
    for seed in 0..300 {
        let before = Random(fastrand::Rng::with_seed(seed)).flag();
        let written = write::flag(&before);
        match flag(&written) {
            Ok(after) => assert_eq!(after, before, "seed {seed}: {written:#}"),
            Err(problems) => panic!("seed {seed}: {problems:#?} in {written:#}"),
        }
    }
}
