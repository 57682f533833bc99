//! Size, type, time, ids.

use super::*;

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
    let case = Case { horizon: Some(Timestamp(NOW.0 - 60_000)), ..Case::new() };
    let run = |mut draft| case.run(&mut draft);
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
    let mut skewed = Case::new();
    skewed.request.sent_at = Some(Timestamp(NOW.0 + 5_000));
    assert_eq!(skewed.run(&mut at("2026-10-01T12:30:05Z")), Ok(NOW));
}

#[test]
fn ids_and_sizes_are_bounded() {
    let long = with(&[(Field::SessionId, &"x".repeat(201))], "");
    check(long, Err("session_id has 201 characters, the limit is 200"));
    check(Draft { bytes: 65_536, ..draft() }, Ok(0));
    check(Draft { bytes: 65_537, ..draft() }, Err("event has 65537 bytes, the limit is 65536"));
    check(
        Draft { event_id: Some("a\nb".into()), ..draft() },
        Err("event_id has control characters"),
    );
}

#[test]
fn ids_are_cut_where_the_dialect_wants_it() {
    let mut case = Case::new();
    case.request.rules = &CUTTING;
    let (long, cut) = ("é".repeat(300), "é".repeat(200));
    let mut draft = with(&[(Field::DeviceId, "d"), (Field::SessionId, &long)], "");
    draft.event_id = Some(long.clone().into());
    assert_eq!(case.run(&mut draft), Ok(NOW));
    assert_eq!(draft.event_id.as_deref(), Some(&*cut));
    assert_eq!(draft.fields.get(Field::SessionId), Some(&*cut));
    assert_eq!(draft.fields.get(Field::DistinctId), Some(&*cut), "later steps see what was cut");
    assert!(draft.marks.contains(Marks::TRUNCATED));

    let mut fits = with(&[(Field::SessionId, &cut)], "");
    assert_eq!(case.run(&mut fits), Ok(NOW));
    assert!(!fits.marks.contains(Marks::TRUNCATED));
    assert_eq!(
        case.fields(&[(Field::SessionId, "a\u{7}")], ""),
        "session_id has control characters"
    );
}
