//! Questions over HTTP.

use event::Limits;
use expect_test::expect;
use server::{QueryConfig, ServerConfig};

use crate::house::House;

/// Three events of two people.
async fn filled() -> House {
    let house = House::new();
    let events = r#"[
        {"event_type":"page_view","user_id":"u1","session_id":"s1","timestamp":"2026-10-15T10:00:00Z","event_id":"11111111-1111-4111-8111-111111111111","properties":{ "page":"home","n":1.50 }},
        {"event_type":"page_view","user_id":"u2","timestamp":"2026-10-14T10:00:00Z","event_id":"22222222-2222-4222-8222-222222222222","plan":"pro"},
        {"event_type":"click","user_id":"u1","timestamp":"2026-10-20T10:00:00Z","event_id":"33333333-3333-4333-8333-333333333333"}
    ]"#;
    assert_eq!(house.post("/apiv1/events/batch", events).await.status, 201);
    house.settled().await;
    house
}

fn result(answer: &crate::house::Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::to_string_pretty(&answer.json()["result"]).unwrap()
}

#[tokio::test]
async fn counts_are_answered() {
    let house = filled().await;
    let answer = house.ask(r#"{"kind":"counts","range":{"last":"7d"}}"#).await;
    answer.check(&expect![[r#"
        200
        content-type: application/json
        cache-control: no-store
        vary: accept-encoding

        {"question":{"kind":"counts","range":{"last":"7d"},"tz":"UTC","week_start":"monday"},"result":{"events":[{"count":2,"event_type":"page_view","unique_persons":2},{"count":1,"event_type":"click","unique_persons":1}],"total":3,"unique_persons":2},"meta":{"backend":"local","range":{"from":"2026-10-09T00:00:00+00:00","to":"2026-10-15T12:00:00+00:00","tz":"UTC"},"rows_read":3,"bytes_read":156,"elapsed_ms":<ms>,"from_rollups":false}}"#]]);
}

#[tokio::test]
async fn events_are_listed_page_by_page() {
    let house = filled().await;
    let first = house.ask(r#"{"kind":"events","range":{"last":"7d"},"limit":2}"#).await;
    let expected = expect![[r#"
        200
        content-type: application/json
        cache-control: no-store
        vary: accept-encoding

        {
          "events": [
            {
              "dialect": "simple",
              "distinct_id": "u1",
              "event_id": "33333333-3333-4333-8333-333333333333",
              "event_type": "click",
              "flags": [
                "time_adjusted"
              ],
              "properties": {},
              "received_at": "2026-10-15T12:00:00.000Z",
              "source": "api",
              "tenant_id": "default",
              "timestamp": "2026-10-15T12:00:00.000Z",
              "user_id": "u1"
            },
            {
              "dialect": "simple",
              "distinct_id": "u1",
              "event_id": "11111111-1111-4111-8111-111111111111",
              "event_type": "page_view",
              "flags": [],
              "page_path": "home",
              "properties": {
                "n": 1.5,
                "page": "home"
              },
              "received_at": "2026-10-15T12:00:00.000Z",
              "session_id": "s1",
              "source": "api",
              "tenant_id": "default",
              "timestamp": "2026-10-15T10:00:00.000Z",
              "user_id": "u1"
            }
          ],
          "next_cursor": "<cursor>"
        }"#]];
    expected.assert_eq(&crate::house::Answer { body: result(&first).into(), ..first }.shown());
    let again = house.ask(r#"{"kind":"events","range":{"last":"7d"},"limit":2}"#).await.json();
    let cursor = again["result"]["next_cursor"].as_str().unwrap();
    let body =
        format!(r#"{{"kind":"events","range":{{"last":"7d"}},"limit":2,"cursor":"{cursor}"}}"#);
    let second = house.ask(&body).await.json();
    let ids: Vec<_> =
        second["result"]["events"].as_array().unwrap().iter().map(|e| &e["event_id"]).collect();
    assert_eq!(ids, ["22222222-2222-4222-8222-222222222222"]);
    let other = body.replace("\"kind\"", "\"order\":\"oldest\",\"kind\"");
    house.ask(&other).await.check(&expect![[r#"
        400
        content-type: application/problem+json
        cache-control: no-store
        vary: accept-encoding

        {"code":"invalid_value","detail":"cursor belongs to another question","errors":[{"code":"invalid_value","field":"cursor","message":"cursor belongs to another question"}],"requestId":"<request>","status":400,"title":"Invalid value","type":"/docs#code-invalid_value"}"#]]);
}

#[tokio::test]
async fn a_trend_has_a_point_per_day_of_the_zone() {
    let house = filled().await;
    let answer = house
        .ask(r#"{"kind":"trend","range":{"last":"2d"},"tz":"Europe/Berlin","series":[{"event":"page_view","measure":"unique_persons"}]}"#)
        .await;
    let expected = expect![[r#"
        {
          "series": [
            {
              "data": [
                {
                  "partial": false,
                  "t": "2026-10-14T00:00:00+02:00",
                  "v": 1
                },
                {
                  "partial": true,
                  "t": "2026-10-15T00:00:00+02:00",
                  "v": 1
                }
              ],
              "name": "page_view",
              "total": 2
            }
          ]
        }"#]];
    expected.assert_eq(&result(&answer));
    assert_eq!(answer.json()["meta"]["partial_from"], "2026-10-15T00:00:00+02:00");
}

#[tokio::test]
async fn the_question_of_an_answer_can_be_asked_again() {
    let house = filled().await;
    let first =
        house.ask(r#"{"kind":"trend","range":{"last":"3d"},"interval":"hour"}"#).await.json();
    let again = house.ask(&first["question"].to_string()).await.json();
    assert_eq!(first["question"], again["question"]);
    assert_eq!(first["result"], again["result"]);
}

#[tokio::test]
async fn problems_come_all_at_once() {
    let house = House::new();
    house.ask(r#"{"kind":"trend","interval":"fortnight","tz":"Mars"}"#).await.check(&expect![[r#"
        400
        content-type: application/problem+json
        cache-control: no-store
        vary: accept-encoding

        {"code":"invalid_value","detail":"the question has 2 problems","errors":[{"code":"invalid_value","field":"tz","message":"tz \"Mars\" is not a time zone, use a name like Europe/Berlin"},{"code":"invalid_value","field":"interval","message":"interval is \"fortnight\", it must be one of hour, day, week, month"}],"requestId":"<request>","status":400,"title":"Invalid value","type":"/docs#code-invalid_value"}"#]]);
    house.ask(r#"{"kind":"dance"}"#).await.check(&expect![[r#"
        400
        content-type: application/problem+json
        cache-control: no-store
        vary: accept-encoding

        {"code":"invalid_value","detail":"kind is \"dance\", it must be one of events, counts, trend, funnel, retention, cohort, paths, stickiness, lifecycle, sessions, web, performance, errors, revenue, experiment, persons, person, taxonomy, people_of","errors":[{"code":"invalid_value","field":"kind","message":"kind is \"dance\", it must be one of events, counts, trend, funnel, retention, cohort, paths, stickiness, lifecycle, sessions, web, performance, errors, revenue, experiment, persons, person, taxonomy, people_of"}],"requestId":"<request>","status":400,"title":"Invalid value","type":"/docs#code-invalid_value"}"#]]);
    house.ask("{").await.check(&expect![[r#"
        400
        content-type: application/problem+json
        cache-control: no-store
        vary: accept-encoding

        {"code":"malformed_json","detail":"body is not json: EOF while parsing an object at line 1 column 1","requestId":"<request>","status":400,"title":"Malformed JSON","type":"/docs#code-malformed_json"}"#]]);
    house.ask(&format!("\"{}\"", "x".repeat(1 << 20))).await.check(&expect![[r#"
        413
        content-type: application/problem+json
        cache-control: no-store
        vary: accept-encoding

        {"code":"body_too_large","detail":"body has more than 1048576 bytes","requestId":"<request>","status":413,"title":"Body too large","type":"/docs#code-body_too_large"}"#]]);
}

#[tokio::test]
async fn questions_are_bounded_in_number_and_time() {
    let query = QueryConfig { concurrent: 0, ..QueryConfig::default() };
    let config = ServerConfig { query, ..ServerConfig::default() };
    let house = House::with(config, Limits::default());
    house.ask(r#"{"kind":"counts"}"#).await.check(&expect![[r#"
        503
        content-type: application/problem+json
        cache-control: no-store
        retry-after: 1
        vary: accept-encoding

        {"code":"overloaded","detail":"too many questions are being answered","requestId":"<request>","status":503,"title":"Overloaded","type":"/docs#code-overloaded"}"#]]);
}

#[tokio::test]
async fn an_answer_is_indented_for_people() {
    let house = House::new();
    let path = format!("/api/v1/query?pretty&api_key={}", house.keys.secret_key);
    let answer = house.post(&path, r#"{"kind":"counts"}"#).await;
    assert!(answer.text().starts_with("{\n  \"question\": {\n"), "{}", answer.text());
    assert!(answer.text().ends_with("}\n"));
}
