//! Files in quarantine: what a crash left is deleted, what may be the last copy of something is
//! told.

use std::io;

use disk::{DataDir, IdsFile, PartFile};

use crate::{
    FlushError,
    local::{
        LocalStore,
        files::io_error,
        part::{Footers, PartReader, told},
    },
};

impl LocalStore {
    /// Deletes the files in quarantine of which everything is elsewhere: those whose writer did
    /// not finish, and part files of positions that the store has. How many others there are; id
    /// files hold hashes only and do not count.
    pub(super) fn clear_quarantine(&self) -> Result<u64, FlushError> {
        let folder = self.dir.quarantine();
        let (mut left, mut deleted) = (0, false);
        for entry in self.fs.list(&folder).map_err(|e| io_error(&folder, e))? {
            let path = folder.join(&entry.name);
            let name = stem(&entry.name);
            let finished = DataDir::finished(name);
            if IdsFile::parse(finished).is_some() {
                continue;
            }
            let part = PartFile::parse(finished);
            if part.is_some_and(|part| finished != name || self.is_spare(&path, part)) {
                match self.fs.remove(&path) {
                    Err(e) if e.kind() != io::ErrorKind::NotFound => {
                        return Err(io_error(&path, e));
                    }
                    _ => deleted = true,
                }
            } else {
                left += 1;
            }
        }
        if deleted {
            self.fs.sync_dir(&folder).map_err(|e| io_error(&folder, e))?;
        }
        Ok(left)
    }

    /// Whether the store has, or had, every position of a part file.
    fn is_spare(&self, path: &std::path::Path, part: PartFile) -> bool {
        let footers = Footers::new(0);
        let Ok(reader) = PartReader::open(&self.fs, path.into(), part, &footers) else {
            return false;
        };
        let Ok(told) = told(reader.footer()) else { return false };
        let durable = &self.snapshot.load().disk.durable;
        let known = |lane: u32| durable.get(&lane).copied().unwrap_or(0);
        told.lanes.iter().all(|range| range.to <= known(range.lane))
    }
}

/// A name without the number it got in quarantine.
fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, number)) if number.bytes().all(|b| b.is_ascii_digit()) => stem,
        _ => name,
    }
}
