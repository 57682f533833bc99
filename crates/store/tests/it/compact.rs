//! Files become few: answers stay, nothing is lost or doubled, whenever the power goes.

use std::sync::Arc;

use event::Event;
use insight::Question;
use parquet::file::reader::{FileReader, SerializedFileReader};
use store::{
    Cancel, Store,
    local::{inspect, repair},
};
use testkit::{
    faulty_fs::{SimFs, Survival},
    store_contract::{self, counts_of, ids_of, model::Model, questions, sample},
};

use crate::world::{World, compact_all, small};

/// Applies and flushes `flushes` times `each` random events.
fn fill(store: &dyn Store, rng: &mut fastrand::Rng, flushes: u128, each: u128) -> Vec<Event> {
    let mut log = Vec::new();
    for flush in 0..flushes {
        let events: Vec<_> = (0..each).map(|n| sample::random(rng, flush * each + n)).collect();
        sample::apply(store, &events);
        store.flush().unwrap();
        log.extend(events);
    }
    log
}

fn expect_same(store: &dyn Store, events: &[Event], seed: u64) {
    let model = Model { events: events.to_vec() };
    let mut rng = fastrand::Rng::with_seed(seed);
    for _ in 0..40 {
        let of = ["a", "b", "ab"][rng.usize(..3)];
        store_contract::same(store, &model, &questions::random(&mut rng), of);
    }
    for of in ["a", "b", "ab"] {
        // Whole events: every column came through.
        let list = questions::list(questions::always(), 200, insight::Order::Newest);
        store_contract::same(store, &model, &Question::Events(list), of);
    }
}

#[test]
fn many_files_become_few_and_no_answer_changes() {
    let world = World::new(small());
    let store = world.open();
    let events = fill(&store, &mut fastrand::Rng::with_seed(1), 70, 20);
    let (before, books) = (store.status(), store.books());
    assert_eq!(before.files, 70);
    let written = compact_all(&store);
    let after = store.status();
    // 70 is 106 to the base of eight, and files of 20 rows are of one class.
    assert_eq!((after.files, after.rows), (7, before.rows));
    assert!(written <= 2 * before.rows, "{written} rows were written");
    assert!(after.parts < before.parts / 4, "{} of {}", after.parts, before.parts);
    assert_eq!(compact_all(&store), 0, "nothing is left to do");
    expect_same(&store, &events, 2);
    assert_eq!(store.books(), books);
    let on_disk = world.fs.list(&world.dir().parts()).unwrap();
    assert_eq!(on_disk.len() as u64, after.files, "inputs are deleted");
    assert!(inspect(&world.fs, &world.dir()).is_sound());
    drop(store);
    let (store, opened) = world.try_open().unwrap();
    assert_eq!((opened.rows, opened.quarantined.len()), (before.rows, 0));
    expect_same(&store, &events, 3);
}

#[test]
fn a_lost_manifest_comes_back_from_merged_files_and_counts_no_input_twice() {
    let world = World::new(small());
    let store = world.open();
    let events = fill(&store, &mut fastrand::Rng::with_seed(4), 9, 30);
    let parts = world.dir().parts();
    let inputs: Vec<_> = world.fs.list(&parts).unwrap().into_iter().map(|e| e.name).collect();
    let kept: Vec<_> = inputs.iter().map(|name| std::fs::read(parts.join(name)).unwrap()).collect();
    compact_all(&store);
    let books = store.books();
    drop(store);
    // As after a power loss before the inputs were deleted.
    inputs
        .iter()
        .zip(kept)
        .for_each(|(name, bytes)| std::fs::write(parts.join(name), bytes).unwrap());
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", world.dir().manifest().display()));
    }
    let done = repair(&world.fs, &world.dir()).unwrap();
    assert_eq!((done.files, done.rows, done.quarantined.len()), (2, 270, 8));
    let store = world.open();
    assert_eq!((store.books(), store.next_position(0)), (books, 270));
    expect_same(&store, &events, 5);
}

