//! The calls we make of a file system, and what each promises.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A file system shared by the rooms of one process.
pub type SharedFs = Arc<dyn Fs>;

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DirEntry {
    /// The name, without the folder.
    pub name: String,
    /// Bytes of the file; 0 for a folder.
    pub bytes: u64,
    /// Whether it is a folder.
    pub is_dir: bool,
}

/// Folders and names. A name is durable only after [`Fs::sync_dir`] of its folder.
pub trait Fs: Send + Sync + fmt::Debug {
    /// Makes a new file for reading and writing; fails when the name exists.
    fn create(&self, path: &Path) -> io::Result<Box<dyn File>>;
    /// Opens an existing file for reading and writing.
    fn open(&self, path: &Path) -> io::Result<Box<dyn File>>;
    /// Opens an existing file for reading.
    fn open_read(&self, path: &Path) -> io::Result<Box<dyn File>>;
    /// Moves a file over `to` in one step.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes a folder and its parents, and syncs the parents of what it made.
    fn create_dir_all(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in a folder durable.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    /// The names in a folder, sorted; an absent folder is empty.
    fn list(&self, path: &Path) -> io::Result<Vec<DirEntry>>;
    /// Bytes that may still be written to the disk that holds `path`.
    fn free_bytes(&self, path: &Path) -> io::Result<u64>;
}

/// An open file. Bytes are durable only after [`File::sync`].
pub trait File: Send + Sync + fmt::Debug {
    /// Reads at most `buf.len()` bytes at `offset`; 0 at the end.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes all of `bytes` at `offset`; on error some of them may have been written.
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Reserves space up to `bytes` and makes the file that long, filled with zeros.
    fn allocate(&self, bytes: u64) -> io::Result<()>;
    /// Cuts or extends the file.
    fn set_len(&self, bytes: u64) -> io::Result<()>;
    /// Makes bytes and length durable (fdatasync).
    fn sync(&self) -> io::Result<()>;
    /// Bytes of the file now.
    fn bytes(&self) -> io::Result<u64>;

    /// Fills `buf` from `offset`; `UnexpectedEof` when the file ends before.
    fn read_exact_at(&self, mut buf: &mut [u8], mut offset: u64) -> io::Result<()> {
        while !buf.is_empty() {
            match self.read_at(buf, offset) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(n) => {
                    buf = &mut buf[n..];
                    offset += n as u64;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
}

impl dyn Fs {
    /// The whole of a file.
    pub fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let file = self.open_read(path)?;
        let mut bytes = vec![0; file.bytes()? as usize];
        file.read_exact_at(&mut bytes, 0)?;
        Ok(bytes)
    }

    /// Whether a file of that name is there.
    pub fn exists(&self, path: &Path) -> io::Result<bool> {
        let (Some(dir), Some(name)) = (path.parent(), path.file_name()) else { return Ok(false) };
        Ok(self.list(dir)?.iter().any(|entry| name == entry.name.as_str()))
    }

    /// Moves a file out of the way, into `dir`, keeping its name (a number is added when taken).
    pub fn move_into(&self, path: &Path, dir: &Path) -> io::Result<PathBuf> {
        self.create_dir_all(dir)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut target = dir.join(&name);
        let mut number = 1;
        while self.exists(&target)? {
            target = dir.join(format!("{name}.{number}"));
            number += 1;
        }
        self.rename(path, &target)?;
        self.sync_dir(dir)?;
        if let Some(parent) = path.parent() {
            self.sync_dir(parent)?;
        }
        Ok(target)
    }
}
