//! Explaining damage, and repairing it.

use std::path::PathBuf;

use journal::{
    Journal, Lane,
    file::{FileJournal, Repair, inspect, plan, repair},
};
use testkit::{
    faulty_fs::SimFs,
    journal_contract::{append, data, payloads},
};

use crate::setup::{all, config, dir, number, open, payload, positions, segments, try_open};

fn closed(records: u64) -> SimFs {
    let fs = SimFs::new();
    let journal = open(&fs, 1 << 10);
    (0..records).for_each(|n| append(&journal, data(&[payload(n)])));
    drop(journal);
    fs
}

/// Plans, applies, and opens; returns the numbers of the records that are left.
fn repaired(fs: &SimFs, how: Repair) -> (Vec<u64>, FileJournal) {
    let steps = plan(&fs.shared(), &dir(), how, &[]).unwrap();
    assert!(!steps.is_empty());
    repair(&fs.shared(), &dir(), &steps).unwrap();
    assert_eq!(plan(&fs.shared(), &dir(), how, &[]).unwrap().len(), 0);
    let (journal, recovery) = try_open(fs, 1 << 10).unwrap();
    assert_eq!(recovery.lanes[0].cut, None);
    let left = payloads(&all(&journal)).iter().map(|payload| number(payload)).collect();
    (left, journal)
}

fn quarantined(fs: &SimFs) -> Vec<PathBuf> {
    let folder = dir().quarantine();
    fs.files().into_iter().filter(|path| path.parent() == Some(&folder)).collect()
}

#[test]
fn a_good_journal_has_nothing_to_repair() {
    let fs = closed(30);
    let operations = fs.operations();
    let lanes = inspect(&fs.shared(), &dir()).unwrap();
    assert_eq!(lanes.iter().map(|lane| lane.lane).collect::<Vec<_>>(), [Lane::DATA, Lane::CONTROL]);
    assert_eq!(lanes[0].segments.iter().map(|segment| segment.records).sum::<u64>(), 30);
    assert!(lanes[0].segments.iter().all(|segment| segment.problems.is_empty()));
    assert_eq!(lanes[0].segments.last().unwrap().end, 30);
    assert!(plan(&fs.shared(), &dir(), Repair::Skip, &[]).unwrap().is_empty());
    assert_eq!(fs.operations(), operations, "looking changes nothing");
}

#[test]
fn one_bad_batch_is_named_and_skipped() {
    let fs = closed(30);
    let path = segments(&fs).remove(0);
    let original = {
        fs.damage(&path, |bytes| bytes[200] ^= 4);
        fs.bytes_of(&path).unwrap()
    };
    let report = inspect(&fs.shared(), &dir()).unwrap().remove(0).segments.remove(0);
    assert_eq!(report.problems.len(), 1, "{report:?}");
    assert!(report.problems[0].fatal);
    assert!(report.problems[0].sentence.contains("positions 1 to 1 cannot be read"), "{report:?}");
    let (left, journal) = repaired(&fs, Repair::Skip);
    assert_eq!(left, (0..30).filter(|n| *n != 1).collect::<Vec<_>>());
    assert_eq!(positions(&all(&journal)), left, "positions stay");
    let kept = quarantined(&fs);
    assert_eq!(fs.bytes_of(&kept[0]).unwrap(), original);
    let report = inspect(&fs.shared(), &dir()).unwrap().remove(0).segments.remove(0);
    assert_eq!((report.lost, report.problems.len()), (1, 0));
}

#[test]
fn a_cut_keeps_what_is_before_and_never_gives_a_position_twice() {
    let fs = closed(30);
    let files = segments(&fs);
    fs.damage(&files[1], |bytes| bytes[120] ^= 4);
    let (left, journal) = repaired(&fs, Repair::Cut);
    let first = left.len() as u64;
    assert_eq!(left, (0..first).collect::<Vec<_>>());
    assert!((10..20).contains(&first), "{first}");
    append(&journal, data(&[payload(99)]));
    assert_eq!(*positions(&all(&journal)).last().unwrap(), 30);
    assert_eq!(quarantined(&fs).len(), files.len() - 1);
}

#[test]
fn a_lost_header_costs_no_record() {
    for how in [Repair::Skip, Repair::Cut] {
        let fs = closed(30);
        let path = segments(&fs).remove(1);
        fs.damage(&path, |bytes| bytes[..48].fill(0));
        assert!(try_open(&fs, 1 << 10).is_err());
        let (left, _) = repaired(&fs, how);
        assert_eq!(left, (0..30).collect::<Vec<_>>());
    }
}

#[test]
fn a_missing_segment_becomes_a_gap() {
    use disk::Fs;
    let fs = closed(30);
    fs.remove(&segments(&fs)[1]).unwrap();
    let (left, _) = repaired(&fs, Repair::Skip);
    assert!(left.len() < 30 && left.contains(&0) && left.contains(&29), "{left:?}");
}

#[test]
fn a_lane_behind_the_store_is_brought_up_to_it() {
    let fs = closed(3);
    let known = [(Lane::DATA, 50), (Lane::CONTROL, 7)];
    let steps = plan(&fs.shared(), &dir(), Repair::Cut, &known).unwrap();
    assert_eq!(steps.iter().map(|step| step.lost).sum::<u64>(), 47 + 7);
    repair(&fs.shared(), &dir(), &steps).unwrap();
    let mut config = config(1 << 10);
    config.known_durable = known.to_vec();
    let (journal, _) = FileJournal::open(fs.shared(), &dir(), config).unwrap();
    append(&journal, data(&[payload(3)]));
    assert_eq!(positions(&all(&journal)), [0, 1, 2, 50]);
}

#[test]
fn random_damage_can_always_be_repaired() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut rng = fastrand::Rng::with_seed(seed);
    let disk = closed(30);
    for _ in 0..300 {
        let fs = disk.kill();
        let path = rng.choice(segments(&fs)).unwrap();
        fs.damage(&path, |bytes| {
            let start = rng.usize(0..bytes.len());
            let end = rng.usize(start..bytes.len().min(start + 200)) + 1;
            match rng.u8(0..3) {
                0 => bytes[start..end].fill(0),
                1 => bytes.truncate(start),
                _ => bytes[start..end].iter_mut().for_each(|byte| *byte = rng.u8(..)),
            }
        });
        let how = if rng.bool() { Repair::Skip } else { Repair::Cut };
        if try_open(&fs, 1 << 10).is_ok() {
            continue;
        }
        let (left, journal) = repaired(&fs, how);
        assert!(left.is_sorted_by(|a, b| a < b));
        assert_eq!(positions(&all(&journal)), left);
        assert!(journal.durable_end(Lane::DATA) <= 30);
    }
}
