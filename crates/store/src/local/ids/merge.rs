//! Keeps id files few and drops what is past the window.

use std::{cmp::Reverse, collections::BinaryHeap, sync::Arc};

use disk::{DataDir, Poison, SharedFs};

use super::{Entry, IdsMeta, IdsReader, IdsWriter};
use crate::{FlushError, local::secret::Secret};

/// Files of one size class that become one.
const FAN_IN: usize = 8;
/// Entries of the smallest class; each further one is eight times as large.
const CLASS_ENTRIES: u64 = 64 * 1024;
/// Entries of each input in memory at once.
const READ_ENTRIES: usize = 4096;

/// Files of which every entry is older than `horizon`. The newest file stays whatever its age: its
/// header holds a copy of the store's secret for the day the manifest is lost.
pub(crate) fn expired(files: &[Arc<IdsReader>], horizon: i64) -> Vec<u64> {
    let newest = files.iter().map(|file| file.meta.number).max();
    let old = files.iter().filter(|f| f.meta.received_max < horizon);
    old.map(|f| f.meta.number).filter(|number| Some(*number) != newest).collect()
}

/// The files to merge now, if any: the smallest size class that has enough of them.
pub(crate) fn to_merge(files: &[Arc<IdsReader>]) -> Vec<Arc<IdsReader>> {
    let class = |file: &IdsReader| (file.meta.entries / CLASS_ENTRIES).max(1).ilog(FAN_IN as u64);
    (0..=u64::BITS / 3)
        .map(|c| files.iter().filter(|f| class(f) == c).cloned().collect::<Vec<_>>())
        .find(|of_class| of_class.len() >= FAN_IN)
        .unwrap_or_default()
}

/// One file of several; entries older than `horizon` are left out.
pub(crate) fn merge(
    fs: &SharedFs,
    dir: &DataDir,
    inputs: &[Arc<IdsReader>],
    number: u64,
    (secret, horizon): (&Secret, i64),
    poison: &Poison,
) -> Result<IdsMeta, FlushError> {
    let entries = inputs.iter().map(|file| file.meta.entries).sum();
    let mut out = IdsWriter::create(fs, dir, number, secret, entries)?;
    match write(&mut out, inputs, horizon) {
        Ok(()) => out.finish(poison),
        Err(error) => {
            out.abandon();
            Err(error)
        }
    }
}

fn write(out: &mut IdsWriter, inputs: &[Arc<IdsReader>], horizon: i64) -> Result<(), FlushError> {
    let mut streams: Vec<_> = inputs.iter().map(|file| Stream::new(file)).collect();
    let mut heap = BinaryHeap::new();
    for (at, stream) in streams.iter_mut().enumerate() {
        heap.extend(stream.next()?.map(|entry| Reverse((entry, at))));
    }
    while let Some(Reverse((entry, at))) = heap.pop() {
        if entry.received >= horizon {
            out.push(entry)?;
        }
        heap.extend(streams[at].next()?.map(|entry| Reverse((entry, at))));
    }
    Ok(())
}

/// Reads a file from its first entry to its last.
struct Stream<'a> {
    file: &'a IdsReader,
    next: usize,
    page: std::vec::IntoIter<Entry>,
}

impl<'a> Stream<'a> {
    fn new(file: &'a IdsReader) -> Self {
        Self { file, next: 0, page: Vec::new().into_iter() }
    }

    fn next(&mut self) -> Result<Option<Entry>, FlushError> {
        if self.page.len() == 0 {
            let page = self.file.read(self.next, self.next + READ_ENTRIES);
            let page = page.map_err(|e| FlushError::Encode(e.to_string()))?;
            self.next += page.len();
            self.page = page.into_iter();
        }
        Ok(self.page.next())
    }
}
