//! Segments of released versions stay readable, and damaged copies of them are refused.
//!
//! `UPDATE=1` writes the fixtures of the current version where they are absent; those that are
//! there are never changed.

use std::{fs, path::PathBuf, sync::Arc};

use disk::{DataDir, Fs, RealFs};
use journal::{Journal, Kind, Lane, OpenError, Tallied, file::FileJournal};
use testkit::{
    faulty_fs::SimFs,
    journal_contract::{append, books, data, read_from},
};

use crate::setup::{config, dir, try_open};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/format/journal/v1")
}

fn fixture(name: &str) -> Vec<u8> {
    let path = folder().join(name);
    if !path.exists() && std::env::var_os("UPDATE").is_some() {
        write_fixtures();
    }
    fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// One segment with all that a segment can have, sealed and still reserved.
fn write_fixtures() {
    let temp = tempfile::tempdir().unwrap();
    let data_dir = DataDir::new(temp.path());
    let (journal, _) = FileJournal::open(Arc::new(RealFs), &data_dir, config(4 << 10)).unwrap();
    let mut batch = data(&["first", "", "erased", "\u{1f4e6}"]);
    batch.tally_mut().add(&"tenant-a".into(), Tallied([4, 1, 2]));
    append(&journal, batch);
    append(&journal, data(&["second batch"]));
    journal.redact(Lane::DATA, &[2]).unwrap();
    let path = data_dir.lane("data").segment(disk::SegmentFile { first: 0 });
    fs::create_dir_all(folder()).unwrap();
    let sealed = fs::read(path).unwrap();
    let mut reserved = sealed.clone();
    reserved.resize(1024, 0);
    fs::write(folder().join("sealed.seg"), sealed).unwrap();
    fs::write(folder().join("reserved.seg"), reserved).unwrap();
}

/// A disk with one segment in the data lane.
fn disk_with(bytes: &[u8]) -> SimFs {
    let sim = SimFs::new();
    let lane = dir().lane("data");
    sim.create_dir_all(lane.path()).unwrap();
    let path = lane.segment(disk::SegmentFile { first: 0 });
    sim.create(&path).unwrap();
    sim.damage(&path, |file| file.extend_from_slice(bytes));
    sim.sync_dir(lane.path()).unwrap();
    sim
}

#[test]
fn version_1_is_readable() {
    for name in ["sealed.seg", "reserved.seg"] {
        let sim = disk_with(&fixture(name));
        let (journal, recovery) = try_open(&sim, 4 << 10).unwrap();
        assert_eq!((recovery.lanes[0].end, &recovery.lanes[0].cut), (6, &None), "{name}");
        let records = read_from(&journal, Lane::DATA, 0, 1 << 20);
        let read: Vec<(Kind, &[u8])> =
            records.iter().map(|record| (record.kind, &record.payload[..])).collect();
        let tally = records[4].payload.clone();
        let expected: [(Kind, &[u8]); 6] = [
            (Kind::Data, b"first"),
            (Kind::Data, b""),
            (Kind::Redacted, &[0; 6]),
            (Kind::Data, "\u{1f4e6}".as_bytes()),
            (Kind::Books, &tally),
            (Kind::Data, b"second batch"),
        ];
        assert_eq!(read, expected, "{name}");
        let sums: Vec<_> = books(&records).iter().map(|(key, n)| (key.to_string(), n)).collect();
        assert_eq!(sums, [("tenant-a".to_owned(), Tallied([4, 1, 2]))]);
        append(&journal, data(&["goes on"]));
        assert_eq!(journal.durable_end(Lane::DATA), 7);
    }
}

#[test]
fn the_bytes_are_those_of_the_format_page() {
    let bytes = fixture("sealed.seg");
    let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let u64_at = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    assert_eq!(&bytes[..8], b"TFlowJnl");
    assert_eq!(&bytes[8..12], [1, 0, 0, 0]);
    assert_eq!((u32_at(12), u64_at(16)), (0, 0));
    assert_eq!(u32_at(44), crc32fast::hash(&bytes[..44]));
    assert_eq!(&bytes[48..52], b"TFb1");
    let whole = (48 + u32_at(56) as usize).next_multiple_of(8);
    assert_eq!(u32_at(52), crc32fast::hash(&bytes[56..48 + whole]));
    assert_eq!((u32_at(60), u64_at(64), u64_at(72)), (5, 0, 0));
    assert_eq!(u64_at(88), u64_at(24), "each batch repeats the salt");
    assert_eq!((u32_at(96), bytes[100], &bytes[101..106]), (5, 0, &b"first"[..]));
}

#[test]
fn damaged_copies_are_refused() {
    let good = fixture("sealed.seg");
    for bit in 0..good.len() * 8 {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        match try_open(&disk_with(&bad), 4 << 10) {
            Err(OpenError::Corrupt { .. }) => {}
            Err(other) => panic!("bit {bit}: {other}"),
            // The mark at the end protects the others and not itself.
            Ok((_, recovery)) => {
                assert!(bit / 8 >= good.len() - 48, "bit {bit}");
                assert_eq!(recovery.lanes[0].cut.as_ref().unwrap().position, 6);
            }
        }
    }
}

#[test]
fn any_file_in_place_of_a_segment_is_refused() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut rng = fastrand::Rng::with_seed(seed);
    for _ in 0..200 {
        let bytes: Vec<u8> = (0..rng.usize(0..600)).map(|_| rng.u8(..)).collect();
        let error = try_open(&disk_with(&bytes), 4 << 10).unwrap_err();
        assert!(matches!(error, OpenError::Corrupt { .. }), "{error}");
    }
}