#[test]
fn common_properties_get_columns_of_their_own() {
    let world = World::new(small());
    let store = world.open();
    for n in 0..8u128 {
        let mut event = sample::event("a", n, "x", sample::START + n as i64, Some("p"));
        event.properties = match n {
            0 => r#"{"kind":"x","n":12,"odd; key":{"a":[1,"}"]}}"#.into(),
            1 => r#"{ "kind" : null , "kind" : true }"#.into(),
            _ => format!(r#"{{"k\u0069nd":"é{n}","control\u0001":1}}"#).into(),
        };
        sample::apply(&store, &[event]);
        store.flush().unwrap();
    }
    compact_all(&store);
    let files = world.fs.list(&world.dir().parts()).unwrap();
    assert_eq!(files.len(), 1);
    let file = std::fs::File::open(world.dir().parts().join(&files[0].name)).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let names = reader.metadata().file_metadata().schema_descr().columns().to_vec();
    let own: Vec<_> =
        names.iter().map(|c| c.name()).filter(|name| name.starts_with("p.")).collect();
    assert_eq!(own, ["p.kind", "p.n", "p.odd; key"]);
    let text = |row: &parquet::record::Row, name: &str| {
        let found = row.get_column_iter().find(|(column, _)| *column == name);
        found.map(|(_, value)| value.to_string()).unwrap()
    };
    let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert!(text(&rows[0], "p.kind").contains(r#""x""#), "{}", text(&rows[0], "p.kind"));
    let found: Vec<_> = rows.iter().map(|row| text(row, "p.n")).collect();
    assert!(found[0].contains("12") && found[1..].iter().all(|n| n == "null"), "{found:?}");
    assert!(text(&rows[0], "p.odd; key").contains(r#"{"a":[1,"}"]}"#));
    assert!(text(&rows[1], "p.kind").contains("true"), "the last of two counts");
    assert!(text(&rows[7], "p.kind").contains("é7"));
}

#[test]
fn a_cancelled_compaction_leaves_everything_as_it_was() {
    let world = World::new(small());
    let store = world.open();
    fill(&store, &mut fastrand::Rng::with_seed(6), 8, 10);
    let cancel = Cancel::new();
    cancel.cancel();
    assert_eq!(store.compact(&cancel).unwrap(), store::Compacted::default());
    assert_eq!(store.status().files, 8);
    assert_eq!(world.fs.list(&world.dir().parts()).unwrap().len(), 8);
    assert_eq!(store.compact(&Cancel::new()).unwrap().files, 8);
}

/// Two tenants, one day: few row groups, few operations.
fn nine_small_flushes(store: &dyn Store) -> Vec<Event> {
    let event = |n: u128| {
        let of = ["a", "b"][n as usize % 2];
        sample::event(of, n, "x", sample::START + n as i64, Some(&format!("p{}", n % 5)))
    };
    let events: Vec<_> = (0..36).map(event).collect();
    for events in events.chunks(4) {
        sample::apply(store, events);
        store.flush().unwrap();
    }
    events
}

/// A compaction cut after `operation`; whether it was cut.
fn compact_and_lose_power(operation: u64, survive: impl Fn(&SimFs) -> SimFs) -> bool {
    let sim = SimFs::new();
    let mut world = World::on(sim.shared(), small());
    let store = world.open();
    let events = nine_small_flushes(&store);
    sim.crash_at(sim.operations() + operation);
    let result = store.compact(&Cancel::new());
    let cut = sim.has_crashed();
    assert!(cut || result.is_ok(), "{result:?}");
    drop(store);

    world.fs = survive(&sim).shared();
    let (store, opened) = world.try_open().expect("only durable files are listed");
    assert_eq!((opened.rows, store.durable_position(0)), (36, 36));
    let (a, b) = (ids_of(&store, "a"), ids_of(&store, "b"));
    assert_eq!(a.len() + b.len(), 36);
    assert!(inspect(&world.fs, &world.dir()).is_sound());
    compact_all(&store);
    assert_eq!(store.status().files, 2);
    let model = Model { events };
    let list = questions::list(questions::always(), 100, insight::Order::Newest);
    store_contract::same(&store, &model, &Question::Events(list), "a");
    drop(store);
    let (_, opened) = world.try_open().unwrap();
    assert!(opened.quarantined.is_empty(), "replaced files are deleted, others in quarantine");
    let files = world.fs.list(&world.dir().parts()).unwrap();
    assert_eq!(files.len(), 2, "{files:?}");
    cut
}

#[test]
fn power_loss_after_every_operation_of_a_compaction_loses_and_doubles_nothing() {
    for survival in [Survival::None, Survival::Random(1)] {
        let mut operation = 0;
        while compact_and_lose_power(operation, |sim| sim.power_loss(survival)) {
            operation += 1;
            assert!(operation < 100, "a compaction takes a bounded number of operations");
        }
        assert!(operation >= 10, "one file is written, eight are deleted: {operation}");
    }
}

#[test]
fn a_kill_after_every_operation_of_a_compaction_loses_and_doubles_nothing() {
    let mut operation = 0;
    while compact_and_lose_power(operation, SimFs::kill) {
        operation += 1;
        assert!(operation < 100, "a compaction takes a bounded number of operations");
    }
    assert!(operation >= 10);
}

#[test]
fn a_failed_or_full_disk_keeps_the_inputs() {
    let sim = SimFs::new();
    let world = World::on(sim.shared(), small());
    let store = world.open();
    fill(&store, &mut fastrand::Rng::with_seed(9), 8, 40);
    let (used, before) = (sim.used_bytes(), sim.files());
    sim.set_quota(Some(used + 3_000));
    assert!(store.compact(&Cancel::new()).is_err());
    assert_eq!((sim.files(), store.poison().reason()), (before, None));
    sim.set_quota(None);
    sim.fail_sync(0);
    assert!(store.compact(&Cancel::new()).is_err());
    assert!(store.poison().reason().is_some());
    assert!(store.compact(&Cancel::new()).is_err(), "it takes no writes any more");
    assert_eq!((store.status().files, store.status().rows), (8, 320));
}

#[test]
fn a_question_that_runs_meanwhile_still_finds_its_files() {
    let world = World::new(small());
    let store = Arc::new(world.open());
    let events = fill(&*store, &mut fastrand::Rng::with_seed(10), 64, 8);
    let total = counts_of(&*store, "a").total;
    let asker = {
        let store = store.clone();
        std::thread::spawn(move || {
            for _ in 0..60 {
                assert_eq!(counts_of(&*store, "a").total, total);
            }
        })
    };
    compact_all(&*store);
    asker.join().unwrap();
    expect_same(&*store, &events, 11);
}
