use std::collections::{BTreeMap, BTreeSet};

use event::Field;
use ingest::RawTime;

use super::*;

const UNTIL: Timestamp = Timestamp(1_790_000_000_000);

fn plan(events: u64, seed: u64) -> Plan {
    Plan::new(Order { events, days: 30, until: UNTIL, seed })
}

fn at(draft: &Draft<'_>) -> i64 {
    match draft.timestamp {
        Some(RawTime::Number(number)) => number as i64,
        ref other => panic!("{other:?}"),
    }
}

#[test]
fn the_same_seed_makes_the_same_shop_with_exactly_the_events_ordered() {
    let ids = |seed| -> Vec<_> { plan(5_000, seed).drafts().map(|d| d.event_id).collect() };
    assert_eq!(ids(1), ids(1));
    assert_ne!(ids(1), ids(2));
    let unique: BTreeSet<_> = ids(1).into_iter().collect();
    assert_eq!(unique.len(), 5_000);
    assert_eq!(plan(1, 7).drafts().count(), 1);
}

#[test]
fn events_lie_in_the_days_ordered_and_more_come_by_day_than_by_night() {
    let mut hours = [0_u32; 24];
    for draft in plan(20_000, 3).drafts() {
        let at = at(&draft);
        // A visit that begins in the last minute ends a little later.
        assert!(at > UNTIL.0 - 30 * 86_400_000 && at < UNTIL.0 + 3 * 3_600_000, "{at}");
        if draft.fields.get(Field::Country) == Some("GB") {
            hours[(at / 3_600_000 % 24) as usize] += 1;
        }
    }
    assert!(hours[20] > 5 * hours[3], "{hours:?}");
}

#[test]
fn the_funnel_loses_people_at_each_step_and_some_come_through() {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut linked = 0;
    for draft in plan(50_000, 1).drafts() {
        *counts.entry(draft.event_type.unwrap().into_owned()).or_default() += 1;
        linked += u32::from(draft.properties.unwrap().contains("$anon_distinct_id"));
    }
    let steps = ["page_view", "view_item", "add_to_cart", "checkout_started", "purchase"];
    let counts_of: Vec<u32> = steps.iter().map(|step| counts[*step]).collect();
    assert!(counts_of.is_sorted_by(|a, b| a > b), "{counts:?}");
    assert!(counts["purchase"] > 100, "{counts:?}");
    assert_eq!(linked, counts["$identify"]);
}
