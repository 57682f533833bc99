//! The reports of the analytics service.

use std::collections::{BTreeMap, BTreeSet};

use event::{Event, Field, Timestamp};
use insight::{Answer, Cell, RetentionAnswer, TrendAnswer, calendar, exact};
use serde_json::{Value, json};

use super::{super::world::World, dwell, field, get, number, properties, same};
use crate::house::House;

pub async fn service(house: &House, world: &World) {
    for days in [7, 14] {
        dashboard(house, world, days).await;
    }
    events(house, world).await;
    funnel(house, world).await;
    cohort(house, world).await;
    retention(house, world).await;
    metrics(house).await;
}

/// Lines of each table.
const LINES: usize = 10;

fn label(world: &World, at: Timestamp) -> String {
    calendar::label(at, &world.zone)
}

/// Sessions that start in a range, per day and in all.
fn sessions(world: &World, (from, to): (Timestamp, Timestamp)) -> TrendAnswer {
    let question = json!({
        "kind": "trend", "range": {"from": from.to_string(), "to": to.to_string()},
        "interval": "day", "series": [{"measure": "sessions"}],
    });
    match world.oracle(&question) {
        Answer::Trend(answer) => answer,
        other => panic!("{other:?}"),
    }
}

fn totals(world: &World, range: (Timestamp, Timestamp)) -> Value {
    let events = world.within(range);
    let of = |name: &str| -> Vec<&Event> {
        events.iter().filter(|event| &*event.event_type == name).copied().collect()
    };
    let mut revenue: BTreeMap<&str, (usize, i64)> = BTreeMap::new();
    for purchase in of("purchase") {
        let currency = field(purchase, Field::Currency).unwrap();
        let of_currency = revenue.entry(currency).or_default();
        of_currency.0 += 1;
        of_currency.1 += purchase.revenue.unwrap().0;
    }
    // Most orders first.
    let mut revenue: Vec<_> = revenue.into_iter().collect();
    revenue.sort_by_key(|(_, (orders, _))| std::cmp::Reverse(*orders));
    let amount = |(currency, (_, micros)): &(&str, (usize, i64))| {
        let amount = number(Some(exact::unscaled(i128::from(*micros))));
        json!({"currency": currency, "amount": amount})
    };
    let (views, engaged) = (of("view"), of("engagement"));
    let rate = exact::rate(world.people(engaged), world.people(views.iter().copied()));
    json!({
        "events": events.len(), "users": world.people(events.iter().copied()),
        "sessions": number(sessions(world, range).series[0].total),
        "revenue": revenue.iter().map(amount).collect::<Vec<_>>(),
        "avgDwellSeconds": dwell(&views), "engagementRate": number(rate),
    })
}

fn series(world: &World, range: (Timestamp, Timestamp)) -> Vec<Value> {
    let events = world.within(range);
    let days = &sessions(world, range).series[0].data;
    let one = |(number_of, day): (usize, &insight::Point)| {
        let end = days.get(number_of + 1).map_or(range.1, |next| next.start);
        let inside = |event: &&&Event| (day.start..end).contains(&event.timestamp);
        let of_day: Vec<&Event> = events.iter().filter(inside).copied().collect();
        json!({
            "timestamp": label(world, day.start), "events": of_day.len(),
            "users": world.people(of_day), "sessions": number(day.value),
            "partial": number_of + 1 == days.len(),
        })
    };
    days.iter().enumerate().map(one).collect()
}

/// Events and users per value, most events first.
fn by(world: &World, events: &[&Event], value: impl Fn(&Event) -> Option<&str>) -> Vec<Value> {
    let mut groups: BTreeMap<Option<&str>, Vec<&Event>> = BTreeMap::new();
    for event in events {
        groups.entry(value(event)).or_default().push(event);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, events)| std::cmp::Reverse(events.len()));
    let one = |(value, events): (Option<&str>, Vec<&Event>)| {
        let mut line = json!({
            "value": value, "events": events.len(), "users": world.people(events),
        });
        if value.is_none() {
            line["kind"] = json!("none");
        }
        line
    };
    groups.into_iter().map(one).collect()
}

