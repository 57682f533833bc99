//! Stores in throw-away folders.

use std::sync::Arc;

use disk::{DataDir, RealFs, SharedFs};
use store::local::{LocalConfig, LocalStore, Opened};
use store::{Cancel, Store};

/// A folder, and how to open the store in it.
pub struct World {
    temp: tempfile::TempDir,
    pub fs: SharedFs,
    pub config: LocalConfig,
}

/// Small bounds, so that all of them are met.
pub fn small() -> LocalConfig {
    LocalConfig {
        head_bytes_max: 4 << 20,
        row_group_rows: 64,
        query_threads: 2,
        ..LocalConfig::default()
    }
}

/// Compacts until there is nothing to do; how many rows were written.
pub fn compact_all(store: &dyn Store) -> u64 {
    let mut rows = 0;
    loop {
        let done = store.compact(&Cancel::new()).unwrap();
        rows += done.rows;
        if !done.more {
            return rows;
        }
    }
}

impl World {
    pub fn new(config: LocalConfig) -> Self {
        Self { temp: tempfile::tempdir().unwrap(), fs: Arc::new(RealFs), config }
    }

    /// All files but the manifest are on `fs`, under the same names.
    pub fn on(fs: SharedFs, config: LocalConfig) -> Self {
        Self { fs, ..Self::new(config) }
    }

    pub fn dir(&self) -> DataDir {
        DataDir::new(self.temp.path())
    }

    pub fn try_open(&self) -> Result<(LocalStore, Opened), store::OpenError> {
        LocalStore::open(self.fs.clone(), self.dir(), self.config.clone())
    }

    pub fn open(&self) -> LocalStore {
        self.try_open().unwrap().0
    }

    pub fn into_temp(self) -> tempfile::TempDir {
        self.temp
    }
}
