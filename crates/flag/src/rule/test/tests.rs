use serde_json::json;

use super::*;

fn holds(operator: &str, value: Json, property: Option<Json>) -> bool {
    let operator = *Operator::ALL.iter().find(|op| op.as_str() == operator).unwrap();
    let now = Timestamp::parse("2020-01-10T12:00:00Z").unwrap();
    parse(operator, &value).unwrap().holds(property.as_ref(), now)
}

fn yes(operator: &str, value: Json, property: Json) {
    assert!(
        holds(operator, value.clone(), Some(property.clone())),
        "{property} {operator} {value}"
    );
}

fn no(operator: &str, value: Json, property: Json) {
    assert!(
        !holds(operator, value.clone(), Some(property.clone())),
        "{property} {operator} {value}"
    );
}

fn refused(operator: &str, value: Json) -> String {
    let operator = *Operator::ALL.iter().find(|op| op.as_str() == operator).unwrap();
    parse(operator, &value).unwrap_err()
}

#[test]
fn equality_is_of_texts_without_case() {
    yes("exact", json!("Pro"), json!("pro"));
    yes("exact", json!(["pro", "team"]), json!("TEAM"));
    yes("exact", json!("true"), json!(true));
    yes("exact", json!(["true"]), json!(true));
    yes("exact", json!("1"), json!(1.0));
    yes("exact", json!("ÄRGER"), json!("ärger"));
    no("exact", json!("pro"), json!("prox"));
    no("exact", json!("false"), json!("banana"));
    yes("is_not", json!("pro"), json!("free"));
    no("is_not", json!(["pro", "free"]), json!("free"));
}

#[test]
fn missing_and_null_satisfy_only_what_is_negative() {
    let value = |operator: &str| match operator {
        "between" | "not_between" => json!([1, 2]),
        "semver_wildcard" => json!("1.*"),
        other if other.contains("semver") => json!("1.2.3"),
        _ => json!("2020-01-01"),
    };
    let negative: Vec<&str> = Operator::ALL[..Operator::ALL.len() - 3]
        .iter()
        .map(|operator| operator.as_str())
        .filter(|operator| holds(operator, value(operator), None))
        .collect();
    let expected = [
        "is_not",
        "is_not_set",
        "not_icontains",
        "not_icontains_multi",
        "not_starts_with",
        "not_ends_with",
        "not_regex",
    ];
    assert_eq!(negative, expected);
    yes("is_not", json!("x"), json!(null));
    no("exact", json!("null"), json!(null));
    yes("is_set", json!(null), json!(null));
    no("is_not_set", json!(null), json!(null));
}

#[test]
fn parts_of_texts() {
    yes("icontains", json!("SUB"), json!("a subtle thing"));
    yes("icontains", json!(5), json!(1512));
    no("not_icontains", json!("sub"), json!("SUBTLE"));
    yes("icontains_multi", json!(["x", "tle"]), json!("subtle"));
    no("not_icontains_multi", json!(["x", "tle"]), json!("subtle"));
    yes("starts_with", json!("HTTP"), json!("https://a"));
    no("not_starts_with", json!("http"), json!("https://a"));
    yes("ends_with", json!(".COM"), json!("a@b.com"));
    no("not_ends_with", json!(".com"), json!("a@b.com"));
    yes("regex", json!(r"^\d+$"), json!(123));
    no("regex", json!("A"), json!("a"));
    yes("not_regex", json!("A"), json!("a"));
}

#[test]
fn order_is_of_numbers_where_both_are() {
    yes("gt", json!("9"), json!("10"));
    yes("gt", json!(9), json!("10"));
    no("gt", json!(10), json!(10));
    yes("gte", json!(10), json!(10));
    yes("lt", json!(0), json!(-0.5));
    yes("gte", json!(0), json!(-0.0));
    yes("lte", json!("b"), json!("a"));
    no("gt", json!("9"), json!("ten"));
    no("lte", json!(9), json!(true));
    yes("between", json!([1, "3"]), json!("2"));
    yes("between", json!([1, 3]), json!(3));
    yes("not_between", json!([1, 3]), json!(4));
    no("not_between", json!([1, 3]), json!("four"));
}

#[test]
fn moments() {
    yes("is_date_before", json!("2020-01-02"), json!("2020-01-01T23:59:59Z"));
    yes("is_date_after", json!("2020-01-01"), json!(1_577_923_200));
    yes("is_date_exact", json!("2020-01-01"), json!("2020-01-01T01:00:00+01:00"));
    yes("is_date_after", json!("-7d"), json!("2020-01-05"));
    no("is_date_after", json!("-7d"), json!("2020-01-03"));
    yes("is_date_before", json!("1m"), json!("2019-12-10"));
    no("is_date_before", json!("2020-01-01"), json!("soon"));
    no("is_date_before", json!("2020-01-01"), json!(true));
}

#[test]
fn versions() {
    yes("semver_eq", json!("1.2"), json!("v1.2.0+build.7"));
    yes("semver_neq", json!("1.2.3"), json!("1.2.4"));
    no("semver_neq", json!("1.2.3"), json!("latest"));
    yes("semver_gt", json!("1.9.0"), json!("1.10.0"));
    yes("semver_gte", json!("1.9"), json!("1.09.0"));
    yes("semver_lt", json!("2.0.0"), json!("2.0.0-beta.1"));
    yes("semver_lte", json!("2.0.0"), json!("2.0.0"));
    yes("semver_tilde", json!("1.2.3"), json!("1.2.9"));
    no("semver_tilde", json!("1.2.3"), json!("1.3.0"));
    yes("semver_caret", json!("1.2.3"), json!("1.9.0"));
    no("semver_caret", json!("0.2.3"), json!("0.3.0"));
    yes("semver_wildcard", json!("1.2.*"), json!("1.2.99"));
}

#[test]
fn impossible_values_are_told() {
    assert_eq!(refused("exact", json!([])), "a value, or a list of 1 to 1000 values");
    assert_eq!(refused("icontains", json!(["a"])), "a string, a number or a boolean");
    assert_eq!(refused("between", json!([2, 1])), "a list of two numbers, the smaller one first");
    let expected = "a time, or a distance like -7d (h, d, w, m, y)";
    assert_eq!(refused("is_date_after", json!("soon")), expected);
    assert_eq!(refused("semver_eq", json!("one")), "a version like 1.2.3");
    assert_eq!(refused("semver_wildcard", json!("1.2.3")), "a pattern like 1.2.*");
}

#[test]
fn regexes_are_bounded() {
    let long = "a".repeat(PATTERN_CHARS_MAX + 1);
    let told = refused("regex", json!(long));
    assert_eq!(told, "a regex of at most 1000 characters, it has 1001");
    let told = refused("regex", json!(r"(\w{100}){100}"));
    assert_eq!(told, "a regex of at most 262144 bytes when compiled, it is larger");
    let told = refused("not_regex", json!("(?=a)b"));
    assert!(told.contains("look-around"), "{told}");
    assert_eq!(refused("regex", json!(5)), "a regex as a string");
}
