//! The case files, answered by the store in several layouts.
//!
//! Left out are cases about what the store does not do yet: links between ids, first times from
//! before the horizon, and the horizon itself.

use std::path::Path;

use event::{Event, TenantId};
use insight::{Link, oracle::Fact, read, write};
use serde_json::{Value as Json, json};
use store::{AskError, Asking, Cancel, Store, local::LocalConfig};
use testkit::{
    cases::{self, Case},
    store_contract::sample,
};

use crate::world::{World, small};

fn is_for_the_store(case: &Case) -> bool {
    let facts = &case.facts;
    facts.links.is_empty() && facts.first_seen.is_empty() && facts.horizon.is_none()
}

/// Events in the order of their positions.
fn events(case: &Case) -> Vec<Event> {
    let mut facts: Vec<&Fact> = case.facts.events.iter().collect();
    facts.sort_by_key(|fact| fact.position);
    facts.into_iter().map(|fact| fact.event.clone()).collect()
}

fn answer(store: &dyn Store, case: &Case, tenant: &TenantId) -> Option<Json> {
    let question = read::question(&case.question, &case.context).ok()?;
    let asking = Asking {
        tenant: tenant.clone(),
        now: case.facts.now,
        deadline: None,
        cancel: Cancel::new(),
    };
    Some(match store.ask(&question, &asking) {
        Ok((answer, _)) => write::answer(&answer, &question),
        Err(AskError::Invalid { field, problem }) => json!({"error": format!("{field} {problem}")}),
        Err(other) => panic!("{}: {other}", case.label),
    })
}

#[derive(Clone, Copy, Debug)]
enum Layout {
    Head,
    ManyParts,
    Reopened,
}

fn check(case: &Case, layout: Layout) -> Option<String> {
    let world = World::new(small());
    let mut store = world.open();
    let events = events(case);
    let tenant = events.first().map_or(TenantId::default_tenant(), |event| event.tenant.clone());
    match layout {
        Layout::Head => sample::apply(&store, &events),
        Layout::ManyParts => {
            for some in events.chunks(2) {
                sample::apply(&store, some);
                store.flush().unwrap();
            }
        }
        Layout::Reopened => {
            sample::apply(&store, &events);
            store.flush().unwrap();
            drop(store);
            store = world.open();
        }
    }
    let found = answer(&store, case, &tenant)?;
    let difference = cases::difference(&case.expected, &found, "")?;
    Some(format!("{} {layout:?}\n    {difference}", case.label))
}

#[test]
fn the_store_answers_the_cases_in_every_layout() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/insights");
    let all = cases::load(Path::new(folder)).unwrap();
    let asked: Vec<_> = all.iter().filter(|case| is_for_the_store(case)).collect();
    println!("{} of {} cases", asked.len(), all.len());
    assert!(asked.len() >= 100, "{} cases, there are at least 100", asked.len());
    let layouts = [Layout::Head, Layout::ManyParts, Layout::Reopened];
    let wrong: Vec<_> = asked
        .iter()
        .flat_map(|case| layouts.iter().filter_map(|layout| check(case, *layout)))
        .collect();
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn questions_without_a_kernel_are_bounded() {
    let world = World::new(LocalConfig { whole_events_max: 3, ..small() });
    let store = world.open();
    let event = |n: u128| sample::event("a", n, "x", sample::START, Some("p"));
    let events: Vec<_> = (0..4).map(event).collect();
    assert!(Link::of(&events[0]).is_empty());
    let ask = |kind: Json| {
        let context = insight::Context::new(events[0].timestamp, jiff::tz::TimeZone::UTC);
        let question = read::question(&kind, &context).unwrap();
        let asking = Asking {
            tenant: sample::tenant("a"),
            now: events[0].timestamp,
            deadline: None,
            cancel: Cancel::new(),
        };
        store.ask(&question, &asking).map(drop).map_err(|error| error.to_string())
    };
    sample::apply(&store, &events[..3]);
    assert_eq!(ask(json!({"kind": "stickiness"})), Ok(()));
    sample::apply(&store, &events[3..]);
    let said = ask(json!({"kind": "stickiness"})).unwrap_err();
    assert!(said.contains("up to 3 stored events"), "{said}");
    assert_eq!(ask(json!({"kind": "counts"})), Ok(()));
}
