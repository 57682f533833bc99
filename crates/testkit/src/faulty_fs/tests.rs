use std::path::Path;

use super::*;

const DIR: &str = "/d";

fn name(name: &str) -> std::path::PathBuf {
    Path::new(DIR).join(name)
}

fn disk() -> SimFs {
    let fs = SimFs::new();
    fs.create_dir_all(Path::new(DIR)).unwrap();
    fs
}

#[test]
fn bytes_and_names_need_a_sync_each() {
    let fs = disk();
    let file = fs.create(&name("a")).unwrap();
    file.write_all_at(b"synced", 0).unwrap();
    file.sync().unwrap();
    assert_eq!(fs.power_loss(Survival::None).files().len(), 0, "the name was not synced");

    let fs = disk();
    let file = fs.create(&name("a")).unwrap();
    file.write_all_at(b"synced", 0).unwrap();
    file.sync().unwrap();
    fs.sync_dir(Path::new(DIR)).unwrap();
    file.write_all_at(b"SYNCED and more", 0).unwrap();
    fs.rename(&name("a"), &name("b")).unwrap();
    let after = fs.power_loss(Survival::None);
    assert_eq!(after.bytes_of(&name("a")).unwrap(), b"synced");
    assert_eq!(after.bytes_of(&name("b")), None);
    assert!(file.sync().is_err(), "the old disk is gone");
}

#[test]
fn sectors_survive_in_any_order() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..64 {
        let fs = disk();
        let file = fs.create(&name("a")).unwrap();
        file.set_len(1024).unwrap();
        file.sync().unwrap();
        fs.sync_dir(Path::new(DIR)).unwrap();
        file.write_all_at(&[1; 1024], 0).unwrap();
        let bytes = fs.power_loss(Survival::Random(seed)).bytes_of(&name("a")).unwrap();
        seen.insert((bytes[0], bytes[511], bytes[512], bytes[1023]));
    }
    let expected = [(0, 0, 0, 0), (0, 0, 1, 1), (1, 1, 0, 0), (1, 1, 1, 1)];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn everything_fails_from_the_crash_on() {
    let fs = disk();
    fs.crash_at(1);
    let file = fs.create(&name("a")).unwrap();
    assert!(file.write_all_at(b"x", 0).is_err());
    assert!(fs.has_crashed());
    assert!(file.read_at(&mut [0], 0).is_err());
    assert!(fs.list(Path::new(DIR)).is_err());
    assert_eq!(fs.kill().bytes_of(&name("a")).unwrap(), b"x");
}

#[test]
fn what_a_failed_sync_forgot_stays_forgotten() {
    let fs = disk();
    let file = fs.create(&name("a")).unwrap();
    fs.sync_dir(Path::new(DIR)).unwrap();
    file.set_len(3).unwrap();
    file.sync().unwrap();
    file.write_all_at(b"abc", 0).unwrap();
    fs.fail_sync(0);
    assert!(file.sync().is_err());
    file.sync().unwrap();
    let mut now = [0; 3];
    file.read_exact_at(&mut now, 0).unwrap();
    assert_eq!(&now, b"abc");
    assert_eq!(fs.power_loss(Survival::None).bytes_of(&name("a")).unwrap(), [0; 3]);
}

#[test]
fn the_quota_counts_what_files_take() {
    let fs = disk();
    fs.set_quota(Some(100));
    let file = fs.create(&name("a")).unwrap();
    file.allocate(100).unwrap();
    let other = fs.create(&name("b")).unwrap();
    let error = other.write_all_at(b"x", 0).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    file.write_all_at(&[1; 100], 0).unwrap();
    fs.remove(&name("a")).unwrap();
    other.write_all_at(b"x", 0).unwrap();
    assert_eq!(fs.free_bytes(Path::new(DIR)).unwrap(), 99);
}
