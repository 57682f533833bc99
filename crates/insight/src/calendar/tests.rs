use super::*;

fn labels(zone: &str, from: &str, to: &str, interval: Interval) -> Vec<String> {
    let buckets = buckets(zone, from, to, interval);
    buckets.starts().iter().map(|start| buckets.label(*start)).collect()
}

fn buckets(zone: &str, from: &str, to: &str, interval: Interval) -> Buckets {
    let range = Range {
        from: Timestamp::parse(from).unwrap(),
        to: Timestamp::parse(to).unwrap(),
        zone: TimeZone::get(zone).unwrap(),
        week_start: WeekStart::Monday,
        span: Span::Fixed,
    };
    Buckets::new(&range, interval).unwrap()
}

#[test]
fn a_day_has_23_hours_when_clocks_go_forward_and_25_when_they_go_back() {
    let zone = "Europe/Berlin";
    let spring = labels(zone, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", Interval::Hour);
    assert_eq!(spring.len(), 23);
    assert_eq!(spring[2], "2026-03-29T03:00:00+02:00");
    let autumn = labels(zone, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", Interval::Hour);
    assert_eq!(autumn.len(), 25);
    assert_eq!(autumn[2..4], ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]);
    let days = labels(zone, "2026-10-23T22:00:00Z", "2026-10-26T23:00:00Z", Interval::Day);
    assert_eq!(days[1..3], ["2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"]);
}

#[test]
fn zones_with_half_hours_have_hours_of_their_own() {
    let hours =
        labels("Asia/Kolkata", "2026-01-01T00:00:00Z", "2026-01-01T02:00:00Z", Interval::Hour);
    assert_eq!(
        hours,
        ["2026-01-01T05:00:00+05:30", "2026-01-01T06:00:00+05:30", "2026-01-01T07:00:00+05:30"]
    );
}

#[test]
fn a_clock_that_jumps_by_half_an_hour_still_moves_on() {
    let hours = labels(
        "Australia/Lord_Howe",
        "2026-10-03T12:00:00Z",
        "2026-10-04T12:00:00Z",
        Interval::Hour,
    );
    assert!(hours.len() >= 24 && hours.len() <= 26, "{hours:?}");
    let hours = labels(
        "Australia/Lord_Howe",
        "2026-04-04T12:00:00Z",
        "2026-04-05T12:00:00Z",
        Interval::Hour,
    );
    assert!(hours.len() >= 24 && hours.len() <= 26, "{hours:?}");
}

#[test]
fn weeks_start_on_monday_and_months_have_their_length() {
    let weeks = labels("UTC", "2026-10-01", "2026-10-13", Interval::Week);
    assert_eq!(
        weeks,
        ["2026-09-28T00:00:00+00:00", "2026-10-05T00:00:00+00:00", "2026-10-12T00:00:00+00:00"]
    );
    let months = labels("UTC", "2026-01-31", "2026-03-01T00:00:00.001Z", Interval::Month);
    assert_eq!(months.len(), 3);
}

#[test]
fn index_and_partial_hold_at_the_edges() {
    let buckets = buckets("UTC", "2026-10-01T12:00:00Z", "2026-10-03T00:00:00Z", Interval::Day);
    let at = |text: &str| Timestamp::parse(text).unwrap();
    assert_eq!(buckets.index(at("2026-10-01T11:59:59.999Z")), None);
    assert_eq!(buckets.index(at("2026-10-01T12:00:00Z")), Some(0));
    assert_eq!(buckets.index(at("2026-10-02T00:00:00Z")), Some(1));
    assert_eq!(buckets.index(at("2026-10-03T00:00:00Z")), None);
    assert!(buckets.is_partial(0, at("2026-10-05")), "starts before the range");
    assert!(!buckets.is_partial(1, at("2026-10-05")));
    assert!(buckets.is_partial(1, at("2026-10-02T05:00:00Z")), "not over yet");
}

#[test]
fn too_many_buckets_and_empty_ranges() {
    let range = Range {
        from: Timestamp(0),
        to: Timestamp(3_600_000 * 20_000),
        zone: TimeZone::UTC,
        week_start: WeekStart::Monday,
        span: Span::Fixed,
    };
    assert_eq!(Buckets::new(&range, Interval::Hour), Err(CalendarError::TooMany));
    let empty = Range { to: Timestamp(0), ..range };
    assert_eq!(Buckets::new(&empty, Interval::Hour).unwrap().len(), 0);
}
