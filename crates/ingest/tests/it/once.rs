//! Once, and the books, whatever becomes of the commits.

use std::{future::Future, pin::pin, task::Poll};

use event::{Field, Outcome, Reason, TenantId, Timestamp};
use ingest::{AdmitError, Books, Draft};
use journal::AppendError;

use crate::fakes::{Bench, NOW, draft, request};

/// Runs what can be run now.
async fn poll<T>(future: &mut (impl Future<Output = T> + Unpin)) -> Option<T> {
    match std::future::poll_fn(|cx| Poll::Ready(pin!(&mut *future).poll(cx))).await {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

fn names(outcomes: &[Outcome]) -> Vec<&'static str> {
    let name = |outcome: &Outcome| match outcome {
        Outcome::Stored { .. } => "stored",
        Outcome::Duplicate { .. } => "duplicate",
        Outcome::Rejected(_) => "rejected",
    };
    outcomes.iter().map(name).collect()
}

fn books(bench: &Bench) -> Books {
    let all = bench.pipeline.books();
    all.into_iter()
        .find(|(t, _)| *t == TenantId::default_tenant())
        .unwrap_or_else(|| (TenantId::default_tenant(), Books::default()))
        .1
}

#[tokio::test]
async fn nothing_is_acknowledged_before_its_commit() {
    let bench = Bench::new();
    let request = request(NOW);
    let mut first = Box::pin(bench.pipeline.admit(&request, vec![Ok(draft("a"))]));
    assert!(poll(&mut first).await.is_none());
    assert_eq!(bench.journal.decide(Ok(())), 1);
    assert_eq!(names(&first.await.unwrap()), ["stored"]);
    assert_eq!(books(&bench), Books { received: 1, pending: 1, ..Books::default() });
}

#[tokio::test]
async fn a_duplicate_waits_for_its_original() {
    let bench = Bench::new();
    let request = request(NOW);
    let mut first = Box::pin(bench.pipeline.admit(&request, vec![Ok(draft("a"))]));
    assert!(poll(&mut first).await.is_none());
    let mut second = Box::pin(bench.pipeline.admit(&request, vec![Ok(draft("a"))]));
    assert!(poll(&mut second).await.is_none(), "its original is not durable yet");
    bench.journal.decide(Ok(()));
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    assert_eq!(names(&second), ["duplicate"]);
    let (Outcome::Stored { id }, Outcome::Duplicate { id: original }) = (&first[0], &second[0])
    else {
        panic!("{first:?} {second:?}")
    };
    assert_eq!(id, original);
    assert_eq!(bench.journal.open(), 0, "a duplicate appends nothing");
    let expected = Books { received: 2, duplicate: 1, pending: 1, ..Books::default() };
    assert_eq!(books(&bench), expected);
}

#[tokio::test]
async fn when_the_original_is_lost_its_duplicate_becomes_the_first() {
    let bench = Bench::new();
    let request = request(NOW);
    let mut first = Box::pin(bench.pipeline.admit(&request, vec![Ok(draft("a"))]));
    assert!(poll(&mut first).await.is_none());
    let mut second = Box::pin(bench.pipeline.admit(&request, vec![Ok(draft("a"))]));
    assert!(poll(&mut second).await.is_none());
    bench.journal.decide(Err(AppendError::Closed));
    assert!(matches!(first.await, Err(AdmitError::Unavailable)));
    assert!(poll(&mut second).await.is_none(), "appended by itself now");
    assert_eq!(books(&bench).received, 1, "the lost one is taken back");
    bench.journal.decide(Ok(()));
    assert_eq!(names(&second.await.unwrap()), ["stored"]);
    assert_eq!(books(&bench), Books { received: 1, pending: 1, ..Books::default() });
}

#[tokio::test]
async fn a_refused_append_reserves_nothing() {
    let bench = Bench::new();
    let request = request(NOW);
    *bench.journal.refuse.lock().unwrap() = Some(AppendError::Overloaded { queued: 2, limit: 1 });
    let result = bench.pipeline.admit(&request, vec![Ok(draft("a"))]).await;
    assert!(matches!(result, Err(AdmitError::Overloaded)));
    assert_eq!(books(&bench), Books::default());
    *bench.journal.refuse.lock().unwrap() = None;
    let mut again = Box::pin(bench.pipeline.admit(&request, vec![Ok(draft("a"))]));
    assert!(poll(&mut again).await.is_none());
    bench.journal.decide(Ok(()));
    assert_eq!(names(&again.await.unwrap()), ["stored"]);
}

#[tokio::test]
async fn one_bad_item_never_costs_its_neighbours() {
    let bench = Bench::new();
    let request = request(NOW);
    let drafts = vec![
        Ok(draft("a")),
        Err(Reason::missing("event_type")),
        Ok(draft("a")),
        Ok(Draft::default()),
        Ok(draft("")),
    ];
    let mut all = Box::pin(bench.pipeline.admit(&request, drafts));
    assert!(poll(&mut all).await.is_none());
    assert_eq!(bench.journal.decide(Ok(())), 2);
    let outcomes = all.await.unwrap();
    assert_eq!(names(&outcomes), ["stored", "rejected", "duplicate", "rejected", "stored"]);
    let expected = Books { received: 5, rejected: 2, duplicate: 1, pending: 2, ..Books::default() };
    assert_eq!(books(&bench), expected);
}

#[tokio::test]
async fn an_idempotency_key_is_an_id_too() {
    let bench = Bench::new();
    let keyed = || {
        let mut draft = draft("");
        draft.fields.set(Field::IdempotencyKey, "key-1");
        draft
    };
    let request = request(NOW);
    let drafts = vec![Ok(keyed()), Ok(keyed())];
    let mut all = Box::pin(bench.pipeline.admit(&request, drafts));
    assert!(poll(&mut all).await.is_none());
    bench.journal.decide(Ok(()));
    assert_eq!(names(&all.await.unwrap()), ["stored", "duplicate"]);
}

#[tokio::test]
async fn the_same_id_after_the_window_is_a_new_event() {
    let bench = Bench::new();
    for (after_ms, expected) in [(0, "stored"), (1_000, "duplicate"), (1_001, "stored")] {
        let request = request(Timestamp(NOW.0 + after_ms));
        let mut admit = Box::pin(bench.pipeline.admit(&request, vec![Ok(draft("a"))]));
        let outcomes = match poll(&mut admit).await {
            Some(done) => done.unwrap(),
            None => {
                bench.journal.decide(Ok(()));
                admit.await.unwrap()
            }
        };
        assert_eq!(names(&outcomes), [expected], "after {after_ms} ms");
    }
}

#[tokio::test]
async fn an_id_the_store_knows_is_a_duplicate() {
    use store::{IdKind, Store};
    let bench = Bench::new();
    let tenant = TenantId::default_tenant();
    let id = event::EventId::from_client(&tenant, "a");
    let hash = bench.store.id_hash(&tenant, IdKind::Event, &id.to_bytes());
    bench.store.seen.lock().unwrap().insert(hash, NOW);
    let outcomes = bench.pipeline.admit(&request(NOW), vec![Ok(draft("a"))]).await.unwrap();
    assert_eq!(outcomes, [Outcome::Duplicate { id }]);
}

#[tokio::test]
async fn a_client_that_leaves_is_counted_all_the_same() {
    let bench = Bench::new();
    let request = request(NOW);
    let mut leaving = Box::pin(bench.pipeline.admit(&request, vec![Ok(draft("a"))]));
    assert!(poll(&mut leaving).await.is_none());
    drop(leaving);
    bench.journal.decide(Ok(()));
    assert_eq!(books(&bench), Books { received: 1, pending: 1, ..Books::default() });
    let again = bench.pipeline.admit(&request, vec![Ok(draft("a"))]).await.unwrap();
    assert_eq!(names(&again), ["duplicate"]);
}