fn top_content(world: &World, range: (Timestamp, Timestamp)) -> Vec<Value> {
    let mut groups: BTreeMap<(&str, &str), Vec<&Event>> = BTreeMap::new();
    for view in world.within(range).into_iter().filter(|event| &*event.event_type == "view") {
        let kind = field(view, Field::EntityType).unwrap();
        groups.entry((kind, field(view, Field::EntityId).unwrap())).or_default().push(view);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(content, views)| (std::cmp::Reverse(views.len()), *content));
    let one = |((kind, id), views): ((&str, &str), Vec<&Event>)| {
        json!({
            "contentType": kind, "contentId": id, "views": views.len(),
            "avgDwellSeconds": dwell(&views),
        })
    };
    groups.into_iter().take(LINES).map(one).collect()
}

async fn dashboard(house: &House, world: &World, days: i64) {
    let range = (world.midnight(days - 1), Timestamp(world.now.0 + 1));
    let before = (world.days_before(range.0, days), world.days_before(range.1, days));
    let events = world.within(range);
    let question = json!({"kind": "counts", "range": {"last": format!("{days}d")}});
    let Answer::Counts(counts) = world.oracle(&question) else { panic!("no counts") };
    let top = |of: &insight::EventCount| json!({"eventType": of.event_type, "count": of.count, "users": of.unique_persons});
    let expected = json!({
        "timeframe": format!("{days}d"),
        "from": label(world, range.0),
        "to": label(world, range.1),
        "totals": totals(world, range),
        "previous": totals(world, before),
        "series": series(world, range),
        "topEvents": counts.events.iter().take(LINES).map(top).collect::<Vec<_>>(),
        "topContent": top_content(world, range),
        "breakdown": {
            "platform": by(world, &events, |event| field(event, Field::Platform)),
            "country": by(world, &events, |_| None),
            "device": by(world, &events, |_| None),
        },
    });
    let got = get(house, &format!("/api/analytics/dashboard?timeframe={days}d")).await;
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&got[name], value, "{name} of the dashboard of {days} days");
    }
    assert_eq!(got, expected);
}

