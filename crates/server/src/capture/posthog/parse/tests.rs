use event::{Marks, Micros, Source};
use ingest::{RawTime, Withheld};

use super::*;

fn draft(raw: &str) -> Draft<'_> {
    item(raw).unwrap_or_else(|reason| panic!("{raw}: {reason}"))
}

#[track_caller]
fn refused(raw: &str, expected: &str) {
    assert_eq!(item(raw).unwrap_err().to_string(), expected, "{raw}");
}

fn fields(draft: &Draft<'_>) -> Vec<(&'static str, String)> {
    draft.fields.view().iter().map(|(field, text)| (field.as_str(), text.to_owned())).collect()
}

#[test]
fn distinct_ids_stand_in_two_places_and_are_texts_in_the_end() {
    let id = |raw: &str| draft(raw).fields.get(Field::DistinctId).map(str::to_owned);
    assert_eq!(id(r#"{"distinct_id":"u"}"#).as_deref(), Some("u"));
    assert_eq!(id(r#"{"$distinct_id":"u"}"#).as_deref(), Some("u"));
    assert_eq!(id(r#"{"properties":{"distinct_id":"u"}}"#).as_deref(), Some("u"));
    assert_eq!(id(r#"{"distinct_id":"u","properties":{"distinct_id":"v"}}"#).as_deref(), Some("u"));
    assert_eq!(id(r#"{"distinct_id":"","properties":{"distinct_id":"v"}}"#).as_deref(), Some("v"));
    assert_eq!(id(r#"{"distinct_id":17}"#).as_deref(), Some("17"));
    assert_eq!(id(r#"{"distinct_id":1e400}"#).as_deref(), Some("1e400"));
    assert_eq!(id(r#"{"distinct_id":true}"#).as_deref(), Some("true"));
    assert_eq!(id(r#"{"distinct_id":["a",1]}"#).as_deref(), Some(r#"["a",1]"#));
    assert_eq!(id(r#"{"distinct_id":{"a":1}}"#).as_deref(), Some(r#"{"a":1}"#));
    assert_eq!(id(r#"{"distinct_id":"first","distinct_id":"last"}"#).as_deref(), Some("last"));
    for raw in ["{}", r#"{"distinct_id":null}"#, r#"{"distinct_id":"","properties":{}}"#] {
        refused(raw, "distinct_id is required");
    }
    let long = format!(r#"{{"distinct_id":"{}"}}"#, "ü".repeat(201));
    let cut = draft(&long);
    assert_eq!(cut.fields.get(Field::DistinctId).unwrap().chars().count(), 200);
    assert!(cut.marks.contains(Marks::TRUNCATED));
}

#[test]
fn what_makes_no_person_keeps_its_id_among_the_properties() {
    for (raw, properties) in [
        (
            r#"{"distinct_id":"d","properties":{"$process_person_profile":false,"$user_id":"u"}}"#,
            r#"{"$process_person_profile":false,"$user_id":"u","distinct_id":"d"}"#,
        ),
        (r#"{"event":"$groupidentify","distinct_id":"d\""}"#, r#"{"distinct_id":"d\""}"#),
        (r#"{"distinct_id":"$posthog_cookieless"}"#, r#"{"distinct_id":"$posthog_cookieless"}"#),
        (
            r#"{"event":"$groupidentify","properties":{"distinct_id":"d"}}"#,
            r#"{"distinct_id":"d"}"#,
        ),
    ] {
        let draft = draft(raw);
        assert_eq!(fields(&draft), [], "{raw}");
        assert_eq!(draft.properties.as_deref(), Some(properties), "{raw}");
    }
}

#[test]
fn the_user_is_known_after_identify() {
    let user = |raw: &str| draft(raw).fields.get(Field::UserId).map(str::to_owned);
    assert_eq!(user(r#"{"event":"a","distinct_id":"u"}"#), None);
    assert_eq!(user(r#"{"event":"$identify","distinct_id":"u"}"#).as_deref(), Some("u"));
    let after = r#"{"distinct_id":"u","properties":{"$user_id":"v","$is_identified":true}}"#;
    assert_eq!(user(after).as_deref(), Some("v"));
    let after = r#"{"distinct_id":"u","properties":{"$is_identified":true}}"#;
    assert_eq!(user(after).as_deref(), Some("u"));
    let before = r#"{"distinct_id":"u","properties":{"$user_id":"v","$is_identified":false}}"#;
    assert_eq!(user(before), None);
}

#[test]
fn what_stands_beside_the_properties_moves_into_them() {
    let properties = |raw: &str| draft(raw).properties.map(Cow::into_owned);
    assert_eq!(properties(r#"{"distinct_id":"u"}"#), None);
    assert_eq!(properties(r#"{"distinct_id":"u","properties":null}"#), None);
    let as_sent = r#"{ "a" : 1.50 ,"$set":{"p":1} }"#;
    let raw = format!(r#"{{"distinct_id":"u","properties":{as_sent}}}"#);
    assert_eq!(properties(&raw).as_deref(), Some(as_sent));
    assert_eq!(
        properties(
            r#"{"distinct_id":"u","$set":{"p":2},"$set_once":{"q":1},"$unset":["r"],"properties":{"a":1.50,"$set":{"p":1,"s":0}}}"#
        )
        .as_deref(),
        Some(r#"{"a":1.50,"$set":{"p":1,"s":0,"p":2},"$set_once":{"q":1},"$unset":["r"]}"#)
    );
    assert_eq!(
        properties(r#"{"distinct_id":"u","type":"capture","api_key":"k","properties":{}}"#)
            .as_deref(),
        Some(r#"{"$extra":{"type":"capture"}}"#)
    );
    refused(r#"{"distinct_id":"u","$set":7}"#, "$set must be an object");
    refused(r#"{"distinct_id":"u","properties":"x"}"#, "properties must be an object");
    refused(r#"{"distinct_id":"u","event":7}"#, "event must be a string");
    refused(r#"{"distinct_id":"u","uuid":"x"}"#, "uuid is not a uuid");
    refused("7", "event must be an object");
    let half = r#"{"distinct_id":"u","event":"\ud800"}"#;
    refused(half, "event has a \\u escape that is half of a surrogate pair");
    assert_eq!(draft(r#"{"distinct_id":"u","uuid":""}"#).event_id, None);
}

#[test]
fn properties_of_a_strange_type_are_only_properties() {
    let raw = r#"{"distinct_id":"u","properties":{"$os":[1],"$session_id":{},"$browser":"\ud800","$revenue":"much","$raw_user_agent":7,"$device_id":"","$browser_version":156}}"#;
    let draft = draft(raw);
    let version = ("browser_version", "156".to_owned());
    assert_eq!(fields(&draft), [("distinct_id", "u".to_owned()), version]);
    assert_eq!((draft.revenue, draft.user_agent), (None, None));
}

#[test]
fn the_library_tells_the_kind_of_sender_and_whose_connection_it_is() {
    let of = |properties: &str| {
        let raw = format!(r#"{{"distinct_id":"u","properties":{properties}}}"#);
        let draft = item(&raw).unwrap();
        (draft.source, draft.withheld)
    };
    let (all, none) = (Withheld::ALL, Withheld::default());
    let no_place = Withheld { ip: false, geo: true, user_agent: true };
    assert_eq!(of("{}"), (None, none));
    assert_eq!(of(r#"{"$lib":"web"}"#), (Some(Source::Web), none));
    assert_eq!(of(r#"{"$lib":"posthog-ios"}"#), (Some(Source::Mobile), none));
    assert_eq!(of(r#"{"$lib":"posthog-python"}"#), (Some(Source::Server), all));
    assert_eq!(of(r#"{"$lib":"web","$is_server":true}"#), (Some(Source::Web), all));
    assert_eq!(of(r#"{"$lib":"web","$geoip_disable":true}"#), (Some(Source::Web), no_place));
}

#[test]
fn the_key_of_the_request_is_in_no_property() {
    let context = Context { key: Some("k"), ..Context::default() };
    let read = |raw| read(raw, &context).unwrap().properties.map(Cow::into_owned);
    let same = r#"{"distinct_id":"u","properties":{"a":1,"token":" k "}}"#;
    assert_eq!(read(same).as_deref(), Some(r#"{"a":1}"#));
    let own = r#"{"distinct_id":"u","properties":{"token":"mine"}}"#;
    assert_eq!(read(own).as_deref(), Some(r#"{"token":"mine"}"#));
}

#[test]
fn an_event_alone_says_what_its_request_said_and_no_key() {
    let context = Context {
        key: Some("k"),
        sent_at: Some(Timestamp(5_000)),
        event_type: Some("$identify"),
        ..Context::default()
    };
    let raw = r#"{"token":"k","distinct_id":"u","timestamp":"1970-01-01T00:00:04Z","properties":{"token":"k","a":1}}"#;
    let alone = alone(raw, &context, Timestamp(1_700_000_000_000));
    let expected = r#"{"distinct_id":"u","properties":{"a":1},"event":"$identify","timestamp":"2023-11-14T22:13:19.000Z"}"#;
    assert_eq!(alone, expected);
    assert_eq!(draft(&alone).timestamp, Some(RawTime::Text("2023-11-14T22:13:19.000Z".into())));
    let now = Timestamp(1_700_000_000_000);
    let raw = r#"{"event":"a","distinct_id":"u","offset":1000}"#;
    let expected = r#"{"event":"a","distinct_id":"u","timestamp":"2023-11-14T22:13:19.000Z"}"#;
    assert_eq!(super::alone(raw, &Context::default(), now), expected);
    assert_eq!(super::alone("7", &context, now), "7");
    let raw = r#"{"event":"a","properties":[1]}"#;
    assert_eq!(super::alone(raw, &context, now), raw);
}

#[test]
fn what_is_kept_nowhere_is_told() {
    let raw = r#"{"event":"$$heatmap","distinct_id":"u"}"#;
    refused(raw, "a heatmap is not taken here");
    refused(r#"{"event":"$snapshot"}"#, "a session recording is not taken here");
}

#[test]
fn money_has_a_currency() {
    let raw = r#"{"distinct_id":"u","properties":{"$revenue":"9.50","currency":"EUR"}}"#;
    let got = draft(raw);
    assert_eq!(
        (got.revenue, got.fields.get(Field::Currency)),
        (Some(Micros(9_500_000)), Some("EUR"))
    );
    let got = draft(r#"{"distinct_id":"u","properties":{"currency":"EUR"}}"#);
    assert_eq!((got.revenue, got.fields.get(Field::Currency)), (None, None));
}

#[test]
fn an_event_without_a_name_keeps_that_of_its_route() {
    let context = Context { event_type: Some("$identify"), ..Context::default() };
    for event in ["", "\"event\":null,", "\"event\":\"\","] {
        let raw = format!("{{{event}\"distinct_id\":\"u\"}}");
        let alone = alone(&raw, &context, Timestamp(1_790_857_800_000));
        assert_eq!(draft(&alone).event_type.as_deref(), Some("$identify"), "{alone}");
    }
}
