use super::*;
use crate::Value;

fn check_text(raw: &str) -> Result<(), &'static str> {
    let limits = Limits { properties_depth: 3, properties_keys: 4, ..Limits::default() };
    check(raw, "properties", &limits).map_err(|reason| reason.code().as_str())
}

#[test]
fn limits_hold_at_their_edges() {
    assert_eq!(check_text(r#"{"a":{"b":[1]}}"#), Ok(()));
    assert_eq!(check_text(r#"{"a":{"b":[[1]]}}"#), Err("too_deep"));
    assert_eq!(check_text(r#"{"a":1,"b":2,"c":3,"d":4}"#), Ok(()));
    assert_eq!(check_text(r#"{"a":1,"b":2,"c":3,"d":{"e":4}}"#), Err("invalid_value"));
}

#[test]
fn brackets_and_colons_in_strings_do_not_count() {
    assert_eq!(check_text(r#"{"a":"[[[[{{{{::::::\"[[["}"#), Ok(()));
}

#[test]
fn half_surrogates_are_found_and_pairs_pass() {
    assert_eq!(check_text(r#"{"a":"\ud83d\ude00 \u0000 \\ud800"}"#), Ok(()));
    for raw in
        [r#"{"a":"\ud83d"}"#, r#"{"a":"\ude00"}"#, r#"{"a":"\ud83dx"}"#, r#"{"\ud83d\ud83d":1}"#]
    {
        assert_eq!(check_text(raw), Err("invalid_value"), "{raw}");
    }
}

#[test]
fn paths_are_found() {
    let raw =
        r#" { "a" : {"b": [1, {"c": 2}], "x":"}"} , "a.x": "whole", "n":1.0, "n":2 , "q\"":true}"#;
    assert_eq!(find(raw, "a.b"), Some(r#"[1, {"c": 2}]"#));
    assert_eq!(find(raw, "a.x"), Some(r#""whole""#));
    assert_eq!(find(raw, "n"), Some("2"));
    assert_eq!(find(raw, "q\""), Some("true"));
    assert_eq!(find(raw, "a.z"), None);
    assert_eq!(find("[]", "a"), None);
    assert_eq!(find("{}", "a"), None);
}

#[test]
fn numbers_beyond_a_double_keep_their_text() {
    assert_eq!(Value::from_json("9007199254740993"), Value::BigNumber("9007199254740993"));
    assert_eq!(Value::from_json("1e400"), Value::BigNumber("1e400"));
    assert_eq!(Value::from_json("-0.0"), Value::Number(0.0, "-0.0"));
    assert_eq!(Value::from_json("1.0"), Value::Number(1.0, "1.0"));
}

#[test]
fn lookups_never_panic_on_broken_text() {
    let mut random = fastrand::Rng::with_seed(7);
    let seed = br#"{"a":{"b":[1,"\u00e9\\"]},"c":"x"}"#;
    for _ in 0..20_000 {
        let mut bytes = seed.to_vec();
        for _ in 0..random.usize(1..4) {
            let at = random.usize(..bytes.len());
            bytes[at] = random.u8(0x20..0x7f);
        }
        bytes.truncate(random.usize(..=seed.len()));
        let text = String::from_utf8_lossy(&bytes);
        let _ = find(&text, "a.b").map(Value::from_json);
        let _ = check(&text, "properties", &Limits::default());
        let _ = entries(&text).count();
        let _ = elements(&text).count();
    }
}

#[test]
fn elements_are_walked_whatever_is_in_them() {
    let walk = |text| elements(text).collect::<Vec<_>>();
    assert_eq!(
        walk(r#" [1 , "a]," ,{"b":[2]}, [ ],null] "#),
        ["1", "\"a],\"", "{\"b\":[2]}", "[ ]", "null"]
    );
    for none in ["[]", "[ ]", "{}", "", "1"] {
        assert!(walk(none).is_empty(), "{none}");
    }
}

#[test]
fn elements_of_what_is_no_json_end() {
    assert_eq!(elements("[1}").count(), 1);
    assert_eq!(elements(r#"[1, "a,]" []}, n]"#).count(), 3);
}
