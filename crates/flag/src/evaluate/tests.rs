use serde_json::json;

use super::*;
use crate::read;

/// Asks sets about a person.
struct Person {
    distinct_id: String,
    anon: Option<&'static str>,
    kept: Option<&'static str>,
    device: Option<&'static str>,
    properties: Json,
}

fn person(distinct_id: &str) -> Person {
    let distinct_id = distinct_id.to_owned();
    Person { distinct_id, anon: None, kept: None, device: None, properties: json!({}) }
}

fn with(properties: Json) -> Person {
    Person { properties, ..person("user123") }
}

fn set(flags: &[Json]) -> Set {
    let flags = flags.iter().map(|flag| read::flag(flag).unwrap()).collect();
    Set::new(flags, vec!["company".to_owned()])
}

fn flag(filters: Json) -> Set {
    set(&[json!({"key": "beta-feature", "filters": filters})])
}

fn told(answer: &Answer<'_>) -> String {
    let Reason { code, condition_index } = answer.reason;
    let index = condition_index.map(|index| format!(" {index}")).unwrap_or_default();
    let variant = answer.variant.map(|variant| format!(" {variant}")).unwrap_or_default();
    format!("{}{variant}: {}{index}", answer.enabled, code.as_str())
}

impl Person {
    fn context<T>(&self, ask: impl FnOnce(&Context<'_>) -> T) -> T {
        let company = json!({"plan": "pro"});
        let groups =
            [Group { kind: "company", key: "acme", properties: company.as_object().unwrap() }];
        let cohorts = |cohort: &str| match cohort {
            "7" => Some(true),
            "8" => Some(false),
            _ => None,
        };
        let is_member = self.properties.get("no_groups").is_none();
        ask(&Context {
            distinct_id: &self.distinct_id,
            device_id: self.device,
            anon_distinct_id: self.anon,
            hash_key_override: self.kept,
            person_properties: self.properties.as_object().unwrap(),
            groups: if is_member { &groups } else { &[] },
            cohorts: &cohorts,
            now: Timestamp::parse("2026-11-01").unwrap(),
        })
    }

    /// The answer of every flag; asking one by one must say the same.
    fn asks(&self, set: &Set) -> Vec<String> {
        self.context(|context| {
            let answers = set.evaluate_all(context);
            for answer in &answers {
                assert_eq!(set.evaluate(&answer.flag.key, context).as_ref(), Some(answer));
            }
            answers.iter().map(told).collect()
        })
    }
}

#[track_caller]
fn check(set: &Set, person: &Person, expected: &[&str]) {
    assert_eq!(person.asks(set), expected);
}

#[test]
fn percentages_include_their_bucket() {
    // beta-feature.user123 is 0.4110...
    let user = person("user123");
    let at = |percentage: f64| flag(json!({"groups": [{"rollout_percentage": percentage}]}));
    check(&at(100.0), &user, &["true: condition_match 0"]);
    check(&at(41.2), &user, &["true: condition_match 0"]);
    check(&at(41.1), &user, &["false: out_of_rollout_bound 0"]);
    check(&at(0.0), &user, &["false: out_of_rollout_bound 0"]);
    check(&flag(json!({"groups": []})), &user, &["false: no_condition_match"]);
    check(&flag(json!({})), &user, &["true: condition_match 0"]);
}

#[test]
fn the_first_condition_that_matches_decides() {
    let pro = json!([{"key": "plan", "value": "pro"}]);
    let set = flag(json!({
        "groups": [
            {"properties": pro, "rollout_percentage": 10},
            {"properties": [{"key": "age", "value": 18, "operator": "gte"}]},
            {"variant": "b", "rollout_percentage": 100, "properties": pro},
        ],
        "multivariate": {"variants": [
            {"key": "a", "rollout_percentage": 40}, {"key": "b", "rollout_percentage": 60}]},
        "payloads": {"a": 1, "b": {"c": 2}},
    }));
    check(&set, &with(json!({"plan": "pro"})), &["true b: condition_match 2"]);
    // beta-feature.user123variant is 0.4677...
    check(&set, &with(json!({"age": 18})), &["true b: condition_match 1"]);
    check(&set, &with(json!({"plan": "pro", "age": 20})), &["true b: condition_match 1"]);
    check(&set, &with(json!({"plan": "free"})), &["false: no_condition_match 2"]);
    with(json!({"age": 18})).context(|context| {
        let answer = set.evaluate("beta-feature", context).unwrap();
        assert_eq!(answer.payload, Some(&json!({"c": 2})));
        assert_eq!(answer.reason.description(), "Matched condition set 2");
    });
}

#[test]
fn early_exit_ends_the_search_outside_a_percentage() {
    let groups = json!([{"rollout_percentage": 10}, {"rollout_percentage": 100}]);
    let user = person("user123");
    check(&flag(json!({"groups": groups})), &user, &["true: condition_match 1"]);
    let early = flag(json!({"groups": groups, "early_exit": true}));
    check(&early, &user, &["false: out_of_rollout_bound 0"]);
}

#[test]
fn the_most_telling_reason_is_reported() {
    let set = flag(json!({"groups": [
        {"rollout_percentage": 10},
        {"properties": [{"key": "plan", "value": "pro"}]},
        {"aggregation_group_type_index": 3},
    ]}));
    check(&set, &person("user123"), &["false: out_of_rollout_bound 0"]);
    let set = flag(json!({"groups": [
        {"properties": [{"key": "plan", "value": "pro"}]}, {"aggregation_group_type_index": 3}]}));
    check(&set, &person("user123"), &["false: no_condition_match 0"]);
}

#[test]
fn variants_share_half_open_stretches() {
    // multivariate-flag.distinct_id_0variant is 0.61864...
    let of = |first: f64| {
        set(&[json!({"key": "multivariate-flag", "variants": [
            {"key": "first", "rollout_percentage": first},
            {"key": "second", "rollout_percentage": 100.0 - first}]})])
    };
    let user = person("distinct_id_0");
    check(&of(61.0), &user, &["true second: condition_match 0"]);
    check(&of(62.0), &user, &["true first: condition_match 0"]);
}

#[test]
fn groups_are_bucketed_in_place_of_people() {
    let rules = json!([{"key": "plan", "type": "group", "value": "pro", "group_type_index": 0}]);
    let filters = json!({"aggregation_group_type_index": 0, "groups": [{"properties": rules}]});
    let set = flag(filters);
    check(&set, &person("anyone"), &["true: condition_match 0"]);
    check(&set, &with(json!({"no_groups": true})), &["false: no_group_type 0"]);
    let of = |percentage: f64| {
        let groups = json!([{"rollout_percentage": percentage}]);
        flag(json!({"aggregation_group_type_index": 0, "groups": groups}))
    };
    let edge = bucket::rollout("beta-feature", "acme") * 100.0;
    check(&of(edge + 0.01), &person("a"), &["true: condition_match 0"]);
    check(&of(edge - 0.01), &person("b"), &["false: out_of_rollout_bound 0"]);
}

#[test]
fn cohorts_are_asked_of_the_caller() {
    let of = |value: Json, operator: &str| {
        let rule = json!({"key": "id", "type": "cohort", "value": value, "operator": operator});
        flag(json!({"groups": [{"properties": [rule]}]}))
    };
    let user = person("user123");
    check(&of(json!(7), "in"), &user, &["true: condition_match 0"]);
    check(&of(json!("8"), "in"), &user, &["false: no_condition_match 0"]);
    check(&of(json!(8), "not_in"), &user, &["true: condition_match 0"]);
    let unknown = of(json!(9), "not_in");
    check(&unknown, &user, &["false: no_condition_match 0"]);
    assert!(user.context(|context| unknown.evaluate_all(context)[0].failed));
}

fn on_flag(key: &str, other: &str, value: Json) -> Json {
    let rule = json!({"key": other, "type": "flag", "value": value});
    json!({"key": key, "filters": {"groups": [{"properties": [rule]}]}})
}

#[test]
fn flags_are_asked_after_those_they_depend_on() {
    let set = set(&[
        on_flag("third", "second", json!(false)),
        on_flag("second", "12", json!("a")),
        json!({"key": "first", "id": 12, "variants": [{"key": "a", "rollout_percentage": 100}]}),
        on_flag("any", "first", json!(true)),
        on_flag("lost", "nowhere", json!(true)),
        on_flag("behind", "lost", json!(false)),
        on_flag("a", "b", json!(true)),
        on_flag("b", "a", json!(true)),
        json!({"key": "off", "active": false}),
        on_flag("without", "off", json!(false)),
    ]);
    let answers = person("user123").asks(&set);
    let keys = set.flags().map(|flag| flag.key.as_str());
    let mut told: Vec<(&str, &str)> = keys.zip(answers.iter().map(String::as_str)).collect();
    told.sort_unstable();
    let expected = [
        ("a", "false: missing_dependency"),
        ("any", "true: condition_match 0"),
        ("b", "false: missing_dependency"),
        ("behind", "false: missing_dependency"),
        ("first", "true a: condition_match 0"),
        ("lost", "false: missing_dependency"),
        ("off", "false: flag_disabled"),
        ("second", "true: condition_match 0"),
        ("third", "false: no_condition_match 0"),
        ("without", "true: condition_match 0"),
    ];
    assert_eq!(told, expected);
    assert_eq!(set.dependencies("third"), ["first", "second"]);
}

#[test]
fn held_out_people_see_no_experiment() {
    // holdout-some_distinct_id is 0.7270...
    let of =
        |percentage: f64| flag(json!({"holdout": {"id": 5, "exclusion_percentage": percentage}}));
    let user = person("some_distinct_id");
    check(&of(73.0), &user, &["true holdout-5: holdout_condition_value"]);
    check(&of(72.0), &user, &["true: condition_match 0"]);
}

#[test]
fn the_super_condition_decides_for_whom_it_concerns() {
    let rule = json!({"key": "$enrolled", "value": ["true"]});
    let set = flag(json!({"super_groups": [{"properties": [rule]}], "groups": []}));
    let yes = with(json!({"$enrolled": true}));
    check(&set, &yes, &["true: super_condition_value 0"]);
    let no = with(json!({"$enrolled": "false"}));
    check(&set, &no, &["false: super_condition_value 0"]);
    check(&set, &person("user123"), &["false: no_condition_match"]);
}

#[test]
fn logging_in_does_not_flip_a_flag() {
    // simple-flag.distinct_id_0 is 0.78..., simple-flag.distinct_id_1 is 0.33...
    let of = |continuity: bool, bucketing: &str| {
        set(&[json!({"key": "simple-flag", "rollout_percentage": 50,
            "ensure_experience_continuity": continuity, "bucketing_identifier": bucketing})])
    };
    let (inside, outside) = ("true: condition_match 0", "false: out_of_rollout_bound 0");
    let known = || person("distinct_id_0");
    let anonymous = person("distinct_id_1");
    let logging_in = Person { anon: Some("distinct_id_1"), ..known() };
    let later = Person { kept: Some("distinct_id_1"), ..known() };
    let people = [&anonymous, &logging_in, &later, &known()];
    let flips = people.map(|person| person.asks(&of(false, "distinct_id")).concat());
    assert_eq!(flips, [inside, outside, outside, outside]);
    let kept = people.map(|person| person.asks(&of(true, "distinct_id")).concat());
    assert_eq!(kept, [inside, inside, inside, outside]);

    let device = of(false, "device_id");
    let on_device = Person { device: Some("distinct_id_1"), ..known() };
    check(&device, &on_device, &[inside]);
    check(&device, &known(), &[outside]);
}

#[test]
fn the_distinct_id_is_a_property_of_the_person() {
    let rule = json!({"key": "distinct_id", "value": "user123"});
    let set = flag(json!({"groups": [{"properties": [rule]}]}));
    check(&set, &person("user123"), &["true: condition_match 0"]);
    check(&set, &person("user124"), &["false: no_condition_match 0"]);
}

#[test]
fn a_negated_rule_is_turned_around() {
    let rule = json!({"key": "plan", "value": "pro", "negation": true});
    let set = flag(json!({"groups": [{"properties": [rule]}]}));
    check(&set, &with(json!({"plan": "free"})), &["true: condition_match 0"]);
    check(&set, &with(json!({"plan": "pro"})), &["false: no_condition_match 0"]);
}

#[test]
fn a_schedule_turns_a_flag_on_and_off() {
    let at = |at: &str| set(&[json!({"key": "x", "schedule": [{"at": at, "active": false}]})]);
    check(&at("2026-11-01"), &person("a"), &["false: flag_disabled"]);
    check(&at("2026-11-02"), &person("a"), &["true: condition_match 0"]);
}
