//! Retention as questions see it: nothing older than the horizon, and who was there before is not
//! new, however far the removal is, whatever is in memory, and after a restart.

use event::{Event, Field, TenantId, Timestamp};
use insight::{
    Answer, Context,
    oracle::{self, Fact, Facts, FirstSeen},
    read,
};
use jiff::tz::TimeZone;
use serde_json::json;
use std::collections::BTreeMap;
use store::{
    Asking, Cancel, Store,
    local::{LocalStore, repair},
};
use testkit::{
    faulty_fs::{SimFs, Survival},
    store_contract::sample::{self, DAY, HOUR, START},
};

use crate::world::{World, compact_all, small};

const NOW: Timestamp = Timestamp(START + 40 * DAY);

/// All that was ever applied, and the horizon of tenant `a`.
#[derive(Default)]
struct Log {
    events: Vec<Event>,
    horizon: Option<i64>,
}

impl Log {
    fn facts(&self, of: &str) -> Facts {
        let mine = self.events.iter().enumerate().filter(|(_, e)| e.tenant.as_str() == of);
        let fact =
            |(at, event): (usize, &Event)| Fact { event: event.clone(), position: at as u64 };
        let mut facts = Facts::of(mine.map(fact).collect(), NOW);
        let Some(horizon) = self.horizon.filter(|_| of == "a") else { return facts };
        facts.horizon = Some(Timestamp(horizon));
        let mut first: BTreeMap<(&str, &str), Timestamp> = BTreeMap::new();
        for Fact { event, .. } in &facts.events {
            let id = event.fields.get(Field::DistinctId).filter(|id| !id.is_empty());
            let (Some(id), true) = (id, event.timestamp.0 < horizon) else { continue };
            let at = first.entry((id, &event.event_type)).or_insert(event.timestamp);
            *at = event.timestamp.min(*at);
        }
        let seen = first.into_iter().map(|((id, event_type), at)| FirstSeen {
            distinct_id: id.into(),
            event_type: event_type.into(),
            at,
        });
        facts.first_seen = seen.collect();
        facts
    }
}

