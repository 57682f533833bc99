//! Appending and reading back, on a real disk and in memory.

use disk::{DataDir, RealFs};
use journal::{AppendError, Batch, Health, Journal, Lane, Tallied, Tally, file::FileJournal};
use std::sync::Arc;
use testkit::{
    faulty_fs::SimFs,
    journal_contract::{self, append, block_on, books, data, payloads},
};

use crate::setup::{all, config, open, segments, try_open};

#[test]
fn it_keeps_the_contract() {
    journal_contract::all(&open(&SimFs::new(), 64 << 10));
}

#[test]
fn it_keeps_the_contract_on_a_real_disk() {
    let temp = tempfile::tempdir().unwrap();
    let dir = DataDir::new(temp.path());
    let (journal, _) = FileJournal::open(Arc::new(RealFs), &dir, config(64 << 10)).unwrap();
    journal_contract::all(&journal);
    let before = all(&journal);
    drop(journal);
    let (journal, recovery) = FileJournal::open(Arc::new(RealFs), &dir, config(64 << 10)).unwrap();
    assert!(recovery.lanes.iter().all(|lane| lane.cut.is_none()));
    assert_eq!(all(&journal), before);
}

#[test]
fn segments_roll_and_all_is_there_after_a_restart() {
    let fs = SimFs::new();
    let journal = open(&fs, 4 << 10);
    let expected: Vec<Vec<u8>> = (0..100).map(|n| vec![n; 300]).collect();
    expected.iter().for_each(|payload| append(&journal, data(&[payload])));
    assert!(segments(&fs).len() >= 8);
    assert_eq!(payloads(&all(&journal)), expected);
    assert_eq!(journal.queued_bytes(), 0);
    let before = all(&journal);
    drop(journal);
    let (journal, recovery) = try_open(&fs, 4 << 10).unwrap();
    assert_eq!(all(&journal), before);
    assert_eq!(recovery.lanes[0].end, 100);
    assert_eq!(recovery.lanes[0].cut, None);
    append(&journal, data(&["more"]));
    assert_eq!(journal.durable_end(Lane::DATA), 101);
}

#[test]
fn an_empty_journal_takes_no_space() {
    let fs = SimFs::new();
    drop(open(&fs, 4 << 10));
    assert_eq!(fs.used_bytes(), 0);
    let journal = open(&fs, 4 << 10);
    assert_eq!((journal.low(Lane::DATA), journal.durable_end(Lane::DATA)), (0, 0));
    assert_eq!(all(&journal), []);
    assert!(journal.read(Lane(7), 0, 1).is_err());
}

#[test]
fn a_batch_larger_than_a_segment_is_refused_and_the_largest_fits() {
    let journal = open(&SimFs::new(), 4 << 10);
    let error = journal.append(data(&[vec![0; 4 << 10]])).unwrap_err();
    let AppendError::TooLarge { bytes, limit } = error else { panic!("{error}") };
    let overhead = bytes - (4 << 10);
    append(&journal, data(&[vec![7; limit - overhead]]));
    append(&journal, data(&[vec![8; limit - overhead]]));
    assert_eq!(all(&journal).len(), 2);
}

#[test]
fn a_full_queue_refuses_at_once() {
    let fs = SimFs::new();
    let mut config = config(4 << 10);
    config.queue_bytes = 2000;
    let (journal, _) = FileJournal::open(fs.shared(), &crate::setup::dir(), config).unwrap();
    let mut refused = 0;
    let mut tickets = Vec::new();
    for _ in 0..10_000 {
        match journal.append(data(&[[1; 500]])) {
            Ok(ticket) => tickets.push(ticket),
            Err(AppendError::Overloaded { limit: 2000, queued }) => {
                assert!(queued <= 2000);
                refused += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(refused > 0);
    assert_eq!(journal.health(), Health::Good);
    tickets.iter().for_each(|ticket| block_on(ticket.durable()).unwrap());
    assert_eq!(all(&journal).len(), tickets.len());
}

#[test]
fn closing_drains_and_then_refuses() {
    let fs = SimFs::new();
    let journal = open(&fs, 1 << 20);
    let tickets: Vec<_> = (0..100).map(|n| journal.append(data(&[[n]])).unwrap()).collect();
    let mut noted = Tally::default();
    noted.add(&"t".into(), Tallied([1, 2, 3]));
    journal.note(&noted);
    journal.close();
    tickets.iter().for_each(|ticket| ticket.result().unwrap().unwrap());
    assert!(matches!(journal.append(data(&["late"])), Err(AppendError::Closed)));
    journal.close();
    let journal = open(&fs, 1 << 20);
    assert_eq!(payloads(&all(&journal)).len(), 100);
    assert_eq!(books(&all(&journal)), noted);
}

#[test]
fn an_empty_batch_is_decided_and_leaves_nothing() {
    let journal = open(&SimFs::new(), 4 << 10);
    append(&journal, Batch::data());
    assert_eq!(journal.durable_end(Lane::DATA), 0);
}

#[test]
fn one_sync_serves_everyone_who_waits() {
    let fs = SimFs::new();
    let journal = open(&fs, 1 << 20);
    append(&journal, data(&["first"]));
    let before = fs.syncs();
    let tickets: Vec<_> = (0..5000)
        .map(|n: u32| data(&[n.to_le_bytes()]))
        .map(|batch| journal.append(batch).unwrap())
        .collect();
    tickets.iter().for_each(|ticket| block_on(ticket.durable()).unwrap());
    assert!(fs.syncs() - before < 5000, "{} syncs", fs.syncs() - before);
}
