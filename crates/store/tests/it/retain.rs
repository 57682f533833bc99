//! Retention: what is too old goes with its bytes, first times stay, whenever the power goes.

use event::{Event, Timestamp};
use insight::Question;
use store::{Cancel, Retained, Store, local::LocalStore, local::inspect};
use testkit::{
    faulty_fs::{SimFs, Survival},
    store_contract::{
        self, ids_of,
        model::Model,
        questions,
        sample::{self, DAY, START},
    },
};

use crate::world::{World, compact_all, small};

fn events() -> Vec<Event> {
    let event = |n: u128| {
        let of = ["a", "b"][n as usize % 2];
        let at = START + (n as i64 * 7 % 16) * DAY / 8;
        let kind = ["x", "y"][n as usize / 2 % 2];
        sample::event(
            of,
            n,
            kind,
            at,
            (!n.is_multiple_of(9)).then_some(format!("p{}", n % 5)).as_deref(),
        )
    };
    (0..96).map(event).collect()
}

fn filled(world: &World) -> LocalStore {
    let store = world.open();
    for events in events().chunks(48) {
        sample::apply(&store, events);
        store.flush().unwrap();
    }
    store
}

fn retain(store: &LocalStore, before: i64) -> u64 {
    store.retain(&sample::tenant("a"), Timestamp(before), &Cancel::new()).unwrap()
}

fn goes(event: &Event, before: i64) -> bool {
    event.tenant.as_str() == "a" && event.timestamp.0 < before
}

/// Answers, first times and files are those of a list without what is too old.
fn expect_retained(world: &World, store: &LocalStore, before: i64) {
    let (old, left): (Vec<_>, Vec<_>) = events().into_iter().partition(|e| goes(e, before));
    let model = Model { events: left.clone() };
    for of in ["a", "b"] {
        let list = questions::list(questions::always(), 200, insight::Order::Oldest);
        store_contract::same(store, &model, &Question::Events(list), of);
        let counts = questions::counts(questions::always(), insight::Selector::default());
        store_contract::same(store, &model, &counts, of);
    }
    let mut first = std::collections::BTreeMap::new();
    for event in &old {
        let Some(id) = event.fields.get(event::Field::DistinctId) else { continue };
        let at = first.entry((id.into(), event.event_type.clone())).or_insert(event.timestamp);
        *at = event.timestamp.min(*at);
    }
    let first: Vec<(Box<str>, Box<str>, Timestamp)> =
        first.into_iter().map(|((id, kind), at)| (id, kind, at)).collect();
    let tenant = sample::tenant("a");
    assert_eq!(store.first_seen(&tenant).unwrap(), first);
    assert_eq!(store.removed_rows(&tenant), old.len() as u64);
    let retained = Retained { horizon: Timestamp(before), removed: old.len() as u64 };
    assert_eq!(store.retained(), [(tenant.clone(), retained)]);
    assert_eq!(store.horizon(&tenant), Some(Timestamp(before)));
    assert_eq!(store.horizon(&sample::tenant("b")), None);
    assert_eq!(store.status().rows, left.len() as u64);
    assert!(inspect(&world.fs, &world.dir()).is_sound());
}

#[test]
fn old_events_go_others_stay_and_first_times_are_kept() {
    for (compacted, half_day) in [(false, 0), (true, DAY / 2)] {
        let world = World::new(small());
        let mut store = filled(&world);
        if compacted {
            compact_all(&store);
        }
        let books = store.books();
        for before in [START + DAY / 2 + half_day, START + DAY + half_day] {
            assert!(retain(&store, before) > 0);
            expect_retained(&world, &store, before);
            assert_eq!(retain(&store, before), 0, "it is done");
            let stored = |all: &[(event::TenantId, store::Books)]| {
                all.iter().map(|(_, b)| b.stored).sum::<u64>()
            };
            assert_eq!(stored(&store.books()), stored(&books), "the books count what was stored");
            let removed: u64 = store.books().iter().map(|(_, books)| books.removed).sum();
            assert_eq!(store.status().rows, stored(&books) - removed);
            drop(store);
            store = world.open();
            expect_retained(&world, &store, before);
        }
        // The horizon never goes back, and a tenant may lose everything.
        assert_eq!(retain(&store, START), 0);
        retain(&store, START + 400 * DAY);
        assert_eq!((ids_of(&store, "a").len(), ids_of(&store, "b").len()), (0, 48));
    }
}

