//! The map of the data folder. Every name on disk is made here and nowhere else.
//!
//! ```text
//! data/
//!   lock                         held by the one process that owns the folder
//!   manifest.db                  the store's list of what counts (SQLite)
//!   catalog.db                   tenants, keys, settings (SQLite)
//!   rejected.db                  the newest refused events, with their reasons (SQLite)
//!   journal/data/<first>.seg     the data lane; <first> = its first position, 20 digits
//!   journal/control/<first>.seg  the control lane
//!   parts/<number>.parquet       immutable columns, 16 hex digits
//!   ids/<number>.ids             keyed hashes of ids inside the dedup window
//!   quarantine/                  files found that nothing lists; deleted only to erase a person
//! ```

use std::path::{Path, PathBuf};

/// The data folder of one TrackFlow process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataDir(PathBuf);

/// The folder of one lane of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneDir(PathBuf);

/// A segment of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SegmentFile {
    /// Position of its first record.
    pub first: u64,
}

/// A file of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartFile {
    /// Its number; never used twice.
    pub number: u64,
}

/// A file of id hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdsFile {
    /// Its number; never used twice.
    pub number: u64,
}

/// Added to a name while the file is being written.
const UNFINISHED: &str = ".tmp";

impl DataDir {
    /// The folder at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.0
    }

    /// The lock file.
    pub fn lock(&self) -> PathBuf {
        self.0.join("lock")
    }

    /// The store's manifest.
    pub fn manifest(&self) -> PathBuf {
        self.0.join("manifest.db")
    }

    /// The catalog.
    pub fn catalog(&self) -> PathBuf {
        self.0.join("catalog.db")
    }

    /// The rejected-events log.
    pub fn rejected(&self) -> PathBuf {
        self.0.join("rejected.db")
    }

    /// The journal's folder.
    pub fn journal(&self) -> PathBuf {
        self.0.join("journal")
    }

    /// The folder of one lane, e.g. `data`.
    pub fn lane(&self, name: &str) -> LaneDir {
        LaneDir(self.journal().join(name))
    }

    /// The folder of part files.
    pub fn parts(&self) -> PathBuf {
        self.0.join("parts")
    }

    /// A part file.
    pub fn part(&self, file: PartFile) -> PathBuf {
        self.parts().join(file.name())
    }

    /// The folder of id files.
    pub fn ids(&self) -> PathBuf {
        self.0.join("ids")
    }

    /// An id file.
    pub fn ids_file(&self, file: IdsFile) -> PathBuf {
        self.ids().join(file.name())
    }

    /// Where files go that nothing lists.
    pub fn quarantine(&self) -> PathBuf {
        self.0.join("quarantine")
    }

    /// The name a file has while it is being written.
    pub fn unfinished(path: &Path) -> PathBuf {
        let mut name = path.as_os_str().to_owned();
        name.push(UNFINISHED);
        PathBuf::from(name)
    }

    /// The name a file would have, had its writer finished.
    pub fn finished(name: &str) -> &str {
        name.strip_suffix(UNFINISHED).unwrap_or(name)
    }

    /// Whether a name is that of a file whose writer did not finish.
    pub fn is_unfinished(name: &str) -> bool {
        name.ends_with(UNFINISHED)
    }
}

impl LaneDir {
    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A segment in it.
    pub fn segment(&self, file: SegmentFile) -> PathBuf {
        self.0.join(file.name())
    }
}

impl SegmentFile {
    /// Its name.
    pub fn name(self) -> String {
        format!("{:020}.seg", self.first)
    }

    /// The reverse of [`Self::name`].
    pub fn parse(name: &str) -> Option<Self> {
        let digits = name.strip_suffix(".seg").filter(|d| d.len() == 20)?;
        Some(Self { first: digits.parse().ok()? })
    }
}

impl PartFile {
    /// Its name.
    pub fn name(self) -> String {
        format!("{:016x}.parquet", self.number)
    }

    /// The reverse of [`Self::name`].
    pub fn parse(name: &str) -> Option<Self> {
        hex16(name.strip_suffix(".parquet")?).map(|number| Self { number })
    }
}

impl IdsFile {
    /// Its name.
    pub fn name(self) -> String {
        format!("{:016x}.ids", self.number)
    }

    /// The reverse of [`Self::name`].
    pub fn parse(name: &str) -> Option<Self> {
        hex16(name.strip_suffix(".ids")?).map(|number| Self { number })
    }
}

fn hex16(digits: &str) -> Option<u64> {
    (digits.len() == 16).then(|| u64::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        let segment = SegmentFile { first: 42 };
        assert_eq!(SegmentFile::parse(&segment.name()), Some(segment));
        let part = PartFile { number: 0xfeed };
        assert_eq!(PartFile::parse(&part.name()), Some(part));
        let ids = IdsFile { number: u64::MAX };
        assert_eq!(IdsFile::parse(&ids.name()), Some(ids));
        assert_eq!(PartFile::parse("1.parquet"), None);
        assert!(DataDir::is_unfinished(&format!("{}.tmp", part.name())));
    }
}
