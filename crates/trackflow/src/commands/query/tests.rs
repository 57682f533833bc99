use expect_test::{Expect, expect};
use serde_json::json;

use super::*;

fn check_table(answer: &Json, expected: &Expect) {
    let tables = grid::tables(answer).unwrap();
    expected.assert_eq(&(shown(&tables) + &footer(answer)));
}

#[test]
fn counts_are_a_table_with_a_sum() {
    check_table(
        &json!({
            "question": {"kind": "counts"},
            "result": {"total": 1200, "unique_persons": 7, "events": [
                {"event_type": "page_view", "count": 1100, "unique_persons": 7},
                {"event_type": "buy", "count": 100, "unique_persons": 3},
            ]},
            "meta": {"rows_read": 1200, "elapsed_ms": 3},
        }),
        &expect![[r#"
            event_type  count  unique_persons
            ----------  -----  --------------
            page_view    1100               7
            buy           100               3
            (all)        1200               7

            1,200 rows read in 3 ms
        "#]],
    );
}

#[test]
fn a_trend_has_a_column_per_series() {
    let point = |t: &str, v: u64, partial: bool| json!({"t": t, "v": v, "partial": partial});
    check_table(
        &json!({
            "question": {"kind": "trend"},
            "result": {"series": [
                {"name": "a", "total": 3, "data": [point("2026-10-01", 1, false), point("2026-10-02", 2, true)]},
                {"name": "b", "total": 9, "data": [point("2026-10-01", 9, false), point("2026-10-02", 0, true)]},
            ]},
        }),
        &expect![[r#"
            t                     a  b
            --------------------  -  -
            2026-10-01            1  9
            2026-10-02 (partial)  2  0
            (all)                 3  9
        "#]],
    );
}

#[test]
fn events_are_cut_in_a_table_and_whole_in_csv() {
    let answer = json!({
        "question": {"kind": "events"},
        "result": {"next_cursor": "abc", "events": [{
            "timestamp": "2026-10-01T00:00:00.000Z", "event_type": "say \"hi\", you",
            "distinct_id": null, "event_id": "1", "properties": {"long": "x".repeat(70)},
        }]},
    });
    check_table(
        &answer,
        &expect![[r#"
            timestamp                 event_type     distinct_id  event_id  properties
            ------------------------  -------------  -----------  --------  ------------------------------------------------------------
            2026-10-01T00:00:00.000Z  say "hi", you               1         {"long":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
            more with --cursor abc
        "#]],
    );
    let text = csv(&grid::tables(&answer).unwrap());
    assert!(text.ends_with("\r\n"));
    expect![[r#"
        timestamp,event_type,distinct_id,event_id,properties
        2026-10-01T00:00:00.000Z,"say ""hi"", you",,1,"{""long"":""xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx""}"
    "#]].assert_eq(&text.replace("\r\n", "\n"));
}

#[test]
fn every_problem_of_a_question_is_told() {
    let problem = json!({
        "title": "The question is wrong", "detail": "the question has 2 problems",
        "errors": [
            {"field": "range.last", "message": "last \"x\" is not a number"},
            {"field": "series[0]", "message": "must be an object"},
        ],
    });
    expect![[r#"
        the question has 2 problems (400)
          range.last: last "x" is not a number
          series[0]: must be an object"#]]
    .assert_eq(&refusal(400, &problem));
}

#[test]
fn flags_make_the_question_that_json_would() {
    let args = QuestionArgs {
        event: vec!["view".into(), "buy".into()],
        last: Some("7d".into()),
        by: Some("hour".into()),
        unique: true,
        conditions: vec!["country=DE".into(), "properties.plan=pro".into()],
        ..QuestionArgs::default()
    };
    expect![[r#"{"interval":"hour","kind":"trend","range":{"last":"7d"},"series":[{"event":"view","filter":{"all":[{"field":"country","op":"is","value":"DE"},{"op":"is","property":"plan","value":"pro"}]},"measure":"unique_persons"},{"event":"buy","filter":{"all":[{"field":"country","op":"is","value":"DE"},{"op":"is","property":"plan","value":"pro"}]},"measure":"unique_persons"}]}"#]].assert_eq(&args.question("trend").unwrap().to_string());
    let refused = |args: &QuestionArgs, kind| args.question(kind).unwrap_err().to_string();
    expect!["counts takes one --event"].assert_eq(&refused(&args, "counts"));
    let args = QuestionArgs { limit: Some(1), ..QuestionArgs::default() };
    expect!["--limit is for events, persons, web, performance, errors, taxonomy, not for counts"]
        .assert_eq(&refused(&args, "counts"));
    expect![[r#""funnels" is not a kind of question: use counts, trend, events, funnel, retention, cohort, paths, stickiness, lifecycle, sessions, web, performance, errors, revenue, persons, taxonomy, or JSON"#]]
        .assert_eq(&refused(&args, "funnels"));
    expect!["--limit is for events, persons, web, performance, errors, taxonomy, not for JSON"]
        .assert_eq(&args.refuse_beside_json().unwrap_err().to_string());
}

#[test]
fn a_funnel_has_a_line_per_step_and_a_table_per_value() {
    let steps = json!([
        {"name": "view", "count": 3, "from_previous": 1, "from_first": 1, "median_seconds": null},
        {"name": "buy", "count": 2, "from_previous": 0.666667, "from_first": 0.666667, "median_seconds": 90.5},
    ]);
    check_table(
        &json!({
            "question": {"kind": "funnel"},
            "result": {"steps": steps, "breakdown": [{"value": [{"value": "DE"}, {"kind": "none"}], "steps": steps}]},
        }),
        &expect![[r#"
            step  name  count  of previous  of first  median s
            ----  ----  -----  -----------  --------  --------
               1  view      3       100.0%    100.0%
               2  buy       2        66.7%     66.7%      90.5

            DE / (none):
            step  name  count  of previous  of first  median s
            ----  ----  -----  -----------  --------  --------
               1  view      3       100.0%    100.0%
               2  buy       2        66.7%     66.7%      90.5
        "#]],
    );
}

#[test]
fn retention_is_a_triangle() {
    let cell = |rate: f64, partial: bool| json!({"rate": rate, "partial": partial});
    check_table(
        &json!({
            "question": {"kind": "retention"},
            "result": {
                "cohorts": [
                    {"start": "2026-10-01", "size": 4, "values": [cell(1.0, false), cell(0.25, true)]},
                    {"start": "2026-10-02", "size": 2, "values": [cell(1.0, true)]},
                ],
                "average": [{"rate": 1}, {"rate": null}],
            },
        }),
        &expect![[r#"
            start       size        0       1
            ----------  ----  -------  ------
            2026-10-01     4   100.0%  25.0%*
            2026-10-02     2  100.0%*
            (average)          100.0%
        "#]],
    );
}

#[test]
fn a_breakdown_names_its_columns_and_fractions_stay() {
    let data = |v: f64| json!([{"t": "2026-10-01", "v": v, "partial": false}]);
    check_table(
        &json!({
            "question": {"kind": "trend"},
            "result": {"series": [
                {"name": "a", "total": 1.5, "data": data(1.5), "breakdown": [{"value": "DE"}], "previous": {"total": 2, "data": data(2.0)}},
                {"name": "a", "total": null, "data": data(0.25), "breakdown": [{"kind": "other"}]},
            ]},
        }),
        &expect![[r#"
            t           a: DE  before  a: (other)
            ----------  -----  ------  ----------
            2026-10-01    1.5     2.0        0.25
            (all)         1.5       2
        "#]],
    );
}

#[test]
fn other_answers_are_figures_and_lists() {
    check_table(
        &json!({
            "question": {"kind": "web"},
            "result": {"visits": 2, "previous": {"visits": 1}, "os": [], "next_cursor": null,
                "pages": [{"value": "/a", "views": 2}, {"kind": "none", "views": 1}]},
        }),
        &expect![[r#"
            figure           value
            ---------------  -----
            previous.visits      1
            visits               2

            pages:
            value  kind  views
            -----  ----  -----
            /a               2
                   none      1
        "#]],
    );
}