#[test]
fn events_in_the_head_go_after_their_flush() {
    let world = World::new(small());
    let store = world.open();
    sample::apply(&store, &events());
    assert_eq!(retain(&store, START + DAY), 0);
    store.flush().unwrap();
    assert!(retain(&store, START + DAY) > 0);
    expect_retained(&world, &store, START + DAY);
}

/// A retention cut after `operation`; whether it was cut.
fn retain_and_lose_power(operation: u64, survival: Survival) -> bool {
    let before = START + DAY + DAY / 2;
    let sim = SimFs::new();
    let mut world = World::on(sim.shared(), small());
    let store = filled(&world);
    sim.crash_at(sim.operations() + operation);
    let _ = store.retain(&sample::tenant("a"), Timestamp(before), &Cancel::new());
    let cut = sim.has_crashed();
    drop(store);
    world.fs = sim.power_loss(survival).shared();
    let store = world.try_open().expect("only durable files are listed").0;
    assert_eq!(ids_of(&store, "b").len(), 48, "the other tenant keeps everything");
    let left = events().iter().filter(|event| goes(event, before)).count() as u64;
    let gone = store.retained().first().map_or(0, |(_, retained)| retained.removed);
    assert_eq!(retain(&store, before), left - gone, "the next call does the rest");
    expect_retained(&world, &store, before);
    cut
}

#[test]
fn power_loss_after_every_operation_of_a_retention_loses_and_keeps_nothing_wrongly() {
    let mut operation = 0;
    while retain_and_lose_power(operation, Survival::Random(operation)) {
        operation += 1;
        assert!(operation < 1000, "a retention takes a bounded number of operations");
    }
    assert!(operation >= 10, "two files are written anew: {operation}");
}

/// u1 is old, though its first x is gone; u2 is new.
#[test]
fn a_removed_event_is_still_the_first_and_answers_tell_since_when_history_counts() {
    let world = World::new(small());
    let store = world.open();
    let event = |n, at, who| sample::event("a", n, "x", START + at, Some(who));
    sample::apply(&store, &[event(1, 0, "u1"), event(2, 2 * DAY, "u1"), event(3, 2 * DAY, "u2")]);
    store.flush().unwrap();
    assert_eq!(retain(&store, START + DAY), 1);
    let within = |from, to| {
        let (range, selector) = (questions::range(from, to), insight::Selector::default());
        let definition = insight::Definition::FirstTime { selector, within: range.clone() };
        let of = insight::CohortOf::Definition(definition);
        let question = Question::Cohort(insight::Cohort { range, of });
        store.ask(&question, &questions::asking("a")).unwrap()
    };
    let (answer, meta) = within(START + DAY, START + 4 * DAY);
    assert_eq!(answer, insight::Answer::CohortSize(1));
    assert_eq!(meta.history_from, Some(Timestamp(START + DAY)));
    assert_eq!(within(START, START + DAY).0, insight::Answer::CohortSize(1));
}

#[test]
fn a_removed_tenant_leaves_no_byte_and_no_other_tenant_notices() {
    let world = World::new(small());
    let store = filled(&world);
    compact_all(&store);
    retain(&store, START + DAY);
    let mut mine = sample::event("a", 500, "x", START + DAY, Some("somebody-of-a"));
    mine.properties = r#"{"key-of-a":"value"}"#.into();
    sample::apply(&store, &[mine, sample::event("b", 501, "x", START, Some("p"))]);
    let tenant = sample::tenant("a");
    let done = store.remove_tenant(&tenant, &Cancel::new()).unwrap();
    assert!(done.complete && done.rows > 0 && done.files_waiting == 0, "{done:?}");
    assert_eq!((ids_of(&store, "a").len(), ids_of(&store, "b").len()), (0, 49));
    assert_eq!((store.first_seen(&tenant).unwrap().len(), store.horizon(&tenant)), (0, None));
    for entry in world.fs.list(&world.dir().parts()).unwrap() {
        let bytes = std::fs::read(world.dir().parts().join(entry.name)).unwrap();
        assert!(!bytes.windows(8).any(|at| at == b"key-of-a"), "no column is named by its keys");
    }
    assert!(inspect(&world.fs, &world.dir()).is_sound());
    // The store goes on, in the new generation, after a restart too.
    sample::apply(&store, &[sample::event("b", 502, "x", START, Some("p"))]);
    store.flush().unwrap();
    drop(store);
    let store = world.open();
    sample::apply(&store, &[sample::event("b", 503, "x", START, Some("p"))]);
    store.flush().unwrap();
    assert_eq!((ids_of(&store, "a").len(), ids_of(&store, "b").len()), (0, 51));
    assert_eq!(store.remove_tenant(&tenant, &Cancel::new()).unwrap().rows, 0);
}
