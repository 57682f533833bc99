//! Power loss after every operation of a flush, failed syncs, a full disk.

use std::{io, path::Path};

use event::EventId;
use store::{FlushError, Store};
use testkit::{
    faulty_fs::{SimFs, Survival},
    store_contract::{counts_of, ids_of, sample},
};

use crate::world::{World, small};

fn events(range: std::ops::Range<u128>) -> Vec<event::Event> {
    let at = |n: u128| sample::START + (n as i64 % 3) * sample::DAY;
    range.map(|n| sample::event("a", n, "x", at(n), Some(&format!("p{}", n % 7)))).collect()
}

fn expect_all(store: &dyn Store, count: u128) {
    let mut ids = ids_of(store, "a");
    ids.sort();
    let expected: Vec<_> = (0..count).map(EventId::from_u128).collect();
    assert_eq!(ids, expected, "each event is there exactly once");
}

/// What `doctor` says must agree with what opening does.
fn expect_sound(world: &World) {
    let found = store::local::inspect(&world.fs, &world.dir());
    assert!(found.is_sound(), "{:#?}", found.sentences);
}

/// Two flushes, the second cut after `operation`; how many operations it took when it was not.
fn flush_and_lose_power(operation: u64, survive: impl Fn(&SimFs) -> SimFs) -> Option<u64> {
    let log = events(0..90);
    let sim = SimFs::new();
    let mut world = World::on(sim.shared(), small());
    let store = world.open();
    sample::apply(&store, &log[..40]);
    store.flush().unwrap();
    sample::apply(&store, &log[40..]);
    let before = sim.operations();
    sim.crash_at(before + operation);
    let result = store.flush();
    let cut = sim.has_crashed();
    let durable = store.durable_position(0);
    assert_eq!(durable, if result.is_ok() { 90 } else { 40 });
    drop(store);

    world.fs = survive(&sim).shared();
    let (store, opened) = world.try_open().expect("only durable files are listed");
    let from = store.durable_position(0);
    assert!(from >= durable, "what was told durable is");
    assert_eq!(opened.rows, from);
    sample::apply(&store, &log[from as usize..]);
    expect_all(&store, 90);
    store.flush().expect("the disk is whole again");
    expect_all(&store, 90);
    expect_sound(&world);
    let again = world.try_open();
    drop(store);
    assert!(again.unwrap().1.quarantined.is_empty(), "what was not listed is in quarantine");
    (!cut).then(|| sim.operations() - before)
}

#[test]
fn power_loss_after_every_operation_of_a_flush_loses_and_doubles_nothing() {
    for survival in [Survival::None, Survival::Random(1), Survival::Random(2)] {
        let mut operation = 0;
        while flush_and_lose_power(operation, |sim| sim.power_loss(survival)).is_none() {
            operation += 1;
            assert!(operation < 100, "a flush takes a bounded number of operations");
        }
        assert!(operation >= 8, "two files are created, written, synced, renamed: {operation}");
    }
}

#[test]
fn a_kill_after_every_operation_of_a_flush_loses_and_doubles_nothing() {
    let mut operation = 0;
    while flush_and_lose_power(operation, SimFs::kill).is_none() {
        operation += 1;
    }
    assert!(operation >= 8);
}

#[test]
fn a_failed_sync_poisons_writing_and_reading_goes_on() {
    for number in 0..4 {
        let sim = SimFs::new();
        let world = World::on(sim.shared(), small());
        let store = world.open();
        sample::apply(&store, &events(0..20));
        store.flush().unwrap();
        sample::apply(&store, &events(20..50));
        sim.fail_sync(number);
        assert!(matches!(store.flush(), Err(FlushError::Io { .. })), "sync {number}");
        assert!(store.poison().reason().is_some());
        assert!(matches!(store.flush(), Err(FlushError::Poisoned(_))));
        assert_eq!((store.durable_position(0), counts_of(&store, "a").total), (20, 50));
        expect_all(&store, 50);
    }
}

#[test]
fn a_full_disk_keeps_the_head_and_a_retry_succeeds() {
    let sim = SimFs::new();
    let world = World::on(sim.shared(), small());
    let store = world.open();
    sample::apply(&store, &events(0..20));
    store.flush().unwrap();
    sample::apply(&store, &events(20..500));
    let used = sim.used_bytes();
    let before = sim.files();
    for room in [0, 100, 3_000, 8_000] {
        sim.set_quota(Some(used + room));
        match store.flush() {
            Err(FlushError::Io { source, .. }) => {
                assert_eq!(source.kind(), io::ErrorKind::StorageFull, "{source}");
            }
            Ok(_) => panic!("{room} bytes are not enough"),
            Err(other) => panic!("{other:?}"),
        }
        assert_eq!(sim.files(), before, "nothing is left behind");
        assert_eq!(store.poison().reason(), None);
        expect_all(&store, 500);
    }
    sample::apply(&store, &events(500..510));
    sim.set_quota(None);
    assert_eq!(store.flush().unwrap().rows, 490);
    expect_all(&store, 510);
    expect_sound(&world);
}

#[test]
fn files_nobody_lists_are_moved_and_kept() {
    let world = World::new(small());
    let store = world.open();
    sample::apply(&store, &events(0..20));
    store.flush().unwrap();
    drop(store);
    let dir = world.dir();
    let strangers = [
        dir.parts().join("00000000000000ff.parquet"),
        dir.parts().join("00000000000000fe.parquet.tmp"),
        dir.parts().join("notes.txt"),
        dir.ids().join("00000000000000aa.ids"),
    ];
    let write = |path: &Path| std::fs::write(path, path.display().to_string()).unwrap();
    strangers.iter().for_each(|path| write(path));
    assert_eq!(store::local::inspect(&world.fs, &dir).unlisted.len(), 4);
    let (store, opened) = world.try_open().unwrap();
    assert_eq!(opened.quarantined.len(), 4);
    for (moved, was) in opened.quarantined.iter().zip(strangers.iter().map(|p| p.display())) {
        assert!(std::fs::metadata(moved).unwrap().len() > 0, "{was}");
        assert_eq!(moved.parent(), Some(&*dir.quarantine()));
    }
    // A number that was on disk once is never used again.
    sample::apply(&store, &events(20..30));
    store.flush().unwrap();
    assert!(dir.part(disk::PartFile { number: 0x100 }).exists());
    expect_all(&store, 30);
}
