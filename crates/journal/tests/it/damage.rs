//! Bytes that changed on disk.

use std::sync::{Mutex, PoisonError};

use journal::{Journal, Lane, OpenError, file::FileJournal};
use testkit::{
    faulty_fs::{SimFs, Survival},
    journal_contract::{append, data, eventually, payloads},
};

use crate::setup::{all, config, dir, open, payload, segments, try_open};

/// Three segments of 1 KiB; closed well, so that a mark stands at the end.
fn closed(records: u64) -> SimFs {
    let fs = SimFs::new();
    let journal = open(&fs, 1 << 10);
    (0..records).for_each(|n| append(&journal, data(&[payload(n)])));
    drop(journal);
    fs
}

/// Flips each bit of each segment; either the journal is refused, or the cut is reported and
/// lost nothing below `protected` records.
fn flip_every_bit(disk: &SimFs, records: u64, protected: u64) {
    let expected: Vec<Vec<u8>> = (0..records).map(payload).collect();
    let seen = Mutex::new((0, 0));
    for path in segments(disk) {
        let bits = disk.bytes_of(&path).unwrap().len() * 8;
        for bit in 0..bits {
            let fs = disk.kill();
            fs.damage(&path, |bytes| bytes[bit / 8] ^= 1 << (bit % 8));
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            match try_open(&fs, 1 << 10) {
                Err(OpenError::Corrupt { .. }) => seen.0 += 1,
                Err(other) => panic!("bit {bit} of {}: {other}", path.display()),
                Ok((journal, recovery)) => {
                    let cut = recovery.lanes[0].cut.as_ref().expect("the flip is found");
                    assert!(cut.position >= protected, "bit {bit}: {cut:?}");
                    let left = payloads(&all(&journal));
                    assert_eq!(left, expected[..cut.position as usize]);
                    seen.1 += 1;
                }
            }
        }
    }
    let (refused, cut) = *seen.lock().unwrap();
    assert!(refused > 0 && cut > 0, "{refused} refused, {cut} cut");
}

#[test]
fn a_flipped_bit_anywhere_is_found() {
    let disk = closed(12);
    assert_eq!(segments(&disk).len(), 2);
    flip_every_bit(&disk, 12, 12);
}

#[test]
fn a_flipped_bit_is_found_without_a_mark_too() {
    let fs = SimFs::new();
    let journal = open(&fs, 1 << 10);
    (0..12).for_each(|n| append(&journal, data(&[payload(n)])));
    let disk = fs.power_loss(Survival::None);
    drop(journal);
    flip_every_bit(&disk, 12, 11);
}

#[test]
fn a_flipped_mark_between_batches_costs_no_record() {
    let fs = closed(3);
    let journal = open(&fs, 1 << 10);
    append(&journal, data(&["after the mark"]));
    let disk = fs.power_loss(Survival::None);
    drop(journal);
    let path = segments(&disk).pop().unwrap();
    let bytes = disk.bytes_of(&path).unwrap();
    let mark = (48..bytes.len()).step_by(8).filter(|at| bytes[*at..].starts_with(b"TFb1"));
    let mark = mark.max().unwrap() - 48;
    disk.damage(&path, |bytes| bytes[mark + 20] ^= 1);
    let error = try_open(&disk, 1 << 10).unwrap_err();
    assert!(matches!(error, OpenError::Corrupt { position: 3, .. }), "{error}");
}

#[test]
fn zeros_in_the_middle_are_damage() {
    let fs = closed(12);
    let path = segments(&fs).remove(0);
    fs.damage(&path, |bytes| bytes[48..512].fill(0));
    let error = try_open(&fs, 1 << 10).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("zeros") && text.contains("trackflow doctor"), "{text}");
}

#[test]
fn a_missing_segment_is_damage() {
    use disk::Fs;
    let disk = closed(40);
    let paths = segments(&disk);
    for middle in &paths[1..paths.len() - 1] {
        let fs = disk.kill();
        fs.remove(middle).unwrap();
        let error = try_open(&fs, 1 << 10).unwrap_err();
        assert!(error.to_string().contains("missing"), "{error}");
    }
}

#[test]
fn a_lane_shorter_than_the_store_knows_is_refused_and_left_alone() {
    let fs = closed(12);
    let path = segments(&fs).pop().unwrap();
    let mut known = config(1 << 10);
    known.known_durable = vec![(Lane::DATA, 12)];
    assert!(FileJournal::open(fs.shared(), &dir(), known.clone()).is_ok());
    let length = fs.bytes_of(&path).unwrap().len();
    fs.damage(&path, |bytes| bytes.truncate(length - 60));
    let before = fs.bytes_of(&path).unwrap();
    let error = FileJournal::open(fs.shared(), &dir(), known).unwrap_err();
    assert!(error.to_string().contains("up to position 12"), "{error}");
    assert_eq!(fs.bytes_of(&path).unwrap(), before);
}

#[test]
fn a_newer_version_is_named() {
    let fs = closed(1);
    let path = segments(&fs).remove(0);
    fs.damage(&path, |bytes| {
        bytes[8] = 2;
        let crc = crc32fast::hash(&bytes[..44]);
        bytes[44..48].copy_from_slice(&crc.to_le_bytes());
    });
    let error = try_open(&fs, 1 << 10).unwrap_err();
    assert!(matches!(error, OpenError::Version { version: 2, newest: 1, .. }), "{error}");
}

#[test]
fn damage_while_running_is_told_to_the_reader() {
    let fs = SimFs::new();
    let journal = open(&fs, 4 << 10);
    (0..5).for_each(|n| append(&journal, data(&[payload(n)])));
    let path = segments(&fs).remove(0);
    fs.damage(&path, |bytes| bytes[110] ^= 8);
    assert!(journal.read(Lane::DATA, 0, 100).is_err());
    append(&journal, data(&["goes on"]));
}

#[test]
fn an_idle_journal_protects_its_last_batch() {
    let fs = SimFs::new();
    let mut config = config(1 << 10);
    config.idle_mark = std::time::Duration::from_millis(1);
    let (journal, _) = FileJournal::open(fs.shared(), &dir(), config).unwrap();
    append(&journal, data(&[payload(0)]));
    let path = segments(&fs).remove(0);
    eventually("there is a mark behind the batch", || {
        let bytes = fs.bytes_of(&path).unwrap();
        bytes.windows(4).filter(|window| window == b"TFb1").count() == 2
    });
    // The mark is synced before anything else is written.
    append(&journal, data(&[payload(1)]));
    let disk = fs.power_loss(Survival::None);
    drop(journal);
    assert_eq!(all(&open(&disk, 1 << 10)).len(), 2);
    disk.damage(&path, |bytes| bytes[48 + 48] ^= 1);
    let error = try_open(&disk, 1 << 10).unwrap_err();
    assert!(matches!(error, OpenError::Corrupt { position: 0, .. }), "{error}");
}