async fn events(house: &House, world: &World) {
    let shown = |event: &&Event| {
        json!({
            "id": event.id.to_string(), "eventId": event.id.to_string(),
            "eventType": &*event.event_type, "userId": field(event, Field::UserId),
            "distinctId": field(event, Field::DistinctId),
            "sessionId": field(event, Field::SessionId),
            "timestamp": event.timestamp.to_string(),
            "schemaVersion": field(event, Field::SchemaVersion),
            "platform": field(event, Field::Platform), "data": properties(event),
            "receivedAt": event.received_at.to_string(),
        })
    };
    let range = (world.midnight(13), Timestamp(world.now.0 + 1));
    for (filter, event_type) in [("", None), ("&eventType=purchase", Some("purchase"))] {
        let within = world.within(range);
        let takes = |event: &&&Event| event_type.is_none_or(|of| &*event.event_type == of);
        let expected: Vec<Value> = within.iter().rev().filter(takes).map(shown).collect();
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/analytics/events?timeframe=14d&limit=500{filter}{cursor}");
            let page = get(house, &path).await;
            assert_eq!(page["total"], expected.len());
            all.extend(page["events"].as_array().unwrap().iter().cloned());
            let Some(next) = page["nextCursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        same("events of the service", &all, &expected);
    }
}

async fn funnel(house: &House, world: &World) {
    let names = ["view", "engagement", "purchase"];
    let steps: Vec<Value> = names.iter().map(|name| json!({ "event": name })).collect();
    for order in ["ordered", "strict", "unordered"] {
        let question = json!({
            "kind": "funnel", "range": {"last": "20d"}, "steps": steps,
            "window_seconds": 3 * 86_400, "order": order,
        });
        let Answer::Funnel(answer) = world.oracle(&question) else { panic!("no funnel") };
        let first = answer.steps[0].count;
        assert!(first > 20, "{answer:?}");
        let one = |(at, step): (usize, &insight::StepAnswer)| {
            let before = at.checked_sub(1).map_or(step.count, |at| answer.steps[at].count);
            let lost = before - step.count;
            json!({
                "step": at + 1, "name": names[at], "users": step.count,
                "conversionRate": number(exact::rate(step.count, first)),
                "conversionFromPrevious": number(exact::rate(step.count, before)),
                "dropOff": number(exact::rate(lost, before)), "dropOffUsers": lost,
                "medianSecondsFromPrevious": number(step.median_seconds),
                "avgSecondsFromPrevious": number(step.avg_seconds),
            })
        };
        let expected = json!({
            "steps": answer.steps.iter().enumerate().map(one).collect::<Vec<_>>(),
            "totalUsers": first,
            "overallConversion": number(exact::rate(answer.steps[2].count, first)),
            "window": "3d", "order": order,
        });
        let query = format!("timeframe=20d&window=3d&order={order}");
        let path = format!("/analytics/funnel?steps=view,engagement,purchase&{query}");
        assert_eq!(get(house, &path).await, expected, "{order}");
    }
}

fn cells(cells: &[Cell]) -> Vec<Value> {
    let one = |(period, cell): (usize, &Cell)| {
        json!({
            "period": period, "users": cell.count, "rate": number(cell.rate),
            "partial": cell.partial,
        })
    };
    cells.iter().enumerate().map(one).collect()
}

async fn cohort(house: &House, world: &World) {
    for (timeframe, period) in [("20d", "day"), ("3w", "week")] {
        let question = json!({"kind": "cohort", "range": {"last": timeframe}, "period": period});
        let Answer::FirstSeen(answer) = world.oracle(&question) else { panic!("no cohorts") };
        let one = |row: &insight::CohortRow| {
            let date = world.local(row.start).date().to_string();
            json!({"cohort": date, "size": row.size, "activity": cells(&row.cells)})
        };
        let cohorts: Vec<Value> = answer.cohorts.iter().map(one).collect();
        let path = format!("/analytics/cohort?timeframe={timeframe}&period={period}");
        assert_eq!(get(house, &path).await, json!({"period": period, "cohorts": cohorts}));
        // Nobody becomes new because the first events are gone.
        let sizes: u64 = answer.cohorts.iter().map(|row| row.size).sum();
        let ids = world.loud().filter_map(|event| world.person(event));
        let all = ids.collect::<BTreeSet<_>>().len() as u64;
        assert!(sizes < all, "{sizes} of {all} were new");
    }
}

async fn retention(house: &House, world: &World) {
    for (timeframe, period, periods) in [("20d", "day", 8), ("3w", "week", 2)] {
        let question = json!({
            "kind": "retention", "range": {"last": timeframe}, "period": period,
            "periods": periods,
        });
        let answer = match world.oracle(&question) {
            Answer::Retention(answer) => answer,
            other => panic!("{other:?}"),
        };
        let RetentionAnswer { cohorts, average } = &answer;
        let one = |row: &insight::CohortRow| {
            let date = world.local(row.start).date().to_string();
            json!({"date": date, "size": row.size, "values": cells(&row.cells)})
        };
        let mean = |(period, rate): (usize, &Option<f64>)| json!({"period": period, "rate": number(*rate)});
        let expected = json!({
            "period": period, "periods": periods,
            "cohorts": cohorts.iter().map(one).collect::<Vec<_>>(),
            "average": average.iter().enumerate().map(mean).collect::<Vec<_>>(),
        });
        let query = format!("timeframe={timeframe}&period={period}&periods={periods}");
        assert_eq!(get(house, &format!("/analytics/retention?{query}")).await, expected);
    }
}

async fn metrics(house: &House) {
    let metrics = get(house, "/analytics/events/metrics").await;
    assert_eq!(metrics["errorRate"], 0);
    for name in ["ingestionRate", "processingLatencyMs", "storageUsedBytes"] {
        assert!(metrics[name].as_f64().is_some_and(|figure| figure >= 0.0), "{name}: {metrics}");
    }
    assert!(metrics["storageUsedBytes"].as_u64().unwrap() > 0);
    let health = get(house, "/analytics/events/health").await;
    assert_eq!((&health["status"], &health["metrics"]["errorRate"]), (&json!("ok"), &json!(0)));
}
