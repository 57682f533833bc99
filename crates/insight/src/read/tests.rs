use expect_test::{Expect, expect};
use serde_json::json;

use super::*;

fn context() -> Context {
    Context::new(
        Timestamp::parse("2026-10-15T12:00:00Z").unwrap(),
        TimeZone::get("Europe/Berlin").unwrap(),
    )
}

#[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
fn check(json: Json, expected: Expect) {
    let shown = match question(&json, &context()) {
        Ok(question) => {
            let range = question.range();
            format!("{} {} .. {}", question.kind(), range.from, range.to)
        }
        Err(problems) => problems
            .iter()
            .map(|p| format!("{}: {}: {}", p.field, p.code.as_str(), p.message))
            .collect::<Vec<_>>()
            .join("\n"),
    };
    expected.assert_eq(&shown);
}

#[test]
fn defaults_are_filled_in() {
    check(
        json!({"kind": "counts"}),
        expect!["counts 2026-09-15T22:00:00.000Z .. 2026-10-15T12:00:00.001Z"],
    );
    check(
        json!({"kind": "events", "filter": {}}),
        expect!["events 2026-10-14T12:00:00.000Z .. 2026-10-15T12:00:00.001Z"],
    );
    check(
        json!({"kind": "trend", "cursor": null}),
        expect!["cursor: invalid_value: cursor is not a field of this question"],
    );
}

#[test]
fn dates_are_in_the_zone_of_the_question() {
    check(
        json!({"kind": "trend", "range": {"from": "2026-10-01", "to": "2026-11-01"}, "tz": "America/New_York"}),
        expect!["trend 2026-10-01T04:00:00.000Z .. 2026-11-01T04:00:00.000Z"],
    );
    check(
        json!({"kind": "trend", "range": {"last": "1w"}}),
        expect!["trend 2026-10-11T22:00:00.000Z .. 2026-10-15T12:00:00.001Z"],
    );
    check(
        json!({"kind": "trend", "range": {"last": "2m"}}),
        expect!["trend 2026-08-31T22:00:00.000Z .. 2026-10-15T12:00:00.001Z"],
    );
}

#[test]
fn all_problems_come_at_once() {
    check(
        json!({"kind": "trend", "range": {"last": "0d"}, "tz": "Mars", "interval": "day", "series": [
            {"measure": "mode", "filter": {"all": [{"field": "plan", "op": "is", "value": "x"}, {"property": "p", "op": "regex", "value": "("}]}},
            {"filter": {"property": "p", "op": "between", "value": [1]}, "oops": 1}
        ]}),
        expect![[r#"
            tz: invalid_value: tz "Mars" is not a time zone, use a name like Europe/Berlin
            range.last: invalid_value: last "0d" is not a number of h, d, w or m of at most 3660 days, e.g. 24h or 30d
            series[0].measure: invalid_value: measure is "mode", it must be one of total, unique_persons, sessions, per_person, sum, avg, min, max, median, p90, p95, p99
            series[0].filter.all[0].field: invalid_value: field "plan" is not a field of events; a key of properties goes under "property"
            series[0].filter.all[1].value: invalid_value: value error: unclosed group
            series[1].filter.value: invalid_value: value has 1 items, between takes 2 to 2
            series[1].oops: invalid_value: series[1].oops is not a field of this question"#]],
    );
}

#[test]
fn ranges_are_bounded() {
    check(
        json!({"kind": "counts", "range": {"last": "10000d"}}),
        expect![[
            r#"range.last: invalid_value: last "10000d" is not a number of h, d, w or m of at most 3660 days, e.g. 24h or 30d"#
        ]],
    );
    check(
        json!({"kind": "counts", "range": {"from": "2026-01-02", "to": "2026-01-01"}}),
        expect![
            "range.to: invalid_value: to 2025-12-31T23:00:00.000Z lies before from 2026-01-01T23:00:00.000Z"
        ],
    );
    check(
        json!({"kind": "counts", "range": {"from": "2006-01-02", "to": "2026-01-01"}}),
        expect!["range.from: invalid_value: range has 7304 days, the limit is 3660"],
    );
    check(
        json!({"kind": "trend", "interval": "hour", "range": {"last": "3000d"}}),
        expect![
            "interval: invalid_value: interval gives more than 10000 buckets, ask for a shorter range or a wider interval"
        ],
    );
}
