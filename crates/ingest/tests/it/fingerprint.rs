//! The same happening, sent again without an id of its own.

use std::sync::Arc;

use disk::{RealFs, SharedFs};
use event::{Field, Outcome, Timestamp};
use ingest::Draft;

use crate::{
    fakes::{Bench, NOW, request},
    house::House,
};

fn happening(entity: &str) -> Draft<'static> {
    let mut draft = Draft {
        event_type: Some("liked".into()),
        timestamp: Some(ingest::RawTime::Settled(NOW)),
        fingerprint: true,
        ..Draft::default()
    };
    draft.fields.set(Field::SessionId, "s1");
    draft.fields.set(Field::EntityId, entity);
    draft
}

async fn send(house: &House, entity: &str, at: i64) -> Outcome {
    let request = request(Timestamp(NOW.0 + at));
    house.pipeline.admit(&request, vec![Ok(happening(entity))]).await.unwrap().remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_has_the_id_of_the_first_from_memory_from_disk_and_after_restarts() {
    let temp = tempfile::tempdir().unwrap();
    let fs: SharedFs = Arc::new(RealFs);
    let house = House::open(&fs, temp.path(), 86_400_000).unwrap();
    let Outcome::Stored { id } = send(&house, "a", 0).await else { panic!("it is the first") };
    assert_eq!(send(&house, "a", 10_000).await, Outcome::Duplicate { id });
    assert!(matches!(send(&house, "b", 10_000).await, Outcome::Stored { .. }), "another entity");
    house.stop();
    let house = House::open(&fs, temp.path(), 86_400_000).unwrap();
    assert_eq!(send(&house, "a", 60_000).await, Outcome::Duplicate { id }, "flushed before");
    let Outcome::Stored { id: later } = send(&house, "a", 60_001).await else {
        panic!("the minute is over")
    };
    assert_ne!(later, id);
    // Dropped without a flush: learned again from the journal.
    drop(house);
    let house = House::open(&fs, temp.path(), 86_400_000).unwrap();
    assert_eq!(send(&house, "a", 60_002).await, Outcome::Duplicate { id: later });
    assert_eq!(house.books().duplicate, 3);
    house.stop();
}

#[tokio::test]
async fn a_duplicate_whose_first_is_lost_is_the_first() {
    let bench = Bench::new();
    let request = request(NOW);
    let drafts = || vec![Ok(happening("a")), Ok(happening("a"))];
    let pipeline = bench.pipeline.clone();
    let own = request.clone();
    let lost = tokio::spawn(async move { pipeline.admit(&own, vec![Ok(happening("a"))]).await });
    while bench.journal.open() == 0 {
        tokio::task::yield_now().await;
    }
    let pipeline = bench.pipeline.clone();
    let second = tokio::spawn(async move { pipeline.admit(&request, drafts()).await });
    tokio::task::yield_now().await;
    bench.journal.decide(Err(journal::AppendError::Closed));
    assert!(lost.await.unwrap().is_err());
    while bench.journal.open() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(bench.journal.decide(Ok(())), 1);
    let outcomes = second.await.unwrap().unwrap();
    let [Outcome::Stored { id }, Outcome::Duplicate { id: of }] = outcomes[..] else {
        panic!("{outcomes:?}")
    };
    assert_eq!(id, of);
}
