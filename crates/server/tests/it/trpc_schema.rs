//! S4: every input zod would refuse, and every rule.

use serde_json::{Value, json};

use crate::house::House;

const TRACK: &str = "/api/trpc/eventIngestion.track";

/// The errors of one event: those of the form, and those by field.
async fn check(event: &str, form: &[&str], fields: Value) {
    let house = House::new();
    let answer = house.post(TRACK, event.to_owned()).await;
    assert_eq!(answer.status, 400, "{event}: {}", answer.text());
    let error = &answer.json()["error"];
    let zod = json!({"formErrors": form, "fieldErrors": fields});
    assert_eq!(error["data"]["zodError"], zod, "{event}");
    assert_eq!((&error["code"], &error["data"]["code"]), (&json!(-32600), &json!("BAD_REQUEST")));
    let issues: Value = serde_json::from_str(error["message"].as_str().unwrap()).unwrap();
    assert!(!issues.as_array().unwrap().is_empty(), "{event}");
    let books = house.settled().await;
    assert_eq!((books.stored, books.rejected), (0, 1), "{event}");
}

#[tokio::test]
async fn wrong_types_are_told_in_the_words_of_zod() {
    check("7", &["Expected object, received number"], json!({})).await;
    check("[]", &["Expected object, received array"], json!({})).await;
    check("null", &["Expected object, received null"], json!({})).await;
    check("{}", &[], json!({"eventType": ["Required"]})).await;
    let twice = r#"{"eventType":"a","eventType":true}"#;
    check(twice, &[], json!({"eventType": ["Expected string, received boolean"]})).await;
    let null = r#"{"eventType":"a","sessionId":null}"#;
    check(null, &[], json!({"sessionId": ["Expected string, received null"]})).await;
    let props = r#"{"eventType":"a","props":[1]}"#;
    check(props, &[], json!({"props": ["Expected object, received array"]})).await;
    let source = r#"{"eventType":"a","source":null}"#;
    let expected = "Expected 'web' | 'api' | 'mobile' | 'system' | 'webhook', received null";
    check(source, &[], json!({"source": [expected]})).await;
    let referrer = r#"{"eventType":"a","attribution":{"referrer":7}}"#;
    check(referrer, &[], json!({"attribution": ["Invalid input"]})).await;
}

#[tokio::test]
async fn impossible_values_are_told_in_the_words_of_zod() {
    let empty = json!({"eventType": ["String must contain at least 1 character(s)"]});
    check(r#"{"eventType":""}"#, &[], empty).await;
    // 51 characters of two UTF-16 units each.
    let long = json!({"eventType": "\u{1f600}".repeat(51)}).to_string();
    let expected = "String must contain at most 100 character(s)";
    check(&long, &[], json!({"eventType": [expected]})).await;
    let source = r#"{"eventType":"a","source":"tv"}"#;
    let expected = "Invalid enum value. Expected 'web' | 'api' | 'mobile' | 'system' | 'webhook', \
                    received 'tv'";
    check(source, &[], json!({"source": [expected]})).await;
    let ids = r#"{"eventType":"a","entityId":"7","entityType":"asset","sessionId":"s",
        "idempotencyKey":"","attribution":{"landingPage":"feed","referrer":""}}"#;
    check(
        ids,
        &[],
        json!({
            "entityId": ["Invalid cuid"], "sessionId": ["Invalid uuid"],
            "attribution": ["Invalid url"], "idempotencyKey": ["Invalid uuid"],
        }),
    )
    .await;
    let half = r#"{"eventType":"\ud800"}"#;
    let expected = "eventType has a \\u escape that is half of a surrogate pair";
    check(half, &[], json!({"eventType": [expected]})).await;
}

