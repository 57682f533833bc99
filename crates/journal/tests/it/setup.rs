//! A journal on a disk in memory.

use std::{path::PathBuf, sync::Arc, time::Duration};

use disk::DataDir;
use journal::{
    Journal, Lane, OpenError, Position,
    file::{FileJournal, FileJournalConfig, Recovery},
};
use testkit::{
    faulty_fs::SimFs,
    journal_contract::{Owned, read_from},
};

pub(crate) fn dir() -> DataDir {
    DataDir::new("/data")
}

/// Small segments, and timers that do not go off by themselves.
pub(crate) fn config(segment_bytes: u64) -> FileJournalConfig {
    let mut config = FileJournalConfig::new(Arc::new(|| 1_700_000_000_000));
    config.segment_bytes = segment_bytes;
    config.control_segment_bytes = segment_bytes;
    config.idle_mark = Duration::from_secs(3600);
    config.note_delay = Duration::from_millis(1);
    config.probe_delay = Duration::from_millis(1);
    config
}

pub(crate) fn try_open(
    fs: &SimFs,
    segment_bytes: u64,
) -> Result<(FileJournal, Recovery), OpenError> {
    FileJournal::open(fs.shared(), &dir(), config(segment_bytes))
}

pub(crate) fn open(fs: &SimFs, segment_bytes: u64) -> FileJournal {
    try_open(fs, segment_bytes).unwrap().0
}

/// All records of the data lane that are left.
pub(crate) fn all(journal: &dyn Journal) -> Vec<Owned> {
    read_from(journal, Lane::DATA, journal.low(Lane::DATA), 1 << 20)
}

/// The files of the data lane, oldest first.
pub(crate) fn segments(fs: &SimFs) -> Vec<PathBuf> {
    let folder = dir().lane("data");
    let mut files = fs.files();
    files.retain(|path| path.parent() == Some(folder.path()));
    files
}

/// A payload that tells its number and has a length of its own.
pub(crate) fn payload(number: u64) -> Vec<u8> {
    let mut bytes = number.to_le_bytes().to_vec();
    bytes.resize(8 + (number as usize * 37) % 60, number as u8);
    bytes
}

pub(crate) fn number(payload: &[u8]) -> u64 {
    u64::from_le_bytes(payload[..8].try_into().unwrap())
}

pub(crate) fn positions(records: &[Owned]) -> Vec<Position> {
    records.iter().map(|record| record.position).collect()
}
