//! Restarts: nothing is lost, nothing comes twice, the window and the books go on.

use std::sync::Arc;

use disk::{RealFs, SharedFs};
use event::{Outcome, Timestamp};

use crate::{fakes::NOW, house::House};

fn ids(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|n| format!("e{n:04}")).collect()
}

/// In requests small enough for the small segments of the tests.
async fn send(house: &House, ids: &[String]) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for some in ids.chunks(5) {
        outcomes.extend(house.send(some, NOW).await.expect("acknowledged"));
    }
    outcomes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_events_ids_and_books() {
    let temp = tempfile::tempdir().unwrap();
    let fs: SharedFs = Arc::new(RealFs);
    let mut expected = Vec::new();
    for round in 0..4 {
        let house = House::open(&fs, temp.path(), 10_000).unwrap();
        assert_eq!(house.ids(), expected, "round {round}");
        if round > 0 {
            let again = send(&house, &ids((round - 1) * 50..round * 50)).await;
            assert!(again.iter().all(|o| matches!(o, Outcome::Duplicate { .. })), "round {round}");
        }
        let fresh = ids(round * 50..(round + 1) * 50);
        let outcomes = send(&house, &fresh).await;
        assert!(outcomes.iter().all(|o| matches!(o, Outcome::Stored { .. })));
        expected.extend(fresh);
        house.stop();
    }
    let house = House::open(&fs, temp.path(), 10_000).unwrap();
    let books = house.books();
    assert_eq!((books.received, books.duplicate, books.stored), (350, 150, 200));
    let later = Timestamp(NOW.0 + 10_001);
    let outcomes = house.send(&ids(0..1), later).await.unwrap();
    assert!(matches!(outcomes[..], [Outcome::Stored { .. }]), "the window is over");
    house.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_was_taken_away_is_noticed() {
    let temp = tempfile::tempdir().unwrap();
    let fs: SharedFs = Arc::new(RealFs);
    let house = House::open(&fs, temp.path(), 10_000).unwrap();
    send(&house, &ids(0..50)).await;
    house.stop();
    std::fs::remove_dir_all(temp.path().join("journal")).unwrap();
    let error = House::open(&fs, temp.path(), 10_000).err().expect("positions would be used twice");
    assert!(error.contains("doctor"), "{error}");
}
