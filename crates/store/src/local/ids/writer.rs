//! Writes an id file: header, entries, fences, filter, footer.

use std::io::Write;

use disk::{DataDir, IdsFile, Poison, SharedFs};

use super::{
    Entry, FENCE_EVERY, FOOTER_BYTES, HEADER_BYTES, IdsMeta, MAGIC, VERSION, filter::Filter,
};
use crate::{
    FlushError,
    local::{
        files::{FileWriter, Written, io_error},
        secret::Secret,
    },
};

/// An id file on its way. Entries come sorted.
pub(crate) struct IdsWriter {
    file: FileWriter,
    path: std::path::PathBuf,
    number: u64,
    entries: u64,
    fences: Vec<u8>,
    filter: Filter,
    entries_crc: crc32fast::Hasher,
    received: (i64, i64),
}

impl IdsWriter {
    /// Begins the file; at most `entries_max` entries will come.
    pub(crate) fn create(
        fs: &SharedFs,
        dir: &DataDir,
        number: u64,
        secret: &Secret,
        entries_max: u64,
    ) -> Result<Self, FlushError> {
        let path = dir.ids_file(IdsFile { number });
        let mut writer = Self {
            file: FileWriter::create(fs, &path)?,
            path,
            number,
            entries: 0,
            fences: Vec::new(),
            filter: Filter::for_entries(entries_max),
            entries_crc: crc32fast::Hasher::new(),
            received: (i64::MAX, i64::MIN),
        };
        let mut header = Vec::with_capacity(HEADER_BYTES as usize);
        header.extend_from_slice(&MAGIC);
        header.extend_from_slice(&VERSION.to_le_bytes());
        header.extend_from_slice(&[0; 4]);
        header.extend_from_slice(&secret.0);
        writer.put(&header)?;
        Ok(writer)
    }

    /// Adds an entry, not smaller than the one before.
    pub(crate) fn push(&mut self, entry: Entry) -> Result<(), FlushError> {
        if self.entries.is_multiple_of(FENCE_EVERY as u64) {
            self.fences.extend_from_slice(&((entry.id.0 >> 64) as u64).to_le_bytes());
        }
        self.filter.insert(entry.id.0);
        self.entries += 1;
        self.received.0 = self.received.0.min(entry.received);
        self.received.1 = self.received.1.max(entry.received);
        let bytes = entry.to_bytes();
        self.entries_crc.update(&bytes);
        self.put(&bytes)
    }

    /// Writes the rest, syncs, renames, syncs the folder.
    pub(crate) fn finish(mut self, poison: &Poison) -> Result<IdsMeta, FlushError> {
        let (fences, filter) = (std::mem::take(&mut self.fences), self.filter.as_bytes().to_vec());
        let mut index_crc = crc32fast::Hasher::new();
        index_crc.update(&fences);
        index_crc.update(&filter);
        let mut footer = Vec::with_capacity(FOOTER_BYTES);
        footer.extend_from_slice(&self.entries.to_le_bytes());
        footer.extend_from_slice(&(fences.len() as u64).to_le_bytes());
        footer.extend_from_slice(&(filter.len() as u64).to_le_bytes());
        footer.extend_from_slice(&self.received.0.to_le_bytes());
        footer.extend_from_slice(&self.received.1.to_le_bytes());
        footer.extend_from_slice(&self.entries_crc.clone().finalize().to_le_bytes());
        footer.extend_from_slice(&index_crc.finalize().to_le_bytes());
        footer.extend_from_slice(&VERSION.to_le_bytes());
        let crc = crc32fast::hash(&footer);
        footer.extend_from_slice(&crc.to_le_bytes());
        footer.extend_from_slice(&MAGIC);
        for bytes in [&fences, &filter, &footer] {
            self.put(bytes)?;
        }
        let Written { bytes, crc } = self.file.finish(poison)?;
        let (received_min, received_max) = self.received;
        let (number, entries) = (self.number, self.entries);
        Ok(IdsMeta { number, bytes, crc, entries, received_min, received_max })
    }

    /// Removes what was written.
    pub(crate) fn abandon(self) {
        self.file.abandon();
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), FlushError> {
        self.file.write_all(bytes).map_err(|source| io_error(&self.path, source))
    }
}
