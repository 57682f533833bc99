//! Files that nothing lists and somebody may still read.

use std::sync::Arc;

use crate::local::part::FileMeta;

/// Replaced files. A snapshot holds its files by `Arc`: a file whose `Arc` is held by nobody but
/// the graveyard is in no snapshot, and no later one can list it.
#[derive(Debug, Default)]
pub(crate) struct Graveyard {
    files: Vec<Arc<FileMeta>>,
}

impl Graveyard {
    /// Takes files that were taken out of the newest snapshot.
    pub(crate) fn bury(&mut self, files: Vec<Arc<FileMeta>>) {
        self.files.extend(files);
    }

    /// Numbers of the files that may be deleted.
    pub(crate) fn free(&self) -> Vec<u64> {
        let free = self.files.iter().filter(|file| Arc::strong_count(file) == 1);
        free.map(|file| file.number).collect()
    }

    /// Files that still wait.
    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// They are deleted.
    pub(crate) fn forget(&mut self, numbers: &[u64]) {
        self.files.retain(|file| !numbers.contains(&file.number));
    }
}
