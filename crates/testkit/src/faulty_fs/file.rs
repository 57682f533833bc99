//! An open file of a [`SimFs`](super::SimFs).

use std::{
    fmt, io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use disk::File;

use super::{
    crashed,
    disk_state::{DiskState, Node},
};

struct SimFile {
    state: Arc<Mutex<DiskState>>,
    inode: u64,
    writable: bool,
}

pub(super) fn open(state: Arc<Mutex<DiskState>>, inode: u64, writable: bool) -> Box<dyn File> {
    Box::new(SimFile { state, inode, writable })
}

impl fmt::Debug for SimFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SimFile {}", self.inode)
    }
}

impl SimFile {
    fn state(&self) -> MutexGuard<'_, DiskState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn may_write(&self) -> io::Result<()> {
        if self.writable { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
    }

    /// The file may grow to `bytes` within the quota.
    fn may_reach(&self, state: &DiskState, bytes: u64) -> io::Result<()> {
        let now = state.nodes[&self.inode].live.len() as u64;
        state.may_grow(bytes.saturating_sub(now))
    }

    fn node<'a>(&self, state: &'a mut DiskState) -> &'a mut Node {
        state.nodes.entry(self.inode).or_default()
    }
}

impl File for SimFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let state = self.state();
        if state.crashed {
            return Err(crashed());
        }
        let live = &state.nodes[&self.inode].live;
        let from = live.len().min(offset as usize);
        let bytes = buf.len().min(live.len() - from);
        buf[..bytes].copy_from_slice(&live[from..from + bytes]);
        Ok(bytes)
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.may_write()?;
        let mut state = self.state();
        if state.crashed {
            return Err(crashed());
        }
        let result = state.begin();
        if let Err(error) = self.may_reach(&state, offset + bytes.len() as u64) {
            return result.and(Err(error));
        }
        match &mut state.fail_write {
            Some((0, kind)) => {
                let error = io::Error::from(*kind);
                state.fail_write = None;
                self.node(&mut state).write(&bytes[..bytes.len() / 2], offset as usize);
                return result.and(Err(error));
            }
            Some((left, _)) => *left -= 1,
            None => {}
        }
        self.node(&mut state).write(bytes, offset as usize);
        result
    }

    fn allocate(&self, bytes: u64) -> io::Result<()> {
        self.may_write()?;
        let mut state = self.state();
        if state.crashed {
            return Err(crashed());
        }
        let result = state.begin();
        self.may_reach(&state, bytes)?;
        let node = self.node(&mut state);
        if (node.live.len() as u64) < bytes {
            node.resize(bytes as usize);
        }
        result
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        self.may_write()?;
        let mut state = self.state();
        if state.crashed {
            return Err(crashed());
        }
        let result = state.begin();
        self.may_reach(&state, bytes)?;
        self.node(&mut state).resize(bytes as usize);
        result
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.state();
        state.begin()?;
        if let Err(error) = state.begin_sync() {
            self.node(&mut state).forget_dirty();
            return Err(error);
        }
        self.node(&mut state).sync();
        Ok(())
    }

    fn bytes(&self) -> io::Result<u64> {
        let state = self.state();
        if state.crashed {
            return Err(crashed());
        }
        Ok(state.nodes[&self.inode].live.len() as u64)
    }
}
