//! Power loss at every call of the file system, from the first append over sealing, flushing and
//! trimming to the end: each acknowledged event is there once, the others at most once, and the
//! books balance. What only the kernel knew is forgotten, or survives in any order.

use std::collections::{BTreeMap, BTreeSet};

use testkit::faulty_fs::{SimFs, Survival};

use crate::{fakes::NOW, house::House};

const REQUESTS: usize = 14;
const PER_REQUEST: usize = 4;
const WINDOW_MS: i64 = 86_400_000;

fn ids_of(request: usize) -> Vec<String> {
    (0..PER_REQUEST).map(|item| format!("r{request:02}-{item}")).collect()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Sends until the disk goes away; the ids that were acknowledged.
fn load(fs: &SimFs, root: &std::path::Path) -> BTreeSet<String> {
    let mut acknowledged = BTreeSet::new();
    let Ok(house) = House::open(&fs.shared(), root, WINDOW_MS) else { return acknowledged };
    let runtime = runtime();
    for request in 0..REQUESTS {
        let ids = ids_of(request);
        if runtime.block_on(house.send(&ids, NOW)).is_some() {
            acknowledged.extend(ids);
            house.let_it_flush(|| fs.has_crashed());
        }
    }
    house.stop();
    acknowledged
}

/// A folder for the manifest alone; in memory where the machine has such, as SQLite syncs a lot.
pub fn scratch() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

fn times_seen(ids: Vec<String>) -> BTreeMap<String, usize> {
    let mut seen = BTreeMap::new();
    ids.into_iter().for_each(|id| *seen.entry(id).or_default() += 1);
    seen
}

fn check(crash_at: u64, survival: Survival) -> bool {
    let temp = scratch();
    let fs = SimFs::new();
    fs.crash_at(crash_at);
    let acknowledged = load(&fs, temp.path());
    let crashed = fs.has_crashed();
    let at = format!("crash at operation {crash_at}, {survival:?}");

    let after = fs.power_loss(survival).shared();
    let house =
        House::open(&after, temp.path(), WINDOW_MS).unwrap_or_else(|error| panic!("{at}: {error}"));
    let seen = times_seen(house.ids());
    for id in &acknowledged {
        assert_eq!(seen.get(id), Some(&1), "{at}: {id} was acknowledged");
    }
    assert!(seen.values().all(|times| *times == 1), "{at}: {seen:?}");
    let books = house.books();
    let stored = seen.len() as u64;
    assert_eq!((books.received, books.stored, books.pending), (stored, stored, 0), "{at}");

    // The window survives as well: everything sent again is there exactly once.
    let runtime = runtime();
    for request in 0..REQUESTS {
        let outcomes = runtime.block_on(house.send(&ids_of(request), NOW));
        assert!(outcomes.is_some(), "{at}: writing goes on after a restart");
        house.let_it_flush(|| false);
    }
    house.stop();
    let house = House::open(&after, temp.path(), WINDOW_MS).unwrap();
    assert!(house.store.status().files > 1, "{at}: the story flushes, and so trims, several times");
    assert!(house.journal_low() > 0, "{at}: the journal was trimmed");
    let seen = times_seen(house.ids());
    assert_eq!(seen.len(), REQUESTS * PER_REQUEST, "{at}");
    assert!(seen.values().all(|times| *times == 1), "{at}: {seen:?}");
    house.stop();
    crashed
}

#[test]
fn every_acknowledged_event_survives_power_loss_at_every_call() {
    let mut operation = 0;
    while check(operation, Survival::None) {
        operation += 1;
    }
    println!("{operation} calls");
    assert!(operation > 50, "only {operation} calls: the story does not reach all it should");
}

#[test]
fn whatever_the_disk_kept_of_unsynced_bytes() {
    let seed = std::env::var("SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_121);
    println!("seed {seed}");
    let mut operation = 0;
    while check(operation, Survival::Random(seed + operation)) {
        operation += 1;
    }
}
