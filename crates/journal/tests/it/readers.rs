//! Readers at their own pace: trimming, lag bounds, redaction under their eyes.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use journal::{Journal, Kind, LagBound, Lane, ReadError, ReaderState, Tallied, file::FileJournal};
use testkit::{
    faulty_fs::SimFs,
    journal_contract::{append, data, payloads, read_from},
};

use crate::setup::{all, config, dir, number, open, payload, positions, segments};

fn filled(fs: &SimFs, records: u64) -> FileJournal {
    let journal = open(fs, 1 << 10);
    (0..records).for_each(|n| append(&journal, data(&[payload(n)])));
    journal
}

#[test]
fn nothing_goes_before_the_slowest_reader_had_it() {
    let fs = SimFs::new();
    let journal = filled(&fs, 60);
    assert_eq!(journal.trim(Lane::DATA).unwrap(), 0);
    journal.register("fast", Lane::DATA, 0, LagBound::NONE);
    journal.register("slow", Lane::DATA, 0, LagBound::NONE);
    journal.advance("fast", Lane::DATA, 60);
    assert_eq!(journal.trim(Lane::DATA).unwrap(), 0);
    journal.advance("slow", Lane::DATA, 35);
    let low = journal.trim(Lane::DATA).unwrap();
    assert!(low > 0 && low <= 35, "{low}");
    let error = journal.read(Lane::DATA, low - 1, 100).unwrap_err();
    assert!(matches!(error, ReadError::Trimmed { .. }), "{error}");
    assert_eq!(positions(&all(&journal)), (low..60).collect::<Vec<_>>());
    drop(journal);
    assert_eq!(open(&fs, 1 << 10).low(Lane::DATA), low);
}

#[test]
fn the_last_segment_stays_even_when_nobody_needs_it() {
    let fs = SimFs::new();
    let journal = filled(&fs, 60);
    journal.register("reader", Lane::DATA, 60, LagBound::NONE);
    journal.redact(Lane::DATA, &[59]).unwrap();
    journal.trim(Lane::DATA).unwrap();
    assert_eq!(segments(&fs).len(), 1);
    drop(journal);
    let journal = open(&fs, 1 << 10);
    assert_eq!(journal.durable_end(Lane::DATA), 60);
    append(&journal, data(&["next"]));
    assert_eq!(journal.durable_end(Lane::DATA), 61);
}

#[test]
fn a_reader_too_many_bytes_behind_is_let_go() {
    let journal = filled(&SimFs::new(), 60);
    journal.register("pump", Lane::DATA, 60, LagBound::NONE);
    journal.register("mirror", Lane::DATA, 0, LagBound { bytes: 2000, age_ms: u64::MAX });
    journal.register("near", Lane::DATA, 55, LagBound { bytes: 2000, age_ms: u64::MAX });
    let low = journal.trim(Lane::DATA).unwrap();
    assert!(low > 0 && low <= 55);
    assert_eq!(journal.advance("mirror", Lane::DATA, 5), ReaderState::Detached);
    assert_eq!(journal.advance("near", Lane::DATA, 56), ReaderState::Attached);
    assert_eq!(journal.advance("nobody", Lane::DATA, 56), ReaderState::Detached);
    journal.register("mirror", Lane::DATA, 60, LagBound::NONE);
    assert_eq!(journal.advance("mirror", Lane::DATA, 60), ReaderState::Attached);
    journal.register("late", Lane::DATA, 0, LagBound::NONE);
    assert_eq!(journal.advance("late", Lane::DATA, 60), ReaderState::Detached);
}

#[test]
fn a_reader_too_old_is_let_go_by_the_record_it_has_not_read() {
    let now = Arc::new(AtomicU64::new(1_000_000));
    let mut config = config(1 << 10);
    let clock = now.clone();
    config.clock_ms = Arc::new(move || clock.load(Ordering::Relaxed));
    let (journal, _) = FileJournal::open(SimFs::new().shared(), &dir(), config).unwrap();
    let bound = LagBound { bytes: u64::MAX, age_ms: 5000 };
    for n in 0..60 {
        append(&journal, data(&[payload(n)]));
        now.fetch_add(1000, Ordering::Relaxed);
    }
    journal.register("idle", Lane::DATA, 60, bound);
    journal.register("fresh", Lane::DATA, 56, bound);
    journal.register("old", Lane::DATA, 50, bound);
    journal.trim(Lane::DATA).unwrap();
    assert_eq!(journal.advance("idle", Lane::DATA, 60), ReaderState::Attached);
    assert_eq!(journal.advance("fresh", Lane::DATA, 56), ReaderState::Attached);
    assert_eq!(journal.advance("old", Lane::DATA, 51), ReaderState::Detached);
}

#[test]
fn redaction_reaches_every_segment_and_survives_a_restart() {
    let fs = SimFs::new();
    let journal = filled(&fs, 60);
    let before = all(&journal);
    let wanted = [0, 17, 18, 59, 60, 1000];
    assert_eq!(journal.redact(Lane::DATA, &wanted).unwrap(), 4);
    let mut expected = before;
    for n in [0, 17, 18, 59] {
        expected[n].kind = Kind::Redacted;
        expected[n].payload.fill(0);
    }
    assert_eq!(all(&journal), expected);
    append(&journal, data(&["more"]));
    drop(journal);
    let journal = open(&fs, 1 << 10);
    assert_eq!(all(&journal)[..60], expected);
    let needle = &payload(17)[..];
    for path in fs.files() {
        let bytes = fs.bytes_of(&path).unwrap();
        assert!(!bytes.windows(needle.len()).any(|window| window == needle));
    }
}

#[test]
fn books_are_never_redacted() {
    let journal = open(&SimFs::new(), 4 << 10);
    let mut batch = data(&["one"]);
    batch.tally_mut().add(&"t".into(), Tallied([1, 0, 0]));
    append(&journal, batch);
    let before = all(&journal);
    assert_eq!(before[1].kind, Kind::Books);
    assert_eq!(journal.redact(Lane::DATA, &[1]).unwrap(), 0);
    assert_eq!(all(&journal), before);
}

#[test]
fn reading_goes_on_while_segments_are_written_and_rewritten_and_dropped() {
    let fs = SimFs::new();
    let journal = open(&fs, 1 << 10);
    journal.register("reader", Lane::DATA, 0, LagBound::NONE);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..400 {
                append(&journal, data(&[payload(n)]));
                if n % 20 == 19 {
                    journal.redact(Lane::DATA, &[n - 10]).unwrap();
                    journal.trim(Lane::DATA).unwrap();
                }
            }
            done.store(true, Ordering::Release);
        });
        let mut next = 0;
        while !done.load(Ordering::Acquire) || next < journal.durable_end(Lane::DATA) {
            for record in read_from(&journal, Lane::DATA, next, 300) {
                assert_eq!(record.position, next);
                match record.kind {
                    Kind::Data => assert_eq!(number(&record.payload), next),
                    _ => assert!(record.payload.iter().all(|byte| *byte == 0)),
                }
                next += 1;
            }
            journal.advance("reader", Lane::DATA, next);
        }
        assert_eq!(next, 400);
    });
    assert!(journal.low(Lane::DATA) > 0);
    assert!(payloads(&all(&journal)).len() < 400);
}
