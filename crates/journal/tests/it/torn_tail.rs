//! A write that a crash cut short.

use journal::{Journal, Lane};
use testkit::{
    faulty_fs::{SimFs, Survival},
    journal_contract::{append, data, payloads},
};

use crate::setup::{all, open, payload, segments, try_open};

/// A disk with `records` single batches; the last has no mark behind it.
fn killed_after(records: u64) -> SimFs {
    let fs = SimFs::new();
    let journal = open(&fs, 4 << 10);
    (0..records).for_each(|n| append(&journal, data(&[payload(n)])));
    let after = fs.power_loss(Survival::None);
    drop(journal);
    after
}

/// Where the last batch of the last segment starts, and where it ends.
fn last_batch(bytes: &[u8]) -> (usize, usize) {
    let (mut at, mut last) = (48, 48);
    while at + 48 <= bytes.len() && bytes[at..at + 4] == *b"TFb1" {
        last = at;
        let body = u32::from_le_bytes(bytes[at + 8..at + 12].try_into().unwrap()) as usize;
        at += (48 + body).next_multiple_of(8);
    }
    (last, at)
}

#[test]
fn cut_at_every_byte_of_the_last_record_all_complete_ones_are_there() {
    let disk = killed_after(6);
    let path = segments(&disk).pop().unwrap();
    let whole = disk.bytes_of(&path).unwrap();
    let (start, end) = last_batch(&whole);
    for cut in start..=end {
        for zeros in [false, true] {
            let fs = disk.kill();
            fs.damage(&path, |bytes| {
                bytes.truncate(cut);
                bytes.resize(if zeros { whole.len() } else { cut }, 0);
            });
            let (journal, recovery) = try_open(&fs, 4 << 10).unwrap();
            // The padding is zeros: without its last bytes the batch may be whole already.
            let complete =
                5 + u64::from(zeros && whole[cut..end].iter().all(|b| *b == 0) || cut == end);
            let expected: Vec<Vec<u8>> = (0..complete).map(payload).collect();
            assert_eq!(payloads(&all(&journal)), expected, "cut at {cut} of {end}");
            let torn = complete == 5 && whole[start..cut].iter().any(|byte| *byte != 0);
            assert_eq!(recovery.lanes[0].cut.is_some(), torn, "cut at {cut} of {end}");
            append(&journal, data(&["again"]));
            assert_eq!(journal.durable_end(Lane::DATA), complete + 1);
            drop(journal);
            let (journal, recovery) = try_open(&fs, 4 << 10).unwrap();
            assert_eq!(recovery.lanes[0].cut, None);
            assert_eq!(all(&journal).len() as u64, complete + 1);
        }
    }
}

#[test]
fn a_cut_tail_never_comes_back() {
    let fs = killed_after(6);
    let path = segments(&fs).pop().unwrap();
    let (start, _) = last_batch(&fs.bytes_of(&path).unwrap());
    fs.damage(&path, |bytes| bytes[start + 50] ^= 1);
    let (journal, recovery) = try_open(&fs, 4 << 10).unwrap();
    assert_eq!(recovery.lanes[0].cut.as_ref().unwrap().offset, start as u64);
    // Without a write, whatever becomes of power.
    let after = fs.power_loss(Survival::None);
    drop(journal);
    assert!(after.bytes_of(&path).unwrap()[start..].iter().all(|byte| *byte == 0));
    let (journal, recovery) = try_open(&after, 4 << 10).unwrap();
    assert_eq!((all(&journal).len(), recovery.lanes[0].cut.clone()), (5, None));
}

#[test]
fn an_unfinished_file_is_removed() {
    use disk::Fs;
    let fs = killed_after(3);
    let name = crate::setup::dir().lane("data").path().join("00000000000000000003.seg.tmp");
    fs.create(&name).unwrap();
    let (_, recovery) = try_open(&fs, 4 << 10).unwrap();
    assert_eq!(recovery.lanes[0].unfinished_removed, 1);
    assert!(!fs.files().contains(&name));
}
