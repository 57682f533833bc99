//! A file system in memory that keeps apart what is durable and what would be lost with power.
//!
//! Bytes of a file become durable by [`disk::File::sync`], names by [`disk::Fs::sync_dir`]. A test
//! can stop everything at the n-th operation ([`SimFs::crash_at`]) and go on with what a power
//! loss leaves ([`SimFs::power_loss`]), fail the n-th sync or write, set a quota, and change bytes
//! behind everyone's back.
//!
//! Operations are what changes something: create, write, allocate, `set_len`, sync, rename, remove,
//! `sync_dir`. Reading is not counted, and fails after the crash like all else.

mod disk_state;
mod file;
mod survival;
#[cfg(test)]
mod tests;

use std::{
    fmt, io,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use disk::{DirEntry, File, Fs, SharedFs};

pub use survival::Survival;

use disk_state::{DiskState, NameChange};

/// A file system in memory; clones share it.
#[derive(Clone, Default)]
pub struct SimFs {
    state: Arc<Mutex<DiskState>>,
}

impl fmt::Debug for SimFs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimFs")
    }
}

impl SimFs {
    /// An empty disk without a quota.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same file system, as the product takes it.
    pub fn shared(&self) -> SharedFs {
        Arc::new(self.clone())
    }

    fn state(&self) -> MutexGuard<'_, DiskState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many operations were done.
    pub fn operations(&self) -> u64 {
        self.state().operations
    }

    /// The operation with this number, from 0, and everything after it fails with "crashed". What
    /// it would have changed may survive in part.
    pub fn crash_at(&self, operation: u64) {
        self.state().crash_at = Some(operation);
    }

    /// Everything fails from now on.
    pub fn crash(&self) {
        self.state().crashed = true;
    }

    /// Whether the crash has happened.
    pub fn has_crashed(&self) -> bool {
        self.state().crashed
    }

    /// The disk after power loss, as a new file system without faults. This one is crashed.
    pub fn power_loss(&self, survival: Survival) -> SimFs {
        let mut state = self.state();
        state.crashed = true;
        SimFs { state: Arc::new(Mutex::new(survival::survivors(&state, survival))) }
    }

    /// The disk after kill -9: nothing is lost. This one is crashed, the new one has no faults.
    pub fn kill(&self) -> SimFs {
        let mut state = self.state();
        state.crashed = true;
        SimFs { state: Arc::new(Mutex::new(survival::everything(&state))) }
    }

    /// The `number`-th sync of a file or folder from now on, from 0, fails; what it should have
    /// made
    /// durable is not, and a later sync will not make it so either.
    pub fn fail_sync(&self, number: u64) {
        self.state().fail_sync = Some(number);
    }

    /// The `number`-th write from now on, from 0, fails with `kind` after half of its bytes.
    pub fn fail_write(&self, number: u64, kind: io::ErrorKind) {
        self.state().fail_write = Some((number, kind));
    }

    /// Files may take this many bytes together; None for no bound.
    pub fn set_quota(&self, bytes: Option<u64>) {
        self.state().quota = bytes;
    }

    /// Bytes that all files take.
    pub fn used_bytes(&self) -> u64 {
        self.state().used_bytes()
    }

    /// How many syncs of files and folders succeeded.
    pub fn syncs(&self) -> u64 {
        self.state().syncs
    }

    /// Changes a file behind everyone's back, durably: flips bits, cuts it, adds to it.
    ///
    /// # Panics
    /// When there is no such file.
    pub fn damage(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.state();
        let Some(node) = state.node_at(path) else { panic!("no file {}", path.display()) };
        change(&mut node.live);
        node.durable = node.live.clone();
        node.dirty.clear();
    }

    /// The files there are, with their folders.
    pub fn files(&self) -> Vec<std::path::PathBuf> {
        self.state().live.keys().cloned().collect()
    }

    /// The bytes of a file, when there is one.
    pub fn bytes_of(&self, path: &Path) -> Option<Vec<u8>> {
        self.state().node_at(path).map(|node| node.live.clone())
    }
}

fn crashed() -> io::Error {
    io::Error::other("crashed")
}

impl Fs for SimFs {
    fn create(&self, path: &Path) -> io::Result<Box<dyn File>> {
        let mut state = self.state();
        let result = state.begin();
        if !state.dirs.contains(path.parent().unwrap_or(Path::new(""))) {
            return Err(io::ErrorKind::NotFound.into());
        }
        if state.live.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let inode = state.new_node();
        state.change_name(NameChange { removed: None, added: Some((path.into(), inode)) });
        result.map(|()| file::open(self.state.clone(), inode, true))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn File>> {
        let inode = self.state().inode_of(path)?;
        Ok(file::open(self.state.clone(), inode, true))
    }

    fn open_read(&self, path: &Path) -> io::Result<Box<dyn File>> {
        let inode = self.state().inode_of(path)?;
        Ok(file::open(self.state.clone(), inode, false))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        let result = state.begin();
        let Some(inode) = state.live.get(from).copied() else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let added = Some((to.into(), inode));
        state.change_name(NameChange { removed: Some(from.into()), added });
        result
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        if !state.crashed && !state.live.contains_key(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let result = state.begin();
        state.change_name(NameChange { removed: Some(path.into()), added: None });
        result
    }

    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        if state.crashed {
            return Err(crashed());
        }
        for dir in path.ancestors() {
            state.dirs.insert(dir.into());
        }
        Ok(())
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.begin()?;
        state.begin_sync()?;
        state.sync_names(path);
        Ok(())
    }

    fn list(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let state = self.state();
        if state.crashed {
            return Err(crashed());
        }
        Ok(state.list(path))
    }

    fn free_bytes(&self, _path: &Path) -> io::Result<u64> {
        let state = self.state();
        Ok(state.quota.map_or(u64::MAX, |quota| quota.saturating_sub(state.used_bytes())))
    }
}
