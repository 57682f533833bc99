use event::{Micros, Source};
use ingest::{RawTime, Withheld};

use super::*;

fn draft(raw: &str) -> Draft<'_> {
    item(raw).unwrap_or_else(|reason| panic!("{raw}: {reason}"))
}

#[track_caller]
fn refused(raw: &str, expected: &str) {
    assert_eq!(item(raw).unwrap_err().to_string(), expected, "{raw}");
}

#[test]
fn a_call_is_an_event_of_its_type() {
    for (raw, event_type, properties) in [
        (r#"{"type":"track","event":"A","properties":{ "a": 1.50 }}"#, "A", r#"{ "a": 1.50 }"#),
        (
            r#"{"type":"identify","userId":"u","anonymousId":"a","traits":{"p":1}}"#,
            "$identify",
            r#"{"traits":{"p":1},"$anon_distinct_id":"a"}"#,
        ),
        (
            r#"{"type":"page","name":"Home","category":"Docs","properties":{"name":"own"}}"#,
            "page",
            r#"{"name":"own","category":"Docs"}"#,
        ),
        (r#"{"type":"screen","name":"Main"}"#, "screen", r#"{"name":"Main"}"#),
        (
            r#"{"type":"group","groupId":"g","traits":{"n":1}}"#,
            "$groupidentify",
            r#"{"traits":{"n":1},"groupId":"g"}"#,
        ),
        (
            r#"{"type":"alias","userId":"u","previousId":"a"}"#,
            "$create_alias",
            r#"{"previousId":"a","alias":"a"}"#,
        ),
        (
            r#"{"type":"track","event":"A","context":{"ip":"1.1.1.1"},"integrations":{},"channel":"server","writeKey":"k"}"#,
            "A",
            r#"{"$extra":{"integrations":{},"context":{"ip":"1.1.1.1"},"channel":"server"}}"#,
        ),
    ] {
        let draft = draft(raw);
        assert_eq!(draft.event_type.as_deref(), Some(event_type), "{raw}");
        assert_eq!(draft.properties.as_deref(), Some(properties), "{raw}");
    }
}

#[test]
fn ids_have_an_order() {
    let ids = |raw: &str| {
        let fields = draft(raw).fields;
        let get = |field| fields.get(field).unwrap_or("-").to_owned();
        [get(Field::UserId), get(Field::DistinctId), get(Field::DeviceId)].join(" ")
    };
    assert_eq!(ids(r#"{"type":"page"}"#), "- - -");
    assert_eq!(ids(r#"{"type":"page","userId":"u"}"#), "u u -");
    assert_eq!(ids(r#"{"type":"page","anonymousId":"a"}"#), "- a a");
    assert_eq!(ids(r#"{"type":"page","userId":7,"anonymousId":"a"}"#), "7 7 a");
    let device =
        r#"{"type":"page","userId":"u","anonymousId":"a","context":{"device":{"id":"d"}}}"#;
    assert_eq!(ids(device), "u u d");
}

#[test]
fn what_cannot_be_kept_says_why() {
    refused("7", "call must be an object");
    refused("{}", "type is required");
    refused(r#"{"type":7}"#, "type must be a string");
    let kinds = "type must be identify, track, page, screen, group or alias";
    refused(r#"{"type":"sing"}"#, kinds);
    refused(r#"{"type":"page","userId":{}}"#, "userId must be a string");
    refused(r#"{"type":"page","properties":[]}"#, "properties must be an object");
    refused(r#"{"type":"identify","traits":"x"}"#, "traits must be an object");
    refused(r#"{"type":"page","timestamp":{}}"#, "timestamp must be a string or a number");
    let half = "userId has a \\u escape that is half of a surrogate pair";
    refused(r#"{"type":"page","userId":"\ud800"}"#, half);
    assert_eq!(
        draft(r#"{"type":"track","event":"A","event":"B"}"#).event_type.as_deref(),
        Some("B")
    );
    assert_eq!(draft(r#"{"type":"page","context":7}"#).properties.as_deref(), Some("{}"));
}

#[test]
fn the_time_is_the_calls_and_the_sending_its_own_or_the_batchs() {
    let envelope = Envelope { sent_at: Some(Timestamp(9)), ..Envelope::default() };
    let times = |raw| {
        let draft = read(raw, &envelope).unwrap();
        (draft.timestamp, draft.sent_at)
    };
    let text = |text: &'static str| Some(RawTime::Text(text.into()));
    let (own, batch) = (Some(Timestamp(5_000)), Some(Timestamp(9)));
    assert_eq!(times(r#"{"type":"page"}"#), (None, batch));
    let both = r#"{"type":"page","timestamp":"t","originalTimestamp":"o","sentAt":"1970-01-01T00:00:05Z"}"#;
    assert_eq!(times(both), (text("t"), own));
    let original = r#"{"type":"page","timestamp":null,"originalTimestamp":"o","sentAt":"x"}"#;
    assert_eq!(times(original), (text("o"), batch));
}

#[test]
fn money_is_revenue_or_total() {
    let money = |properties: &str| {
        let raw = format!(r#"{{"type":"track","event":"A","properties":{properties}}}"#);
        let draft = item(&raw).unwrap();
        (draft.revenue.map(|Micros(micros)| micros), draft.fields.get(Field::Currency).is_some())
    };
    assert_eq!(money(r#"{"total":9.5,"currency":"EUR"}"#), (Some(9_500_000), true));
    assert_eq!(money(r#"{"total":9.5,"revenue":"8"}"#), (Some(8_000_000), false));
    assert_eq!(money(r#"{"revenue":"much","currency":"EUR"}"#), (None, false));
    assert_eq!(money(r#"{"revenue":1e400}"#), (None, false));
}

#[test]
fn the_connection_of_a_server_is_not_the_persons() {
    let of = |raw: &str| {
        let draft = item(raw).unwrap();
        (draft.source, draft.withheld == Withheld::ALL)
    };
    let library = r#"{"type":"page","context":{"library":{"name":"analytics-node"}}}"#;
    assert_eq!(of(library), (Some(Source::Server), true));
    let library = r#"{"type":"page","context":{"library":{"name":"analytics.js"}}}"#;
    assert_eq!(of(library), (Some(Source::Web), false));
    assert_eq!(of(r#"{"type":"page","channel":"mobile"}"#), (Some(Source::Mobile), false));
    assert_eq!(of(r#"{"type":"page"}"#), (None, false));
}

#[test]
fn a_call_alone_says_what_its_request_said_and_no_key() {
    let envelope = Envelope {
        call: Some(Call::Track),
        context: Some(r#"{"ip":"1.1.1.1"}"#),
        sent_at: Some(Timestamp(5_000)),
        ..Envelope::default()
    };
    let raw =
        r#"{"writeKey":"k","type":"x","event":"A","originalTimestamp":"1970-01-01T00:00:04Z"}"#;
    let alone = alone(raw, &envelope, Timestamp(1_700_000_000_000));
    let expected = r#"{"event":"A","type":"track","context":{"ip":"1.1.1.1"},"timestamp":"2023-11-14T22:13:19.000Z"}"#;
    assert_eq!(alone, expected);
    let raw = r#"{"type":"page","timestamp":"soon"}"#;
    assert_eq!(super::alone(raw, &Envelope::default(), Timestamp(0)), raw);
    assert_eq!(super::alone("7", &envelope, Timestamp(0)), "7");
}

#[test]
fn bodies_are_taken_apart() {
    let of = |text: &'static str| {
        let taken = Envelope::of(text, None).map(|(envelope, items)| (envelope.key, items.len()));
        taken.map_err(|problem| problem.code)
    };
    let key = |key: &str| Some(key.to_owned());
    assert_eq!(of(r#"{"batch":[{},7],"writeKey":"k"}"#), Ok((key("k"), 2)));
    assert_eq!(of(r#"{"batch":[{"writeKey":"k"},{"writeKey":"k"}]}"#), Ok((key("k"), 2)));
    assert_eq!(of(r#"{"batch":[{"writeKey":"k"},{"writeKey":"l"}]}"#), Err(Code::UnknownKey));
    assert_eq!(of(r#"{"batch":[]}"#), Err(Code::EmptyBatch));
    assert_eq!(of(r#"{"batch":{}}"#), Err(Code::InvalidType));
    assert_eq!(of("[]"), Err(Code::InvalidType));
    assert_eq!(of("{"), Err(Code::MalformedJson));
    let single = Envelope::of(r#"{"writeKey":"k"}"#, Some(Call::Page)).unwrap();
    assert_eq!((single.0.key, single.1.len()), (key("k"), 1));
}
