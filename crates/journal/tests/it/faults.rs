//! Disks that fail, and disks that are full.

use std::io::ErrorKind;

use journal::{AppendError, Health, Journal, LagBound, Lane, Tallied, Tally};
use testkit::{
    faulty_fs::{SimFs, Survival},
    journal_contract::{append, block_on, books, data, eventually, payloads},
};

use crate::setup::{all, open, payload, segments, try_open};

fn try_append(journal: &dyn Journal, number: u64) -> Result<(), AppendError> {
    journal.append(data(&[payload(number)])).and_then(|ticket| block_on(ticket.durable()))
}

fn expected(numbers: impl IntoIterator<Item = u64>) -> Vec<Vec<u8>> {
    numbers.into_iter().map(payload).collect()
}

#[test]
fn a_failed_sync_poisons_and_reading_goes_on() {
    let fs = SimFs::new();
    let journal = open(&fs, 4 << 10);
    (0..3).for_each(|n| append(&journal, data(&[payload(n)])));
    fs.fail_sync(0);
    assert!(matches!(try_append(&journal, 3), Err(AppendError::Poisoned(_))));
    assert!(matches!(journal.append(data(&["x"])), Err(AppendError::Poisoned(_))));
    assert!(matches!(journal.health(), Health::Poisoned(_)));
    assert!(journal.redact(Lane::DATA, &[0]).is_err());
    assert_eq!(payloads(&all(&journal)), expected(0..3));
    assert_eq!((journal.durable_end(Lane::DATA), journal.queued_bytes()), (3, 0));
    // The refused record does not come back when only the process is restarted.
    let fs = fs.kill();
    drop(journal);
    let journal = open(&fs, 4 << 10);
    assert_eq!(payloads(&all(&journal)), expected(0..3));
    append(&journal, data(&[payload(3)]));
    assert_eq!(payloads(&all(&journal)), expected(0..4));
}

#[test]
fn every_sync_may_fail() {
    for number in 0..12 {
        let fs = SimFs::new();
        fs.fail_sync(number);
        let Ok((journal, _)) = try_open(&fs, 1 << 10) else { continue };
        let done: Vec<u64> = (0..12).filter(|n| try_append(&journal, *n).is_ok()).collect();
        for after in [fs.power_loss(Survival::None), fs.power_loss(Survival::Random(number))] {
            let journal = open(&after, 1 << 10);
            let read = payloads(&all(&journal));
            assert_eq!(read[..done.len()], expected(done.clone()), "sync {number}");
            assert!(read.len() <= done.len() + 1);
        }
    }
}

#[test]
fn a_full_disk_loses_nothing_and_recovers_without_restart() {
    let fs = SimFs::new();
    let journal = open(&fs, 1 << 10);
    fs.set_quota(Some(5000));
    let mut stored = Vec::new();
    let refused = (0..200).find(|n| match try_append(&journal, *n) {
        Ok(()) => {
            stored.push(*n);
            false
        }
        Err(AppendError::DiskFull(_)) => true,
        Err(error) => panic!("{error}"),
    });
    assert!(refused.is_some(), "the disk is full at some time");
    assert!(matches!(journal.health(), Health::Blocked(_)));
    assert_eq!(payloads(&all(&journal)), expected(stored.clone()));
    // Space returns: by itself, and by the next batch.
    fs.set_quota(Some(8000));
    eventually("there is space again", || journal.health() == Health::Good);
    assert!(try_append(&journal, 500).is_ok());
    stored.push(500);
    fs.set_quota(None);
    assert!(try_append(&journal, 501).is_ok());
    stored.push(501);
    let after = fs.power_loss(Survival::None);
    drop(journal);
    assert_eq!(payloads(&all(&open(&after, 1 << 10))), expected(stored));
}

#[test]
fn trimming_makes_space_on_a_full_disk() {
    let fs = SimFs::new();
    let journal = open(&fs, 1 << 10);
    journal.register("reader", Lane::DATA, 0, LagBound::NONE);
    fs.set_quota(Some(5000));
    assert!((0..200).any(|n| try_append(&journal, n).is_err()));
    journal.advance("reader", Lane::DATA, journal.durable_end(Lane::DATA));
    journal.trim(Lane::DATA).unwrap();
    assert!(try_append(&journal, 300).is_ok());
    assert_eq!(journal.health(), Health::Good);
}

#[test]
fn a_journal_opens_on_a_full_disk() {
    let fs = SimFs::new();
    let journal = open(&fs, 1 << 10);
    append(&journal, data(&[payload(0)]));
    let fs = fs.kill();
    drop(journal);
    fs.set_quota(Some(0));
    let journal = open(&fs, 1 << 10);
    assert_eq!(payloads(&all(&journal)), expected([0]));
}

#[test]
fn a_write_that_failed_half_way_never_comes_back() {
    for kind in [ErrorKind::StorageFull, ErrorKind::Other] {
        for survival in [None, Some(Survival::None), Some(Survival::Random(7))] {
            let fs = SimFs::new();
            let journal = open(&fs, 4 << 10);
            append(&journal, data(&[payload(0)]));
            fs.fail_write(0, kind);
            match try_append(&journal, 1) {
                Err(AppendError::DiskFull(_)) => assert_eq!(kind, ErrorKind::StorageFull),
                Err(AppendError::Io(_)) => assert_eq!(kind, ErrorKind::Other),
                other => panic!("{other:?}"),
            }
            let path = segments(&fs).remove(0);
            let clean = fs.bytes_of(&path).unwrap();
            assert!(clean.len() < 200 || clean[200..].iter().all(|byte| *byte == 0));
            eventually("it goes on", || journal.health() == Health::Good);
            append(&journal, data(&[payload(2)]));
            let after = survival.map_or_else(|| fs.kill(), |survival| fs.power_loss(survival));
            drop(journal);
            let (journal, recovery) = try_open(&after, 4 << 10).unwrap();
            assert_eq!(payloads(&all(&journal)), expected([0, 2]));
            assert_eq!(recovery.lanes[0].cut, None);
        }
    }
}

#[test]
fn a_write_that_cannot_be_taken_back_poisons() {
    let fs = SimFs::new();
    let journal = open(&fs, 4 << 10);
    append(&journal, data(&[payload(0)]));
    fs.fail_write(0, ErrorKind::StorageFull);
    fs.fail_sync(0);
    assert!(matches!(try_append(&journal, 1), Err(AppendError::Poisoned(_))));
}

#[test]
fn noted_counters_outlive_a_full_disk() {
    let fs = SimFs::new();
    let journal = open(&fs, 1 << 10);
    fs.set_quota(Some(0));
    let mut noted = Tally::default();
    noted.add(&"t".into(), Tallied([3, 2, 1]));
    journal.note(&noted);
    eventually("it is blocked", || matches!(journal.health(), Health::Blocked(_)));
    fs.set_quota(None);
    eventually("the books are written", || books(&all(&journal)) == noted);
}
