use event::Timestamp;
use serde_json::{Value as Json, json};

use super::*;
use crate::{read, write};

fn flag(json: Json) -> Flag {
    read::flag(&json).unwrap()
}

fn on_flag(id: u64, key: &str, others: &[(&str, Json)]) -> Flag {
    let rule =
        |(other, value): &(&str, Json)| json!({"key": other, "type": "flag", "value": value});
    let rules: Vec<Json> = others.iter().map(rule).collect();
    flag(json!({"id": id, "key": key, "filters": {"groups": [{"properties": rules}]}}))
}

fn told(flag: &Flag, others: &[Flag]) -> Vec<String> {
    check(flag, others).iter().map(|p| format!("{}: {}", p.field, p.message)).collect()
}

#[test]
fn a_flag_must_not_depend_on_itself() {
    let others = [
        on_flag(1, "a", &[("b", json!(true))]),
        on_flag(2, "b", &[("3", json!(true))]),
        on_flag(3, "c", &[]),
    ];
    let field = "filters.groups[0].properties[0].key";
    let c = on_flag(3, "c", &[("a", json!(true))]);
    let circle = "a flag must not depend on itself: c -> a -> b -> c";
    assert_eq!(told(&c, &others), [format!("{field}: {circle}")]);
    let own = on_flag(4, "d", &[("d", json!(true))]);
    let circle = "a flag must not depend on itself: d -> d";
    assert_eq!(told(&own, &others), [format!("{field}: {circle}")]);
    assert_eq!(told(&on_flag(4, "d", &[("a", json!(false))]), &others), [""; 0]);
}

#[test]
fn a_flag_depends_on_what_is_there() {
    let plain = flag(json!({"id": 1, "key": "plain"}));
    let variants = json!([{"key": "x", "rollout_percentage": 100}]);
    let varied = flag(json!({"id": 2, "key": "varied", "variants": variants}));
    let others = [plain, varied];
    let rules = [
        ("nowhere", json!(true)),
        ("plain", json!("x")),
        ("varied", json!("y")),
        ("varied", json!("x")),
    ];
    let path = "filters.groups[0].properties";
    assert_eq!(
        told(&on_flag(0, "new", &rules), &others),
        [
            format!("{path}[0].key: there is no flag \"nowhere\""),
            format!("{path}[1].value: flag \"plain\" has no variant \"x\", use true or false"),
            format!("{path}[2].value: flag \"varied\" has no variant \"y\", use true, false, x"),
        ]
    );
    let taken = told(&on_flag(0, "plain", &[]), &others);
    assert_eq!(taken, ["key: key \"plain\" is taken by flag 1"]);
    assert_eq!(told(&others[0], &others), [""; 0]);
}

#[test]
fn definitions_tell_the_whole_chain() {
    let flags = vec![
        on_flag(3, "c", &[("2", json!(true))]),
        on_flag(2, "b", &[("a", json!(true))]),
        flag(json!({"id": 1, "key": "a", "schedule": [{"at": "2026-11-01", "active": false}]})),
        flag(json!({"id": 4, "key": "gone", "archived": true})),
        flag(json!({"id": 6, "key": "paid", "payload": {"a": 1}})),
        on_flag(5, "lost", &[("nowhere", json!(true))]),
    ];
    let set = Set::new(flags, Vec::new());
    let written = write::definitions(&set, Timestamp::parse("2026-11-02").unwrap());
    let find = |key: &str| {
        let found = written.as_array().unwrap().iter().find(|flag| flag["key"] == key);
        found.unwrap_or(&Json::Null)
    };
    assert_eq!(find("a")["active"], json!(false));
    let rule = &find("c")["filters"]["groups"][0]["properties"][0];
    assert_eq!(rule["key"], json!("b"));
    assert_eq!(rule["operator"], json!("flag_evaluates_to"));
    assert_eq!(rule["dependency_chain"], json!(["a", "b"]));
    assert_eq!(find("gone"), &Json::Null);
    assert_eq!(find("paid")["filters"]["payloads"], json!({"true": "{\"a\":1}"}));
    let lost = &find("lost")["filters"]["groups"][0]["properties"][0];
    assert_eq!(lost["dependency_chain"], json!([]));
}

#[test]
fn of_two_flags_with_one_key_the_later_counts() {
    let flags = vec![flag(json!({"id": 1, "key": "a"})), flag(json!({"id": 2, "key": "a"}))];
    let set = Set::new(flags, Vec::new());
    assert_eq!(set.flags().map(|flag| flag.id).collect::<Vec<_>>(), [2]);
}
