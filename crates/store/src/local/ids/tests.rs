use std::sync::Arc;

use disk::{DataDir, Poison, RealFs, SharedFs};

use super::*;
use crate::local::secret::Secret;

const SECRET: Secret = Secret(*b"0123456789abcdef");

fn write(fs: &SharedFs, dir: &DataDir, number: u64, entries: &[Entry]) -> IdsMeta {
    fs.create_dir_all(&dir.ids()).unwrap();
    let mut writer = IdsWriter::create(fs, dir, number, &SECRET, entries.len() as u64).unwrap();
    entries.iter().for_each(|entry| writer.push(*entry).unwrap());
    writer.finish(&Poison::new()).unwrap()
}

fn random(rng: &mut fastrand::Rng, count: usize) -> Vec<Entry> {
    let mut entries: Vec<_> = (0..count)
        .map(|at| Entry { id: IdHash(rng.u128(..)), received: 1_000 + at as i64 })
        .collect();
    entries.sort_unstable();
    entries
}

fn temp() -> (tempfile::TempDir, SharedFs, DataDir) {
    let temp = tempfile::tempdir().unwrap();
    let dir = DataDir::new(temp.path());
    (temp, Arc::new(RealFs), dir)
}

#[test]
fn what_went_in_is_seen_and_nothing_else_with_and_without_a_filter() {
    let (_temp, fs, dir) = temp();
    let mut rng = fastrand::Rng::with_seed(7);
    for (number, count) in [(1, 0), (2, 1), (3, 255), (4, 256), (5, 257), (6, 5_000)] {
        let entries = random(&mut rng, count);
        write(&fs, &dir, number, &entries);
        for mut budget in [0, usize::MAX] {
            let file = IdsReader::open(&fs, &dir, number, &mut budget).unwrap();
            file.verify().unwrap();
            for entry in &entries {
                assert_eq!(file.seen(entry.id, entry.received).unwrap(), Some(entry.received));
                assert_eq!(file.seen(entry.id, entry.received + 1).unwrap(), None);
            }
            for _ in 0..500 {
                assert_eq!(file.seen(IdHash(rng.u128(..)), 0).unwrap(), None);
            }
            for edge in [0, u128::MAX] {
                assert_eq!(file.seen(IdHash(edge), 0).unwrap(), None);
            }
        }
    }
}

#[test]
fn the_same_id_twice_is_seen_by_its_latest_receipt_across_fences() {
    let (_temp, fs, dir) = temp();
    let entries: Vec<_> =
        (0..1_000).map(|at| Entry { id: IdHash(5 << 64), received: at }).collect();
    write(&fs, &dir, 1, &entries);
    let file = IdsReader::open(&fs, &dir, 1, &mut usize::MAX.clone()).unwrap();
    assert_eq!(file.seen(IdHash(5 << 64), 999).unwrap(), Some(999));
    assert_eq!(file.seen(IdHash(5 << 64), 1_000).unwrap(), None);
}

#[test]
fn a_merge_keeps_what_is_inside_the_window() {
    let (_temp, fs, dir) = temp();
    let mut rng = fastrand::Rng::with_seed(9);
    let inputs: Vec<_> = (1..=8).map(|number| (number, random(&mut rng, 700))).collect();
    let files: Vec<_> = inputs
        .iter()
        .map(|(number, entries)| {
            write(&fs, &dir, *number, entries);
            Arc::new(IdsReader::open(&fs, &dir, *number, &mut usize::MAX.clone()).unwrap())
        })
        .collect();
    assert_eq!(to_merge(&files).len(), 8);
    assert!(to_merge(&files[1..]).is_empty());
    let meta = merge(&fs, &dir, &files, 9, (&SECRET, 1_100), &Poison::new()).unwrap();
    let merged = IdsReader::open(&fs, &dir, 9, &mut usize::MAX.clone()).unwrap();
    merged.verify().unwrap();
    assert_eq!((meta.entries, meta.received_min), (8 * 600, 1_100));
    for entry in inputs.iter().flat_map(|(_, entries)| entries) {
        assert_eq!(merged.seen(entry.id, 0).unwrap().is_some(), entry.received >= 1_100);
    }
}

#[test]
fn a_changed_byte_anywhere_is_found() {
    let (_temp, fs, dir) = temp();
    write(&fs, &dir, 1, &random(&mut fastrand::Rng::with_seed(1), 20));
    let path = dir.ids_file(disk::IdsFile { number: 1 });
    let good = std::fs::read(&path).unwrap();
    for at in (0..good.len()).filter(|at| !(12..32).contains(at)) {
        let mut bad = good.clone();
        bad[at] ^= 1;
        std::fs::write(&path, &bad).unwrap();
        let opened = IdsReader::open(&fs, &dir, 1, &mut usize::MAX.clone());
        assert!(opened.and_then(|file| file.verify()).is_err(), "byte {at}");
    }
}

/// The bytes of version 1 are frozen.
#[test]
fn version_1_stays_readable() {
    let frozen = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/format/ids/v1/three.ids");
    let entries = [
        Entry { id: IdHash(1), received: 1_790_857_800_000 },
        Entry { id: IdHash(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef), received: -1 },
        Entry { id: IdHash(u128::MAX), received: 1_790_857_800_001 },
    ];
    let (_temp, fs, dir) = temp();
    write(&fs, &dir, 1, &entries);
    let path = dir.ids_file(disk::IdsFile { number: 1 });
    if std::env::var_os("UPDATE").is_some() && !std::path::Path::new(frozen).exists() {
        std::fs::create_dir_all(std::path::Path::new(frozen).parent().unwrap()).unwrap();
        std::fs::copy(&path, frozen).unwrap();
    }
    let bytes = std::fs::read(frozen).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "a changed form needs a new version number");
    let file = IdsReader::open(&fs, &dir, 1, &mut usize::MAX.clone()).unwrap();
    assert_eq!(file.read(0, 9).unwrap(), entries);
}