/// An event of few persons over twelve days; some tell links, some properties.
fn event(rng: &mut fastrand::Rng, number: u128) -> Event {
    let who = format!("p{}", rng.u8(..16));
    let who = (rng.u8(..9) != 0).then_some(who.as_str());
    let of = if rng.u8(..5) == 0 { "b" } else { "a" };
    let kind = ["x", "y", "z"][rng.usize(..3)];
    let mut event = sample::event(of, number, kind, START + rng.i64(0..48) * 6 * HOUR, who);
    if rng.u8(..12) == 0 {
        event.fields.set(Field::UserId, &format!("u{}", rng.u8(..6)));
    }
    event.properties = match rng.u8(..5) {
        0 => format!(r#"{{"$set":{{"plan":"{}"}}}}"#, ["free", "pro"][rng.usize(..2)]).into(),
        1 => format!(r#"{{"n":{}}}"#, rng.u8(..4)).into(),
        _ => "{}".into(),
    };
    event
}

fn questions(rng: &mut fastrand::Rng) -> Vec<serde_json::Value> {
    let day = rng.u8(1..10);
    let range = json!({"from": format!("2026-10-{day:02}"), "to": "2026-10-14"});
    let all = json!({"from": "2026-09-01", "to": "2026-12-01"});
    let event = ["x", "y", "z"][rng.usize(..3)];
    let filter = json!({"property": "n", "op": "gte", "value": 2});
    let first = json!({"first_time": {"event": event}, "within": range});
    let who = format!("p{}", rng.u8(..16));
    vec![
        json!({"kind": "retention", "range": range, "type": "first_time", "periods": 4,
               "start": {"event": event}, "return": {}}),
        json!({"kind": "retention", "range": range, "type": "first_time", "periods": 3,
               "start": {"event": event, "filter": filter}, "return": {"event": "x"}}),
        json!({"kind": "lifecycle", "range": range, "event": event}),
        json!({"kind": "lifecycle", "range": range}),
        json!({"kind": "cohort", "cohort": first}),
        json!({"kind": "cohort", "cohort": {"not": first}}),
        json!({"kind": "cohort", "cohort": {"person": "plan", "op": "is", "value": "pro"}}),
        json!({"kind": "cohort", "cohort": {"did": {"event": event}, "times": {"exactly": 0},
               "within": all}}),
        json!({"kind": "counts", "range": all}),
        json!({"kind": "counts", "range": range, "filter": {"cohort": first}}),
        json!({"kind": "events", "range": all, "limit": 1000, "order": "oldest"}),
        json!({"kind": "events", "range": all, "limit": 7}),
        json!({"kind": "persons", "range": all, "limit": 100}),
        json!({"kind": "person", "id": who, "range": all, "limit": 100}),
        json!({"kind": "taxonomy"}),
        json!({"kind": "trend", "range": range, "series": [{"measure": "unique_persons"}],
               "breakdown": [{"person": "plan"}]}),
        json!({"kind": "trend", "range": range, "series": [{}]}),
        json!({"kind": "trend", "range": range, "series": [{}], "interval": "month",
               "breakdown": [{"field": "event_type"}]}),
        json!({"kind": "trend", "range": all, "series": [{"measure": "unique_persons"}],
               "interval": "week", "breakdown": [{"field": "event_type"}]}),
        json!({"kind": "stickiness", "range": range, "event": event}),
        json!({"kind": "people_of", "question": {"kind": "lifecycle", "range": range},
               "at": {"t": format!("2026-10-{day:02}T00:00:00+00:00"), "state": "new"}}),
    ]
}

/// Every question of a random choice is answered as the oracle does.
fn expect_same(store: &LocalStore, log: &Log, rng: &mut fastrand::Rng) {
    let context = Context::new(NOW, TimeZone::UTC);
    for of in ["a", "b"] {
        let facts = log.facts(of);
        let tenant = TenantId::new(of).unwrap();
        let asking = Asking { tenant, now: NOW, deadline: None, cancel: Cancel::new() };
        for question in questions(rng) {
            let asked = read::question(&question, &context).unwrap_or_else(|problems| {
                panic!("{question}: {problems:?}");
            });
            let (mut expected, meta) = oracle::answer(&asked, &facts).unwrap();
            let (mut found, own) = store.ask(&asked, &asking).unwrap();
            for answer in [&mut expected, &mut found] {
                match answer {
                    Answer::Events(list) => list.next = None,
                    Answer::Person(person) => person.next = None,
                    _ => {}
                }
            }
            assert_eq!(found, expected, "tenant {of}, horizon {:?}, {question}", log.horizon);
            assert_eq!(own.history_from, meta.history_from);
        }
    }
}

fn retain(store: &LocalStore, at: i64, cancel: &Cancel) -> u64 {
    store.retain(&sample::tenant("a"), Timestamp(at), cancel).unwrap()
}

#[test]
fn answers_equal_those_of_the_oracle_whatever_was_removed_when() {
    let first = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    for seed in first..first + 16 {
        println!("seed {seed}");
        let mut rng = fastrand::Rng::with_seed(seed);
        let world = World::new(small());
        let mut store = world.open();
        let mut log = Log::default();
        for _ in 0..rng.usize(4..24) {
            match rng.u8(..8) {
                0..=2 => {
                    let from = log.events.len();
                    let size = [1, 4, 40][rng.usize(..3)];
                    log.events.extend((0..size).map(|n| event(&mut rng, (from + n) as u128)));
                    sample::apply(&store, &log.events[from..]);
                }
                3 => drop(store.flush().unwrap()),
                4 | 5 => {
                    let at = START + rng.i64(0..40) * 6 * HOUR + rng.i64(0..2);
                    let cancel = Cancel::new();
                    if rng.bool() {
                        // Only the horizon moves.
                        cancel.cancel();
                    }
                    retain(&store, at, &cancel);
                    log.horizon = log.horizon.max(Some(at));
                }
                6 => drop(compact_all(&store)),
                _ => {
                    drop(store);
                    store = world.open();
                    let from = store.durable_position(0) as usize;
                    sample::apply(&store, &log.events[from..]);
                }
            }
            if rng.u8(..3) == 0 {
                expect_same(&store, &log, &mut rng);
            }
        }
        expect_same(&store, &log, &mut rng);
        store.flush().unwrap();
        if let Some(horizon) = log.horizon {
            retain(&store, horizon, &Cancel::new());
            let old = |e: &&Event| e.tenant.as_str() == "a" && e.timestamp.0 < horizon;
            let removed = log.events.iter().filter(old).count() as u64;
            assert_eq!(store.retained()[0].1.removed, removed);
            assert_eq!(store.status().rows, log.events.len() as u64 - removed);
        }
        expect_same(&store, &log, &mut rng);
    }
}

#[test]
fn answers_hold_whenever_the_power_goes_during_a_retention() {
    for cut in (0..60).step_by(3) {
        let mut rng = fastrand::Rng::with_seed(cut);
        let sim = SimFs::new();
        let mut world = World::on(sim.shared(), small());
        let store = world.open();
        let mut log = Log::default();
        for from in [0, 60, 120] {
            log.events.extend((0..60).map(|n| event(&mut rng, from + n)));
            sample::apply(&store, &log.events[from as usize..]);
            store.flush().unwrap();
        }
        let at = START + 5 * DAY;
        sim.crash_at(sim.operations() + cut);
        let _ = store.retain(&sample::tenant("a"), Timestamp(at), &Cancel::new());
        log.horizon = Some(at);
        drop(store);
        world.fs = sim.power_loss(Survival::Random(cut)).shared();
        let store = world.open();
        expect_same(&store, &log, &mut rng);
    }
}

#[test]
fn a_repair_keeps_what_the_old_manifest_knows_of_retention() {
    let mut rng = fastrand::Rng::with_seed(7);
    let world = World::new(small());
    let store = world.open();
    let events: Vec<Event> = (0..200).map(|number| event(&mut rng, number)).collect();
    for events in events.chunks(100) {
        sample::apply(&store, events);
        store.flush().unwrap();
    }
    retain(&store, START + 6 * DAY, &Cancel::new());
    let tenant = sample::tenant("a");
    let known = (store.retained(), store.first_seen(&tenant).unwrap());
    assert!(!known.1.is_empty());
    drop(store);
    let parts = world.dir().parts();
    let part = world.fs.list(&parts).unwrap().into_iter().next().unwrap();
    std::fs::remove_file(parts.join(part.name)).unwrap();
    repair(&world.fs, &world.dir()).unwrap();
    let store = world.open();
    assert_eq!((store.retained(), store.first_seen(&tenant).unwrap()), known);
}
