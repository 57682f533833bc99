//! Writing a file the careful way, through the file-system trait.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use disk::{DataDir, File, Poison, SharedFs};

use crate::FlushError;

/// Bytes gathered before a write.
const BUFFER_BYTES: usize = 1 << 20;

/// A file on its way: written under an unfinished name, with a running checksum.
pub(crate) struct FileWriter {
    fs: SharedFs,
    path: PathBuf,
    file: Box<dyn File>,
    buffer: Vec<u8>,
    written: u64,
    crc: crc32fast::Hasher,
}

/// What became of a written file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// Its length.
    pub(crate) bytes: u64,
    /// CRC-32 of all of it.
    pub(crate) crc: u32,
}

impl FileWriter {
    /// Begins the file that will be `path`.
    pub(crate) fn create(fs: &SharedFs, path: &Path) -> Result<Self, FlushError> {
        let unfinished = DataDir::unfinished(path);
        let file = fs.create(&unfinished).map_err(|source| io_error(&unfinished, source))?;
        let buffer = Vec::with_capacity(BUFFER_BYTES);
        let crc = crc32fast::Hasher::new();
        Ok(Self { fs: fs.clone(), path: path.into(), file, buffer, written: 0, crc })
    }

    /// Syncs it and gives it its name. The folder is synced too: when this returns the file is
    /// durable. A failed sync poisons.
    pub(crate) fn finish(mut self, poison: &Poison) -> Result<Written, FlushError> {
        let unfinished = DataDir::unfinished(&self.path);
        let failed = |source| io_error(&unfinished, source);
        let result = self.flush().map_err(failed).and_then(|()| {
            self.file.sync().map_err(|source| poisoned(poison, &unfinished, source))?;
            self.fs.rename(&unfinished, &self.path).map_err(failed)?;
            let dir = self.path.parent().unwrap_or(Path::new("."));
            self.fs.sync_dir(dir).map_err(|source| poisoned(poison, dir, source))
        });
        match result {
            Ok(()) => Ok(Written { bytes: self.written, crc: self.crc.finalize() }),
            Err(error) => {
                self.abandon();
                Err(error)
            }
        }
    }

    /// Removes what was written, as far as the disk allows; what stays is put into quarantine at
    /// the next start.
    pub(crate) fn abandon(self) {
        let _ = self.fs.remove(&DataDir::unfinished(&self.path));
    }
}

impl Write for FileWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all_at(&self.buffer, self.written)?;
        self.crc.update(&self.buffer);
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

/// An error at a path.
pub(crate) fn io_error(path: &Path, source: io::Error) -> FlushError {
    FlushError::Io { path: path.into(), source }
}

fn poisoned(poison: &Poison, path: &Path, source: io::Error) -> FlushError {
    poison.set(format!("{}: {source}", path.display()));
    io_error(path, source)
}
