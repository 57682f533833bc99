//! Power is lost at every operation that changes the disk.
//!
//! A scenario runs once to count its operations, then once per operation and way of surviving,
//! each time with a crash there. After it every acknowledged record is there once and in order,
//! and every other record at most once.

use journal::{Journal, Kind, LagBound, Lane, file::FileJournal};
use testkit::{
    faulty_fs::{SimFs, Survival},
    journal_contract::{self, append, block_on, data, payloads},
};

use crate::setup::{all, number, open, payload, try_open};

const SEGMENT_BYTES: u64 = 1 << 10;
const SEEDS: u64 = 6;

/// What a scenario knows when it is over.
#[derive(Default)]
struct Told {
    acknowledged: Vec<u64>,
    refused: Vec<u64>,
    /// All records below were allowed to go.
    trimmable: u64,
    /// Records that were redacted for certain.
    redacted: Vec<u64>,
}

impl Told {
    /// Appends; whether it succeeded.
    fn append(&mut self, journal: &dyn Journal, records: std::ops::Range<u64>) -> bool {
        let batch = data(&records.clone().map(payload).collect::<Vec<_>>());
        let done = journal.append(batch).and_then(|ticket| block_on(ticket.durable()));
        let list = if done.is_ok() { &mut self.acknowledged } else { &mut self.refused };
        list.extend(records);
        done.is_ok()
    }
}

fn at_every_crash_point(scenario: impl Fn(&FileJournal, &mut Told)) {
    let fs = SimFs::new();
    scenario(&open(&fs, SEGMENT_BYTES), &mut Told::default());
    let operations = fs.operations();
    assert!(operations > 10);
    for crash_at in 0..=operations {
        let mut survivals = vec![Survival::None];
        survivals.extend((0..SEEDS).map(|seed| Survival::Random(seed * 1000 + crash_at)));
        for survival in survivals {
            let fs = SimFs::new();
            fs.crash_at(crash_at);
            let mut told = Told::default();
            if let Ok((journal, _)) = try_open(&fs, SEGMENT_BYTES) {
                scenario(&journal, &mut told);
                let after = fs.power_loss(survival);
                drop(journal);
                check(&after, &told, &format!("operation {crash_at}, {survival:?}"));
            }
        }
    }
}

fn check(fs: &SimFs, told: &Told, when: &str) {
    for round in 0..2u64 {
        let (journal, _) = try_open(fs, SEGMENT_BYTES).unwrap_or_else(|e| panic!("{when}: {e}"));
        let records = all(&journal);
        let data = records.iter().filter(|record| record.kind == Kind::Data);
        let numbers: Vec<u64> = data.map(|record| number(&record.payload)).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{when}: {numbers:?}");
        for known in &told.acknowledged {
            let gone = *known < told.trimmable || told.redacted.contains(known);
            assert!(gone || numbers.contains(known), "{when}: {known} is lost, {numbers:?}");
        }
        let redacted = told.redacted.iter().find(|known| numbers.contains(known));
        assert_eq!(redacted, None, "{when}: a redacted record came back");
        for payload_read in payloads(&records) {
            let number = number(&payload_read);
            assert!(number >= 1_000 || payload_read == payload(number), "{when}");
        }
        assert!(
            numbers
                .iter()
                .all(|n| *n >= 1_000 || told.acknowledged.contains(n) || told.refused.contains(n))
        );
        append(&journal, journal_contract::data(&[payload(1_000 + round)]));
    }
}

fn append_some(journal: &FileJournal, told: &mut Told, records: std::ops::Range<u64>) {
    for n in records.step_by(2) {
        told.append(journal, n..n + 2);
    }
}

#[test]
fn while_appending_and_rolling() {
    at_every_crash_point(|journal, told| append_some(journal, told, 0..24));
}

#[test]
fn while_closing() {
    at_every_crash_point(|journal, told| {
        append_some(journal, told, 0..6);
        journal.close();
    });
}

#[test]
fn while_trimming() {
    at_every_crash_point(|journal, told| {
        journal.register("reader", Lane::DATA, 0, LagBound::NONE);
        append_some(journal, told, 0..40);
        journal.advance("reader", Lane::DATA, 30);
        told.trimmable = 30;
        let _ = journal.trim(Lane::DATA);
        append_some(journal, told, 40..44);
    });
}

#[test]
fn while_redacting() {
    at_every_crash_point(|journal, told| {
        append_some(journal, told, 0..16);
        if told.refused.is_empty() && journal.redact(Lane::DATA, &[3, 4, 15]).is_ok() {
            told.redacted = vec![3, 4, 15];
        } else {
            // Each of them is there or redacted, both are right.
            told.acknowledged.retain(|n| ![3, 4, 15].contains(n));
            told.refused.extend([3, 4, 15]);
        }
        append_some(journal, told, 16..20);
    });
}

#[test]
fn again_after_a_first_power_loss() {
    for first in 0..20 {
        for survival in [Survival::None, Survival::Random(first)] {
            let fs = SimFs::new();
            fs.crash_at(first);
            let mut told = Told::default();
            let Ok((journal, _)) = try_open(&fs, SEGMENT_BYTES) else { continue };
            append_some(&journal, &mut told, 0..12);
            let mut fs = fs.power_loss(survival);
            drop(journal);
            // Opening cuts and syncs: it may be interrupted as well, at each of its operations.
            for crash_at in 0..6 {
                fs.crash_at(crash_at);
                let opened = try_open(&fs, SEGMENT_BYTES);
                let after = fs.power_loss(Survival::Random(first * 100 + crash_at));
                drop(opened);
                fs = after;
            }
            check(&fs, &told, &format!("first crash at {first}, {survival:?}"));
        }
    }
}
