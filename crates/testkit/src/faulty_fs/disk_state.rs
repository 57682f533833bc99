//! What the disk of a [`SimFs`](super::SimFs) holds.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};

use disk::DirEntry;

use super::crashed;

/// What a disk writes as a whole.
pub(super) const SECTOR_BYTES: usize = 512;

/// The bytes of one file.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub(super) live: Vec<u8>,
    pub(super) durable: Vec<u8>,
    /// Sectors written since the last sync.
    pub(super) dirty: BTreeSet<usize>,
}

/// A change of names that happens as one.
#[derive(Clone, Debug)]
pub(super) struct NameChange {
    pub(super) removed: Option<PathBuf>,
    pub(super) added: Option<(PathBuf, u64)>,
}

#[derive(Debug, Default)]
pub(super) struct DiskState {
    pub(super) nodes: BTreeMap<u64, Node>,
    pub(super) live: BTreeMap<PathBuf, u64>,
    pub(super) durable: BTreeMap<PathBuf, u64>,
    /// Changes of names since their folders were synced, in order.
    pub(super) unsynced: Vec<NameChange>,
    /// Folders are durable at once, as `create_dir_all` promises.
    pub(super) dirs: BTreeSet<PathBuf>,
    pub(super) next_node: u64,
    pub(super) operations: u64,
    pub(super) crash_at: Option<u64>,
    pub(super) crashed: bool,
    pub(super) syncs: u64,
    pub(super) fail_sync: Option<u64>,
    pub(super) fail_write: Option<(u64, io::ErrorKind)>,
    pub(super) quota: Option<u64>,
}

impl NameChange {
    fn touches(&self, dir: &Path) -> bool {
        let added = self.added.as_ref().map(|(path, _)| path);
        self.removed.iter().chain(added).any(|path| path.parent() == Some(dir))
    }

    pub(super) fn apply(&self, names: &mut BTreeMap<PathBuf, u64>) {
        if let Some(removed) = &self.removed {
            names.remove(removed);
        }
        if let Some((path, inode)) = &self.added {
            names.insert(path.clone(), *inode);
        }
    }
}

impl DiskState {
    /// Counts an operation. On the one that crashes the caller still makes its change, as one that
    /// may survive, and then fails; after it nothing is changed any more.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        if self.crashed {
            return Err(crashed());
        }
        self.crashed = self.crash_at == Some(self.operations);
        self.operations += 1;
        if self.crashed { Err(crashed()) } else { Ok(()) }
    }

    /// Counts a sync; fails when it is the one to fail.
    pub(super) fn begin_sync(&mut self) -> io::Result<()> {
        match &mut self.fail_sync {
            Some(0) => {
                self.fail_sync = None;
                return Err(io::Error::other("sync failed"));
            }
            Some(left) => *left -= 1,
            None => {}
        }
        self.syncs += 1;
        Ok(())
    }

    pub(super) fn new_node(&mut self) -> u64 {
        let inode = self.next_node;
        self.next_node += 1;
        self.nodes.insert(inode, Node::default());
        inode
    }

    pub(super) fn change_name(&mut self, change: NameChange) {
        change.apply(&mut self.live);
        self.unsynced.push(change);
    }

    pub(super) fn sync_names(&mut self, dir: &Path) {
        let (synced, left) =
            std::mem::take(&mut self.unsynced).into_iter().partition(|change| change.touches(dir));
        self.unsynced = left;
        let synced: Vec<NameChange> = synced;
        for change in synced {
            change.apply(&mut self.durable);
        }
    }

    pub(super) fn inode_of(&self, path: &Path) -> io::Result<u64> {
        if self.crashed {
            return Err(crashed());
        }
        self.live.get(path).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    pub(super) fn node_at(&mut self, path: &Path) -> Option<&mut Node> {
        let inode = self.live.get(path)?;
        self.nodes.get_mut(inode)
    }

    pub(super) fn list(&self, dir: &Path) -> Vec<DirEntry> {
        let files = self.live.iter().map(|(path, inode)| {
            let bytes = self.nodes.get(inode).map_or(0, |node| node.live.len() as u64);
            (path, bytes, false)
        });
        let dirs = self.dirs.iter().map(|path| (path, 0, true));
        let inside = files.chain(dirs).filter(|(path, ..)| path.parent() == Some(dir));
        let mut entries: Vec<DirEntry> = inside
            .filter_map(|(path, bytes, is_dir)| {
                let name = path.file_name()?.to_string_lossy().into_owned();
                Some(DirEntry { name, bytes, is_dir })
            })
            .collect();
        entries.sort();
        entries
    }

    pub(super) fn used_bytes(&self) -> u64 {
        let inodes: BTreeSet<u64> = self.live.values().copied().collect();
        let nodes = inodes.iter().filter_map(|inode| self.nodes.get(inode));
        nodes.map(|node| node.live.len() as u64).sum()
    }

    /// Whether files may grow by this much.
    pub(super) fn may_grow(&self, bytes: u64) -> io::Result<()> {
        match self.quota {
            Some(quota) if bytes > 0 && self.used_bytes() + bytes > quota => {
                Err(io::ErrorKind::StorageFull.into())
            }
            _ => Ok(()),
        }
    }
}

impl Node {
    /// Writes, and grows the file when needed.
    pub(super) fn write(&mut self, bytes: &[u8], offset: usize) {
        let end = offset + bytes.len();
        if self.live.len() < end {
            self.live.resize(end, 0);
        }
        self.live[offset..end].copy_from_slice(bytes);
        self.touch(offset, end);
    }

    /// Cuts or extends the file.
    pub(super) fn resize(&mut self, bytes: usize) {
        let (from, to) = (self.live.len().min(bytes), self.live.len().max(bytes));
        self.live.resize(bytes, 0);
        self.touch(from, to);
    }

    fn touch(&mut self, from: usize, to: usize) {
        if from < to {
            self.dirty.extend(from / SECTOR_BYTES..=(to - 1) / SECTOR_BYTES);
        }
    }

    /// Makes everything durable.
    pub(super) fn sync(&mut self) {
        self.durable.resize(self.live.len(), 0);
        for sector in std::mem::take(&mut self.dirty) {
            self.keep_sector(sector);
        }
    }

    /// A failed sync: the pages are marked clean and will never be written.
    pub(super) fn forget_dirty(&mut self) {
        self.dirty.clear();
    }

    /// Makes one sector durable, as far as the durable length goes.
    pub(super) fn keep_sector(&mut self, sector: usize) {
        let from = sector * SECTOR_BYTES;
        let to = (from + SECTOR_BYTES).min(self.live.len()).min(self.durable.len());
        if from < to {
            self.durable[from..to].copy_from_slice(&self.live[from..to]);
        }
    }
}
