//! Ids over many flushes: files are merged, expire with the window, and are read after a restart.

use event::{EventId, Timestamp};
use store::{IdKind, Store, local::LocalConfig};
use testkit::store_contract::sample::{self, DAY, HOUR, START};

use crate::world::{World, small};

fn seen(store: &dyn Store, number: u128, since: i64) -> bool {
    let id = EventId::from_u128(number).to_bytes();
    let hash = store.id_hash(&sample::tenant("a"), IdKind::Event, &id);
    store.seen(hash, Timestamp(since)).unwrap().is_some()
}

#[test]
fn ids_are_known_over_merges_and_restarts_with_and_without_filters() {
    for dedup_filter_bytes_max in [0, 1 << 20] {
        let world = World::new(LocalConfig { dedup_filter_bytes_max, ..small() });
        let store = world.open();
        for n in 0..20u128 {
            let event = |at| sample::event("a", n * 10 + at, "x", START + n as i64, None);
            sample::apply(&store, &(0..10).map(event).collect::<Vec<_>>());
            store.flush().unwrap();
        }
        let files = world.fs.list(&world.dir().ids()).unwrap().len();
        assert!(files <= 8, "{files} id files are left of 20");
        drop(store);
        let store = world.open();
        for n in 0..200 {
            assert!(seen(&store, n, START));
            assert!(!seen(&store, 1_000 + n, START));
        }
    }
}

#[test]
fn an_id_is_forgotten_after_the_window_but_never_before() {
    let world = World::new(small());
    let store = world.open();
    for day in 0..6i64 {
        sample::apply(&store, &[sample::event("a", day as u128, "x", START + day * DAY, None)]);
        store.flush().unwrap();
        let newest = START + day * DAY + 5;
        let since = newest - DAY;
        assert!(seen(&store, day as u128, since));
        assert!(day == 0 || seen(&store, day as u128 - 1, since), "still inside the window");
        assert!(day < 2 || !seen(&store, day as u128 - 2, since));
    }
    assert_eq!(world.fs.list(&world.dir().ids()).unwrap().len(), 2);
    // Time stands still: nothing expires, and the newest file stays whatever comes.
    sample::apply(&store, &[sample::event("a", 99, "x", START + 5 * DAY + HOUR, None)]);
    store.flush().unwrap();
    assert!(seen(&store, 99, START) && seen(&store, 5, START));
}
