//! The lists of mobile analytics.

use std::collections::BTreeMap;

use event::{Event, Field, Timestamp};
use insight::{Answer, SessionLine};
use jiff::civil::Weekday;
use serde_json::{Value, json};

use super::{
    super::world::{World, millis},
    field, get, number, properties, same,
};
use crate::house::House;

const BASE: &str = "/api/v1/analytics/admin";

pub async fn mobile(house: &House, world: &World) {
    events(house, world).await;
    counts(house, world).await;
    sessions(house, world).await;
    for timeframe in ["hour", "day", "week", "month"] {
        aggregates(house, world, timeframe).await;
    }
}

/// All pages of a list, one after the other.
async fn pages(house: &House, path: &str) -> Vec<Value> {
    let mut page = get(house, &format!("{BASE}/{path}")).await;
    let (count, mut all) = (page["count"].as_u64().unwrap(), Vec::new());
    loop {
        all.extend(page["results"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_str() else { break };
        page = get(house, next).await;
    }
    assert_eq!(all.len() as u64, count, "{path}");
    all
}

async fn events(house: &House, world: &World) {
    let shown = |event: &Event| {
        json!({
            "id": event.id.to_string(), "event_type": &*event.event_type,
            "distinct_id": field(event, Field::DistinctId),
            "session_id": field(event, Field::SessionId),
            "device_id": field(event, Field::DeviceId),
            "app_version": field(event, Field::AppVersion),
            "os_name": field(event, Field::Os), "os_version": null,
            "properties": properties(event), "timestamp": event.timestamp.to_string(),
            "created_at": event.received_at.to_string(),
        })
    };
    let all: Vec<Value> = world.loud().rev().map(shown).collect();
    same("events", &pages(house, "events/?page_size=400").await, &all);
    let only = |takes: &dyn Fn(&Event) -> bool| -> Vec<Value> {
        world.events.iter().rev().filter(|event| takes(event)).map(shown).collect()
    };
    let change = jiff::civil::date(2026, 10, 25);
    for (filter, expected) in [
        ("event_type=purchase", only(&|event| &*event.event_type == "purchase")),
        ("event_type=$identify", only(&|event| &*event.event_type == "$identify")),
        ("event_type=session_end", only(&|event| &*event.event_type == "session_end")),
        ("distinct_id=user7", only(&|event| field(event, Field::DistinctId) == Some("user7"))),
        ("properties.page=cart", only(&|event| properties(event)["page"] == "cart")),
        (
            "start=2026-10-25&end=2026-10-25&event_type=tap",
            only(&|event| {
                world.local(event.timestamp).date() == change && &*event.event_type == "tap"
            }),
        ),
    ] {
        let expected: Vec<Value> = match filter.starts_with("event_type") {
            true => expected,
            // Without a type only what somebody did.
            false => expected
                .into_iter()
                .filter(|event| !insight::SILENT.contains(&event["event_type"].as_str().unwrap()))
                .collect(),
        };
        let got = pages(house, &format!("events/?{filter}&page_size=100")).await;
        same(filter, &got, &expected);
    }
}

async fn counts(house: &House, world: &World) {
    let Answer::Counts(counts) =
        world.oracle(&json!({"kind": "counts", "range": {"from": "2026-09-01"}}))
    else {
        panic!("no counts");
    };
    let one = |of: &insight::EventCount| {
        let of_type: Vec<&Event> =
            world.loud().filter(|event| *event.event_type == *of.event_type).collect();
        assert_eq!(of.count, of_type.len() as u64, "the oracle counts as a loop does");
        assert_eq!(of.unique_persons, world.people(of_type));
        json!({
            "event_type": of.event_type, "count": of.count, "unique_users": of.unique_persons,
        })
    };
    let expected: Vec<Value> = counts.events.iter().map(one).collect();
    let got = get(house, &format!("{BASE}/events/event_counts/")).await;
    same("event_counts", got.as_array().unwrap(), &expected);
}

async fn sessions(house: &House, world: &World) {
    let question = json!({"kind": "sessions", "range": {"from": "2026-09-01"}, "list": 1000});
    let Answer::Sessions(answer) = world.oracle(&question) else { panic!("no sessions") };
    assert!(answer.next.is_none(), "the oracle's list is whole");
    let shown = |line: &SessionLine| {
        let seconds = number(Some((line.end.0 - line.start.0) as f64 / 1e3));
        json!({
            "session_id": line.session_id, "distinct_id": line.distinct_id,
            "device_id": line.device_id, "started_at": line.start.to_string(),
            "ended_at": (!line.active).then(|| line.end.to_string()),
            "duration_seconds": if line.active { Value::Null } else { seconds },
            "event_count": line.events - line.marks, "is_active": line.active,
            "app_version": line.app_version, "os_name": line.os, "os_version": line.os_version,
        })
    };
    let all: Vec<Value> = answer.list.unwrap().iter().map(shown).collect();
    assert!(all.len() > 200, "{} sessions", all.len());
    same("sessions", &pages(house, "sessions/?page_size=150").await, &all);
    for (filter, active) in [("is_active=true", true), ("is_active=false", false)] {
        let expected: Vec<Value> =
            all.iter().filter(|session| session["is_active"] == active).cloned().collect();
        same(filter, &pages(house, &format!("sessions/?{filter}")).await, &expected);
    }
}

/// Start and end of the hour, day, week or month that holds a moment.
fn bucket(world: &World, at: Timestamp, timeframe: &str) -> (Timestamp, Timestamp) {
    let local = world.local(at);
    let date = local.date();
    let (first, next) = match timeframe {
        "hour" => {
            let offset = i64::from(local.offset().seconds()) * 1_000;
            let start = (at.0 + offset).div_euclid(3_600_000) * 3_600_000 - offset;
            return (Timestamp(start), Timestamp(start + 3_600_000));
        }
        "day" => (date, date.tomorrow().unwrap()),
        "week" => {
            let back = i64::from(date.weekday().since(Weekday::Monday));
            let monday = date.checked_sub(jiff::Span::new().days(back)).unwrap();
            (monday, monday.checked_add(jiff::Span::new().days(7)).unwrap())
        }
        _ => (date.first_of_month(), date.last_of_month().tomorrow().unwrap()),
    };
    let midnight = |date: jiff::civil::Date| millis(&date.to_zoned(world.zone.clone()).unwrap());
    (midnight(first), midnight(next))
}

async fn aggregates(house: &House, world: &World, timeframe: &str) {
    let mut groups: BTreeMap<(i64, i64, &str), Vec<&Event>> = BTreeMap::new();
    for event in world.loud() {
        let (start, end) = bucket(world, event.timestamp, timeframe);
        groups.entry((-start.0, end.0, &event.event_type)).or_default().push(event);
    }
    let one = |((start, end, event_type), events): (&(i64, i64, &str), &Vec<&Event>)| {
        let label = world.local(Timestamp(-start)).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
        let is_over = *end <= world.now.0;
        json!({
            "timeframe": timeframe, "event_type": event_type, "timestamp": label,
            "count": events.len(), "unique_users": world.people(events.iter().copied()),
            "metadata": if is_over { json!({}) } else { json!({"partial": true}) },
        })
    };
    let expected: Vec<Value> = groups.iter().map(one).collect();
    let path = format!("event-aggregates/?timeframe={timeframe}&page_size=700");
    same(timeframe, &pages(house, &path).await, &expected);
}
