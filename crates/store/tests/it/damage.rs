//! Lost and damaged files: refused at the start, explained and repaired by `doctor`.

use std::path::PathBuf;

use disk::PartFile;
use store::{
    OpenError, Store,
    local::{RepairError, inspect, repair},
};
use testkit::store_contract::{counts_of, ids_of, sample};

use crate::world::{World, small};

/// Three flushes of 30 events of two tenants, and the part files.
fn filled() -> (World, Vec<PathBuf>) {
    let world = World::new(small());
    let store = world.open();
    for flush in 0..3u128 {
        let event = |n: u128| {
            let of = if n.is_multiple_of(3) { "b" } else { "a" };
            let at = sample::START + n as i64 * sample::HOUR;
            sample::event(of, n, ["x", "y"][n as usize % 2], at, Some(&format!("p{}", n % 5)))
        };
        sample::apply(&store, &(flush * 30..flush * 30 + 30).map(event).collect::<Vec<_>>());
        store.flush().unwrap();
    }
    let parts = world.dir().parts();
    let names = world.fs.list(&parts).unwrap();
    (world, names.into_iter().map(|entry| parts.join(entry.name)).collect())
}

fn expect_damaged(world: &World, path: &PathBuf) {
    match world.try_open() {
        Err(OpenError::Damaged { path: damaged, .. }) => assert_eq!(damaged, *path),
        other => panic!("{:?}", other.map(|(_, opened)| opened)),
    }
}

#[test]
fn a_missing_or_shortened_file_refuses_the_start_and_repair_goes_on_without_it() {
    for cut in [None, Some(100)] {
        let (world, parts) = filled();
        match cut {
            None => std::fs::remove_file(&parts[1]).unwrap(),
            Some(len) => {
                let file = std::fs::File::options().write(true).open(&parts[1]).unwrap();
                file.set_len(len).unwrap();
            }
        }
        expect_damaged(&world, &parts[1]);
        let found = inspect(&world.fs, &world.dir());
        assert!(!found.is_sound() && found.manifest_readable);
        assert_eq!(found.missing.len() + found.damaged.len(), 1);
        let done = repair(&world.fs, &world.dir()).unwrap();
        assert_eq!((done.files, done.rows), (2, 60));
        assert!(inspect(&world.fs, &world.dir()).is_sound());
        let store = world.open();
        assert_eq!(ids_of(&store, "a").len() + ids_of(&store, "b").len(), 60);
        assert_eq!(store.durable_position(0), 90);
    }
}

#[test]
fn a_changed_byte_is_found_by_doctor() {
    let (world, parts) = filled();
    assert!(inspect(&world.fs, &world.dir()).is_sound());
    let mut bytes = std::fs::read(&parts[0]).unwrap();
    bytes[200] ^= 0x10;
    std::fs::write(&parts[0], bytes).unwrap();
    let found = inspect(&world.fs, &world.dir());
    assert_eq!(found.damaged, [parts[0].clone()]);
    assert!(found.sentences.iter().any(|s| s.contains("fails its checksum")));
}

#[test]
fn a_lost_manifest_is_not_replaced_by_an_empty_one_and_comes_back_from_the_footers() {
    let (world, parts) = filled();
    let before = {
        let store = world.open();
        (counts_of(&store, "a"), counts_of(&store, "b"), store.books(), store.next_position(0))
    };
    let manifest = world.dir().manifest();
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", manifest.display()));
    }
    for _ in 0..2 {
        expect_damaged(&world, &manifest);
    }
    let done = repair(&world.fs, &world.dir()).unwrap();
    assert_eq!((done.files, done.rows, done.positions), (parts.len() as u64, 90, vec![(0, 90)]));
    let store = world.open();
    let after =
        (counts_of(&store, "a"), counts_of(&store, "b"), store.books(), store.next_position(0));
    assert_eq!(after, before);
    // The secret came back too: the same person is the same person, a known id is known.
    let event = sample::event("a", 900, "x", sample::START, Some("p1"));
    sample::apply(&store, &[event]);
    assert_eq!(counts_of(&store, "a").unique_persons, before.0.unique_persons);
    let id = store.id_hash(
        &sample::tenant("a"),
        store::IdKind::Event,
        &event::EventId::from_u128(89).to_bytes(),
    );
    assert!(store.seen(id, event::Timestamp(0)).unwrap().is_some());
}

#[test]
fn a_broken_manifest_is_refused_and_made_anew() {
    let (world, _) = filled();
    let manifest = world.dir().manifest();
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", manifest.display()));
    }
    std::fs::write(&manifest, "this is no database at all, not even a short one").unwrap();
    assert!(matches!(world.try_open(), Err(OpenError::Manifest(_))));
    let done = repair(&world.fs, &world.dir()).unwrap();
    assert_eq!(done.rows, 90);
    assert_eq!(counts_of(&world.open(), "b").total, 30);
}

#[test]
fn without_the_secret_nothing_is_repaired() {
    let (world, _) = filled();
    std::fs::remove_file(world.dir().manifest()).unwrap();
    for entry in world.fs.list(&world.dir().ids()).unwrap() {
        std::fs::remove_file(world.dir().ids().join(entry.name)).unwrap();
    }
    assert!(matches!(repair(&world.fs, &world.dir()), Err(RepairError::SecretLost)));
    assert!(!world.dir().manifest().exists() && world.dir().part(PartFile { number: 1 }).exists());
}

#[test]
fn a_manifest_of_a_newer_version_is_refused_by_name() {
    let (world, _) = filled();
    let db = rusqlite::Connection::open(world.dir().manifest()).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    match world.try_open() {
        Err(OpenError::Version { version: 99, newest: 4 }) => {}
        other => panic!("{:?}", other.map(|(_, opened)| opened)),
    }
}
