//! Following: with a journal that lets go of events early, and over a restart.

use std::{sync::Arc, time::Duration};

use disk::{RealFs, SharedFs};
use event::TenantId;
use ingest::tail::{At, Following, Heard};
use journal::Lane;
use tokio::time::timeout;

use crate::{fakes::NOW, house::House};

fn ids(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|n| format!("e{n:04}")).collect()
}

async fn send(house: &House, ids: &[String]) {
    for some in ids.chunks(5) {
        house.send(some, NOW).await.expect("acknowledged");
    }
}

fn follow(house: &House, after: Option<u64>) -> Following {
    let after = after.map(|position| At { lane: Lane::DATA, position });
    house.pipeline.tail().follow(TenantId::default_tenant(), after).unwrap()
}

/// What is heard until an event with this id, how much was missed, and where the last one stands.
async fn heard(following: &mut Following, until: &str) -> (Vec<String>, u64, u64) {
    let (mut ids, mut missed, mut last) = (Vec::new(), 0, 0);
    while ids.last().is_none_or(|id| id != until) {
        let next = timeout(Duration::from_secs(20), following.next()).await;
        match next.expect("something in time").expect("it goes on") {
            Heard::Missed(count) => missed += count,
            Heard::Events(events) => {
                for seen in events {
                    let id = event::json::find(&seen.event.properties, "id").unwrap();
                    ids.push(id.trim_matches('"').to_owned());
                    last = seen.at.position;
                }
            }
        }
    }
    (ids, missed, last)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_after_a_restart_hears_what_is_left() {
    let temp = tempfile::tempdir().unwrap();
    let fs: SharedFs = Arc::new(RealFs);
    let house = House::open(&fs, temp.path(), 10_000).unwrap();
    let mut following = follow(&house, None);
    send(&house, &ids(0..20)).await;
    let (all, missed, last) = heard(&mut following, "e0019").await;
    assert_eq!((all, missed), (ids(0..20), 0));
    assert!(following.reached().is_none_or(|at| at.position <= last));
    house.stop();
    assert!(following.next().await.is_none(), "it has ended");

    let house = House::open(&fs, temp.path(), 10_000).unwrap();
    let mut following = follow(&house, Some(last));
    send(&house, &ids(20..40)).await;
    let (all, missed, last) = heard(&mut following, "e0039").await;
    assert_eq!((all, missed), (ids(20..40), 0));

    // Segments are small: what is in files of the store is soon gone from the journal.
    send(&house, &ids(40..400)).await;
    house.let_it_flush(|| false);
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while house.journal_low() <= last + 1 {
        assert!(std::time::Instant::now() < deadline, "the journal keeps everything");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut late = follow(&house, Some(last));
    send(&house, &ids(400..401)).await;
    let (rest, missed, _) = heard(&mut late, "e0400").await;
    assert!(missed > 0 && rest.len() < 361, "{missed} missed, {} heard", rest.len());
    // The journal may let go of more while it is read; that is told as well.
    assert!(rest.is_sorted() && rest.len() as u64 + missed >= 361, "{missed} missed: {rest:?}");

    // One that was there all the time has them all, or was told: so small a journal may let go of
    // events before they were read on.
    let (all, missed, _) = heard(&mut following, "e0400").await;
    assert!(all.len() as u64 + missed >= 361, "{} heard, {missed} missed", all.len());
    assert!(all.is_sorted() && (missed > 0 || all == ids(40..401)));
    house.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_is_not_there_yet_stands_for_now() {
    let temp = tempfile::tempdir().unwrap();
    let fs: SharedFs = Arc::new(RealFs);
    let house = House::open(&fs, temp.path(), 10_000).unwrap();
    send(&house, &ids(0..5)).await;
    let mut ahead = follow(&house, Some(u64::MAX));
    send(&house, &ids(5..6)).await;
    assert_eq!(heard(&mut ahead, "e0005").await.0, ids(5..6));
    house.stop();
}
