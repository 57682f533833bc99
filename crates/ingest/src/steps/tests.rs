use event::{Dialect, Fields, Source, TenantId};

use super::*;
use crate::{Connection, Rules};

const NOW: Timestamp = Timestamp(1_790_857_800_000);

fn request() -> Request {
    Request {
        tenant: TenantId::default_tenant(),
        dialect: Dialect::Simple,
        source: Source::Api,
        received_at: NOW,
        sent_at: None,
        rules: &Rules::CANONICAL,
        connection: Connection::default(),
    }
}

fn draft() -> Draft<'static> {
    Draft { event_type: Some("click".into()), ..Draft::default() }
}

fn check<'a>(mut draft: Draft<'a>, expected: Result<i64, &str>) -> Draft<'a> {
    let got = run(&mut draft, &request(), &Limits::default(), None);
    let got = got.map(|time| time.0 - NOW.0).map_err(|reason| reason.to_string());
    assert_eq!(got, expected.map_err(str::to_owned));
    draft
}

fn at(text: &str) -> Draft<'_> {
    Draft { timestamp: Some(RawTime::Text(text.into())), ..draft() }
}

#[test]
fn event_types_are_there_and_bounded() {
    let typed = |name: &str| Draft { event_type: Some(name.to_owned().into()), ..Draft::default() };
    check(Draft::default(), Err("event_type is required"));
    check(typed(""), Err("event_type is required"));
    check(typed("  "), Err("event_type is blank"));
    check(typed("a\0b"), Err("event_type has control characters"));
    check(typed(&"é".repeat(200)), Ok(0));
    check(typed(&"é".repeat(201)), Err("event_type has 201 characters, the limit is 200"));
}

#[test]
fn what_lies_before_the_horizon_is_refused() {
    let horizon = Some(Timestamp(NOW.0 - 60_000));
    let run = |mut draft| run(&mut draft, &request(), &Limits::default(), horizon);
    assert_eq!(run(at("2026-10-01T12:29:00Z")), Ok(Timestamp(NOW.0 - 60_000)));
    assert_eq!(run(draft()), Ok(NOW));
    let reason = run(at("2026-10-01T12:28:59.999Z")).unwrap_err();
    let said = "timestamp lies before 2026-10-01T12:29:00.000Z, older events are not kept";
    assert_eq!((reason.to_string().as_str(), reason.code().as_str()), (said, "past_retention"));
}

#[test]
fn times_are_read_corrected_and_bounded() {
    check(at("2026-10-01T12:29:00Z"), Ok(-60_000));
    check(at("2026-10-02T12:30:00Z"), Ok(86_400_000));
    let adjusted = check(at("2026-10-02T12:30:01Z"), Ok(0));
    assert!(adjusted.marks.contains(Marks::TIME_ADJUSTED));
    check(at("1999-12-31"), Err("timestamp lies before 2000-01-01"));
    check(
        at("soon"),
        Err("timestamp is not a time: use RFC 3339, a date, or seconds or milliseconds since 1970"),
    );
    let skewed = Request { sent_at: Some(Timestamp(NOW.0 + 5_000)), ..request() };
    let mut draft = at("2026-10-01T12:30:05Z");
    assert_eq!(run(&mut draft, &skewed, &Limits::default(), None), Ok(NOW));
}

#[test]
fn the_person_is_the_user_or_else_the_session() {
    let mut fields = Fields::new();
    fields.set(Field::SessionId, "s1");
    let event = check(Draft { fields: fields.clone(), ..draft() }, Ok(0));
    assert_eq!(event.fields.get(Field::DistinctId), Some("s1"));
    fields.set(Field::UserId, "u1");
    let event = check(Draft { fields: fields.clone(), ..draft() }, Ok(0));
    assert_eq!(event.fields.get(Field::DistinctId), Some("u1"));
    fields.set(Field::DistinctId, "d1");
    let event = check(Draft { fields, ..draft() }, Ok(0));
    assert_eq!(event.fields.get(Field::DistinctId), Some("d1"));
    assert_eq!(check(draft(), Ok(0)).fields.get(Field::DistinctId), None);
}

#[test]
fn ids_and_sizes_are_bounded() {
    let mut fields = Fields::new();
    fields.set(Field::SessionId, &"x".repeat(201));
    check(Draft { fields, ..draft() }, Err("session_id has 201 characters, the limit is 200"));
    check(Draft { bytes: 65_536, ..draft() }, Ok(0));
    check(Draft { bytes: 65_537, ..draft() }, Err("event has 65537 bytes, the limit is 65536"));
    check(
        Draft { event_id: Some("a\nb".into()), ..draft() },
        Err("event_id has control characters"),
    );
}
