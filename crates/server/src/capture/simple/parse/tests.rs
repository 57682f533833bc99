use expect_test::{Expect, expect};

use ingest::RawTime;

use super::*;

fn show(parsed: &Parsed<'_>) -> String {
    match parsed {
        Ok(draft) => {
            let time = match &draft.timestamp {
                None => String::new(),
                Some(RawTime::Text(text)) => format!(" at {text:?}"),
                Some(RawTime::Number(number)) => format!(" at {number}"),
                Some(RawTime::Settled(time)) => format!(" at {time}"),
            };
            let id = draft.event_id.as_deref().map_or(String::new(), |id| format!(" id {id:?}"));
            let properties = draft.properties.as_deref().unwrap_or("none");
            let kind = draft.event_type.as_deref();
            format!("{kind:?} {:?}{id}{time} {properties}", draft.fields)
        }
        Err(reason) => format!("{}: {reason}", reason.code().as_str()),
    }
}

fn check(body: &str, expected: &Expect) {
    let shown = match single(body) {
        Ok(parsed) => show(&parsed),
        Err(problem) => format!("refused {}: {}", problem.code.as_str(), problem.detail),
    };
    expected.assert_eq(&shown);
}

fn check_batch(body: &str, expected: &Expect) {
    let shown = match batch(body, 3) {
        Ok(items) => items.iter().map(show).collect::<Vec<_>>().join("\n"),
        Err(problem) => format!("refused {}: {}", problem.code.as_str(), problem.detail),
    };
    expected.assert_eq(&shown);
}

#[test]
fn every_field_lands_in_its_place() {
    check(
        r#"{"event_type":"a","user_id":"u","session_id":"s","distinct_id":"d","event_id":"e","timestamp":1.5,"properties":{"k": [1]}}"#,
        &expect![[
            r#"Some("a") {"user_id": "u", "distinct_id": "d", "session_id": "s"} id "e" at 1.5 {"k": [1]}"#
        ]],
    );
}

#[test]
fn null_and_empty_are_absent() {
    check(
        r#" {"event_type":"","user_id":null,"session_id":"","event_id":"","timestamp":null,"properties":null} "#,
        &expect!["None {} none"],
    );
    check("{}", &expect!["None {} none"]);
}

#[test]
fn text_is_unescaped_and_the_last_of_two_counts() {
    check(
        r#"{"event_type":"a","event\u005ftype":"\u00e9\ud83d\ude00\n","properties":{"a":1},"properties":{"b":1}}"#,
        &expect![[r#"Some("é😀\n") {} {"b":1}"#]],
    );
}

#[test]
fn unknown_fields_are_kept_and_keys_of_ours_are_not() {
    check(
        r#"{"event_type":"a","plan":"pro","api_key":"secret","n":[1,{"x":null}]}"#,
        &expect![[r#"Some("a") {} {"$extra":{"plan":"pro","n":[1,{"x":null}]}}"#]],
    );
    check(
        r#"{"event_type":"a","properties":{ "k":1 },"plan":"pro"}"#,
        &expect![[r#"Some("a") {} {"k":1,"$extra":{"plan":"pro"}}"#]],
    );
}

#[test]
fn a_wrong_type_names_its_field() {
    check(r#"{"event_type":1}"#, &expect!["invalid_type: event_type must be a string"]);
    check(r#"{"event_type":"a","user_id":{}}"#, &expect!["invalid_type: user_id must be a string"]);
    check(
        r#"{"event_type":"a","properties":[]}"#,
        &expect!["invalid_type: properties must be an object"],
    );
    check(
        r#"{"event_type":"a","timestamp":true}"#,
        &expect!["invalid_type: timestamp must be a string or a number"],
    );
    check(r#"{"event_type":"a","timestamp":1e999}"#, &expect![[r#"Some("a") {} at inf none"#]]);
    check(
        r#"{"event_type":"\ud800"}"#,
        &expect![[r#"invalid_value: event_type has a \u escape that is half of a surrogate pair"#]],
    );
    check("7", &expect!["invalid_type: event must be an object"]);
    check(
        "1e999",
        &expect!["malformed_json: event cannot be read: number out of range at line 1 column 5"],
    );
}

#[test]
fn what_is_no_json_is_refused_with_its_place() {
    check(
        "",
        &expect![
            "refused malformed_json: body is not json: EOF while parsing a value at line 1 column 0"
        ],
    );
    check(
        "{\"event_type\":\n}",
        &expect!["refused malformed_json: body is not json: expected value at line 2 column 1"],
    );
    check(
        "{} {}",
        &expect![
            "refused malformed_json: body is not json: trailing characters at line 1 column 4"
        ],
    );
    check(
        "{\"a\":\"\u{0}\"}",
        &expect![
            "refused malformed_json: body is not json: control character (\\u0000-\\u001F) found while parsing a string at line 1 column 6"
        ],
    );
    check(
        "[{}]",
        &expect![
            "refused invalid_type: body must be one event; send an array to /apiv1/events/batch"
        ],
    );
    check(
        &"[".repeat(100_000),
        &expect![
            "refused malformed_json: body is not json: EOF while parsing a list at line 1 column 100000"
        ],
    );
}

#[test]
fn a_bad_item_never_costs_its_neighbours() {
    check_batch(
        r#"[{"event_type":"a"}, 5, {"event_type":{}}]"#,
        &expect![[r#"
            Some("a") {} none
            invalid_type: event must be an object
            invalid_type: event_type must be a string"#]],
    );
    check_batch(
        r#"[{"event_type":"a"}, "\ud800", 1e999]"#,
        &expect![[r#"
            Some("a") {} none
            malformed_json: event cannot be read: unexpected end of hex escape at line 1 column 8
            malformed_json: event cannot be read: number out of range at line 1 column 5"#]],
    );
}

#[test]
fn a_batch_is_a_bounded_array() {
    check_batch("[]", &expect!["refused empty_batch: batch has no events"]);
    check_batch(
        "[1,2,3,4]",
        &expect!["refused batch_too_large: batch has 4 events, the limit is 3"],
    );
    check_batch(
        "[1,2,3,1e999]",
        &expect!["refused batch_too_large: batch has 4 events, the limit is 3"],
    );
    check_batch(
        "[1,2,3,4",
        &expect![
            "refused malformed_json: body is not json: EOF while parsing a list at line 1 column 8"
        ],
    );
    check_batch(
        r#"{"events":[]}"#,
        &expect![[
            r#"refused invalid_type: body must be an array of events: send the array of "events" itself"#
        ]],
    );
    check_batch("{}", &expect!["refused invalid_type: body must be an array of events"]);
    check_batch("null", &expect!["refused invalid_type: body must be an array of events"]);
}

#[test]
fn deep_properties_stay_raw() {
    let deep = format!(
        "{{\"event_type\":\"a\",\"properties\":{}1{}}}",
        "{\"a\":".repeat(5_000),
        "}".repeat(5_000)
    );
    let parsed = single(&deep).unwrap().unwrap();
    assert_eq!(parsed.properties.unwrap().len(), 5_000 * 6 + 1);
}

#[test]
fn the_size_of_an_item_is_its_own() {
    let items = batch(r#"[{"event_type":"a"},{"event_type":"abc"}]"#, 3).unwrap();
    let sizes: Vec<usize> = items.iter().map(|item| item.as_ref().unwrap().bytes).collect();
    assert_eq!(sizes, [18, 20]);
    assert_eq!(single(" {} ").unwrap().unwrap().bytes, 4);
}