#[tokio::test]
async fn rules_are_told_by_field() {
    let refined = "entityType is required when entityId is provided";
    let lonely = r#"{"eventType":"a","entityId":"cjld2cjxh0000qzrmn831i7rn"}"#;
    check(lonely, &[refined], json!({})).await;
    let both = r#"{"eventType":"a","entityId":"short"}"#;
    check(both, &[refined], json!({"entityId": ["Invalid cuid"]})).await;
    for (event_type, first) in [
        ("asset_viewed", "view_duration_ms"),
        ("license_signed", "license_id"),
        ("post_viewed", "post_id"),
    ] {
        let event = json!({"eventType": event_type, "props": {"other": 1}}).to_string();
        let expected = format!("{event_type} requires props.{first}");
        check(&event, &[], json!({"props": [expected]})).await;
    }
    check(
        r#"{"eventType":"post_cta_clicked"}"#,
        &[],
        json!({"props": [
            "post_cta_clicked requires props.cta_type", "post_cta_clicked requires props.cta_url",
        ]}),
    )
    .await;
    check(
        r#"{"eventType":"payout_completed","props":{"amount_cents":1}}"#,
        &[],
        json!({
            "props": ["payout_completed requires props.payment_method"],
        }),
    )
    .await;
}

#[tokio::test]
async fn a_time_is_neither_ahead_nor_older_than_thirty_days() {
    let at = |time: &str| json!({"eventType": "a", "props": {"occurred_at": time}}).to_string();
    let future = "props.occurred_at must not lie in the future";
    check(&at("2026-10-15T12:00:00.001Z"), &[], json!({"props": [future]})).await;
    let old = "props.occurred_at lies before 2026-09-15T12:00:00.000Z";
    check(&at("2026-09-15T11:59:59.999Z"), &[], json!({"props": [old]})).await;
    let nonsense = "props.occurred_at is not a time: use RFC 3339, a date, or seconds or \
                    milliseconds since 1970";
    check(&at("soon"), &[], json!({"props": [nonsense]})).await;
    let flag = r#"{"eventType":"a","props":{"occurred_at":true}}"#;
    let expected = "props.occurred_at must be a string or a number";
    check(flag, &[], json!({"props": [expected]})).await;

    let house = House::new();
    for time in ["2026-10-15T12:00:00.000Z", "2026-09-15T12:00:00.000Z"] {
        let answer = house.post(TRACK, at(time)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    house.settled().await;
}

#[tokio::test]
async fn what_no_event_can_hold_is_told_too() {
    let deep = format!(
        r#"{{"eventType":"a","props":{}{}}}"#,
        r#"{"a":"#.repeat(20),
        "{}".to_owned() + &"}".repeat(20)
    );
    check(&deep, &[], json!({"props": ["props is nested deeper than 16 levels"]})).await;
    let large = format!(r#"{{"eventType":"a","props":{{"x":"{}"}}}}"#, "x".repeat(70_000));
    let house = House::new();
    let answer = house.post(TRACK, large).await;
    assert_eq!(answer.status, 400, "{}", answer.text());
    let form = answer.json()["error"]["data"]["zodError"]["formErrors"][0].clone();
    assert!(form.as_str().unwrap().starts_with("event has "), "{form}");
    house.settled().await;
}

#[tokio::test]
async fn a_batch_holds_one_to_fifty_events() {
    let house = House::new();
    let path = "/api/trpc/eventIngestion.trackBatch";
    for (body, expected) in [
        (r#"{"events":[]}"#.to_owned(), "Array must contain at least 1 element(s)"),
        (
            json!({"events": vec![json!({}); 51]}).to_string(),
            "Array must contain at most 50 element(s)",
        ),
        (r#"{"events":{}}"#.to_owned(), "Expected array, received object"),
        ("{}".to_owned(), "Required"),
    ] {
        let answer = house.post(path, body).await;
        assert_eq!(answer.status, 400);
        let zod = &answer.json()["error"]["data"]["zodError"];
        assert_eq!(zod["fieldErrors"], json!({"events": [expected]}));
    }
    // As many as there may be, all of them bad.
    let answer = house.post(path, json!({"events": vec![json!({}); 50]}).to_string()).await;
    assert_eq!((answer.status, &answer.json()["result"]["data"]["failed"]), (200, &json!(50)));
    assert_eq!(house.settled().await.rejected, 50);
}
