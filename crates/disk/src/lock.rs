//! One process per data folder.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::PathBuf,
};

use thiserror::Error;

use crate::DataDir;

/// Held while this process owns the data folder; released by the kernel when it dies.
#[derive(Debug)]
pub struct DataLock {
    _file: File,
}

/// The folder could not be taken.
#[derive(Debug, Error)]
pub enum LockError {
    /// Stop the other process, or give this one another folder.
    #[error("{path} is in use by another trackflow process (pid {pid})")]
    Held {
        /// The data folder.
        path: PathBuf,
        /// What the other process wrote about itself.
        pid: String,
    },
    /// The folder cannot be made or written; check its owner and mode.
    #[error("cannot lock {path}: {source}")]
    Io {
        /// The lock file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

impl DataLock {
    /// Makes the folder when absent and takes its lock.
    pub fn take(dir: &DataDir) -> Result<Self, LockError> {
        let path = dir.lock();
        let failed = |source| LockError::Io { path: path.clone(), source };
        crate::Fs::create_dir_all(&crate::RealFs, dir.root()).map_err(failed)?;
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                let _ = file.read_to_string(&mut pid);
                let pid = if pid.trim().is_empty() { "unknown".into() } else { pid.trim().into() };
                return Err(LockError::Held { path: dir.root().to_path_buf(), pid });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        file.set_len(0).and_then(|()| file.rewind()).map_err(failed)?;
        writeln!(file, "{}", std::process::id()).map_err(failed)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_owner_is_told_who_holds_the_folder() {
        let temp = tempfile::tempdir().unwrap();
        let dir = DataDir::new(temp.path().join("new"));
        let held = DataLock::take(&dir).unwrap();
        match DataLock::take(&dir) {
            Err(LockError::Held { pid, .. }) => assert_eq!(pid, std::process::id().to_string()),
            other => panic!("{other:?}"),
        }
        drop(held);
        DataLock::take(&dir).unwrap();
    }
}
