//! An id file, open for look-ups.

use std::path::PathBuf;

use disk::{DataDir, File, IdsFile, SharedFs};

use super::{
    ENTRY_BYTES, Entry, FENCE_EVERY, FOOTER_BYTES, HEADER_BYTES, IdsMeta, MAGIC, VERSION,
    filter::Filter,
};
use crate::{AskError, IdHash, local::secret::Secret};

/// An id file.
#[derive(Debug)]
pub(crate) struct IdsReader {
    /// What the manifest says of it.
    pub(crate) meta: IdsMeta,
    /// The secret its hashes were made with.
    pub(crate) secret: Secret,
    path: PathBuf,
    file: Box<dyn File>,
    fences: Vec<u64>,
    filter: Option<Filter>,
}

/// The fixed end of the file.
struct Footer {
    entries: u64,
    fence_bytes: u64,
    filter_bytes: u64,
    received: (i64, i64),
    entries_crc: u32,
    index_crc: u32,
}

impl IdsReader {
    /// Opens a file; its filter is kept when it fits into `budget`, which shrinks. The error says
    /// what is wrong with the file.
    pub(crate) fn open(
        fs: &SharedFs,
        dir: &DataDir,
        number: u64,
        budget: &mut usize,
    ) -> Result<Self, String> {
        let path = dir.ids_file(IdsFile { number });
        let file = fs.open_read(&path).map_err(|e| e.to_string())?;
        let bytes = file.bytes().map_err(|e| e.to_string())?;
        let secret = read_header(&*file)?;
        let footer = Footer::read(&*file, bytes)?;
        let start = HEADER_BYTES + footer.entries * ENTRY_BYTES as u64;
        let mut index = vec![0; (footer.fence_bytes + footer.filter_bytes) as usize];
        file.read_exact_at(&mut index, start).map_err(|e| e.to_string())?;
        if crc32fast::hash(&index) != footer.index_crc {
            return Err("has an index that fails its checksum".into());
        }
        let filter = index.split_off(footer.fence_bytes as usize);
        let fences = index.as_chunks::<8>().0.iter().map(|b| u64::from_le_bytes(*b)).collect();
        let keep = filter.len() <= *budget;
        *budget -= if keep { filter.len() } else { 0 };
        let meta = IdsMeta {
            number,
            bytes,
            crc: 0,
            entries: footer.entries,
            received_min: footer.received.0,
            received_max: footer.received.1,
        };
        let filter = keep.then(|| Filter::from_bytes(filter)).flatten();
        Ok(Self { meta, secret, path, file, fences, filter })
    }

    /// Bytes of its filter in memory.
    pub(crate) fn filter_bytes(&self) -> usize {
        self.filter.as_ref().map_or(0, |filter| filter.as_bytes().len())
    }

    /// The latest receipt, not before `since`, that it has with the id.
    pub(crate) fn seen(&self, id: IdHash, since: i64) -> Result<Option<i64>, AskError> {
        if self.meta.received_max < since {
            return Ok(None);
        }
        if self.filter.as_ref().is_some_and(|filter| !filter.may_contain(id.0)) {
            return Ok(None);
        }
        let high = (id.0 >> 64) as u64;
        // Equal hashes may lie on both sides of a fence.
        let first = self.fences.partition_point(|fence| *fence < high).saturating_sub(1);
        let last = self.fences.partition_point(|fence| *fence <= high);
        let entries = self.read(first * FENCE_EVERY, last * FENCE_EVERY)?;
        let at = entries.partition_point(|entry| entry.id < id);
        let receipts = entries[at..].iter().take_while(|e| e.id == id).map(|e| e.received);
        Ok(receipts.filter(|received| *received >= since).max())
    }

    /// Entries `from..to`, as far as there are.
    pub(crate) fn read(&self, from: usize, to: usize) -> Result<Vec<Entry>, AskError> {
        let to = to.min(self.meta.entries as usize);
        let mut bytes = vec![0; to.saturating_sub(from) * ENTRY_BYTES];
        let offset = HEADER_BYTES + (from * ENTRY_BYTES) as u64;
        self.file.read_exact_at(&mut bytes, offset).map_err(|e| self.failed(&e.to_string()))?;
        Ok(bytes.as_chunks::<ENTRY_BYTES>().0.iter().map(Entry::from_bytes).collect())
    }

    /// Reads all of it and checks that the entries are what was written.
    pub(crate) fn verify(&self) -> Result<(), String> {
        let footer = Footer::read(&*self.file, self.meta.bytes)?;
        let mut crc = crc32fast::Hasher::new();
        let mut last = None;
        for from in (0..self.meta.entries as usize).step_by(1 << 14) {
            for entry in self.read(from, from + (1 << 14)).map_err(|e| e.to_string())? {
                crc.update(&entry.to_bytes());
                if last.is_some_and(|last| last > entry) {
                    return Err("has entries out of order".into());
                }
                last = Some(entry);
            }
        }
        let good = crc.finalize() == footer.entries_crc;
        if good { Ok(()) } else { Err("has entries that fail their checksum".into()) }
    }

    fn failed(&self, problem: &str) -> AskError {
        AskError::Read { path: self.path.clone(), problem: problem.into() }
    }
}

fn read_header(file: &dyn File) -> Result<Secret, String> {
    let mut header = [0; HEADER_BYTES as usize];
    file.read_exact_at(&mut header, 0).map_err(|_| "is cut short".to_owned())?;
    if header[..8] != MAGIC {
        return Err("is no id file".into());
    }
    let version = u32::from_le_bytes([header[8], header[9], header[10], header[11]]);
    if version != VERSION {
        return Err(format!("has version {version}, this program reads {VERSION}"));
    }
    let mut secret = [0; 16];
    secret.copy_from_slice(&header[16..]);
    Ok(Secret(secret))
}

impl Footer {
    fn read(file: &dyn File, bytes: u64) -> Result<Self, String> {
        let mut raw = [0; FOOTER_BYTES];
        let at = bytes.checked_sub(FOOTER_BYTES as u64).ok_or("is cut short")?;
        file.read_exact_at(&mut raw, at).map_err(|e| e.to_string())?;
        let (body, end) = raw.split_at(FOOTER_BYTES - 12);
        if end[4..] != MAGIC || end[..4] != crc32fast::hash(body).to_le_bytes() {
            return Err("has a footer that fails its checksum".into());
        }
        let long = |at: usize| u64::from_le_bytes(body[at..at + 8].try_into().unwrap_or_default());
        let int = |at: usize| u32::from_le_bytes(body[at..at + 4].try_into().unwrap_or_default());
        let footer = Self {
            entries: long(0),
            fence_bytes: long(8),
            filter_bytes: long(16),
            received: (long(24) as i64, long(32) as i64),
            entries_crc: int(40),
            index_crc: int(44),
        };
        let index = footer.fence_bytes + footer.filter_bytes;
        let expected = HEADER_BYTES + footer.entries * ENTRY_BYTES as u64 + index;
        if expected + FOOTER_BYTES as u64 != bytes {
            return Err("does not have the length its footer says".into());
        }
        Ok(footer)
    }
}
