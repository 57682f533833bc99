//! Removing a tenant: its events, with their bytes, and what the manifest keeps of it.
//!
//! What is in memory is flushed first, so that only files are left to look at; files it shares
//! with others are written anew without its parts. Its books stay, and so do the keyed hashes of
//! its ids in `.ids` files until the window ends. At last the erasure generation grows: a flush
//! that began before is refused and tried again. Whoever calls has seen to it that nothing new
//! comes in for the tenant.

use std::sync::{Arc, atomic::Ordering};

use event::TenantId;

use super::{
    LocalStore,
    compact::Graveyard,
    manifest::Change,
    part::FileMeta,
    retain::not_made,
    rewrite::{KeepAll, Rewrite},
    snapshot::Snapshot,
    store::lock,
};
use crate::{Cancel, FlushError};

/// Times the head is flushed and the files are looked through, before it is given up: then events
/// of the tenant still come in.
const ROUNDS: usize = 8;

/// What became of a tenant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Events that went.
    pub rows: u64,
    /// Whether nothing of it is listed any more. If not: cancelled, or events still come in.
    pub complete: bool,
    /// Replaced files, of any tenant, that questions are still reading; each further call or
    /// compaction deletes those that are free. The bytes are gone when this is 0.
    pub files_waiting: u64,
}

impl LocalStore {
    /// Removes everything of a tenant. May be called again, and then goes on.
    pub fn remove_tenant(&self, tenant: &TenantId, cancel: &Cancel) -> Result<Removed, FlushError> {
        let mut removed = Removed::default();
        for _ in 0..ROUNDS {
            self.flush_head()?;
            let mut graveyard = lock(&self.compacting);
            self.check_poison()?;
            for file in self.files_of(tenant) {
                if cancel.is_cancelled() {
                    return Ok(removed);
                }
                removed.rows += self.write_without(file, tenant, cancel, &mut graveyard)?;
            }
            if !self.holds(tenant) {
                self.forget(tenant)?;
                self.sweep(&mut graveyard);
                removed.complete = true;
                removed.files_waiting = graveyard.len() as u64;
                return Ok(removed);
            }
        }
        Ok(removed)
    }

    fn files_of(&self, tenant: &TenantId) -> Vec<u64> {
        let disk = self.snapshot.load().disk.clone();
        let of = |file: &FileMeta| file.parts.iter().any(|part| *part.tenant == *tenant.as_str());
        disk.files.iter().filter(|file| of(file)).map(|file| file.number).collect()
    }

    fn holds(&self, tenant: &TenantId) -> bool {
        let snapshot = self.snapshot.load_full();
        let of = tenant.as_str();
        snapshot.runs.iter().any(|run| run.tenant(of).is_some())
            || snapshot.disk.parts.iter().any(|part| *part.meta.tenant == *of)
    }

    /// Writes a file anew without the parts of the tenant; how many rows went.
    fn write_without(
        &self,
        number: u64,
        tenant: &TenantId,
        cancel: &Cancel,
        graveyard: &mut Graveyard,
    ) -> Result<u64, FlushError> {
        let disk = self.snapshot.load().disk.clone();
        let found = disk.files.iter().find(|file| file.number == number);
        let Some(mut file) = found.map(|file| FileMeta::clone(file)) else { return Ok(0) };
        drop(disk);
        let before = file.rows();
        file.parts.retain(|part| *part.tenant != *tenant.as_str());
        let rows = before - file.rows();
        let inputs = [Arc::new(file)];
        let generation = self.generation.load(Ordering::Acquire);
        let what = Rewrite { inputs: &inputs, number: self.number(), cancel };
        let output = self.rewrite(&what, &mut KeepAll)?;
        if output.is_none() && cancel.is_cancelled() {
            return Ok(0);
        }
        let change = Change {
            remove_files: vec![number],
            add_files: output.into_iter().collect(),
            removed: Some((tenant.shared(), rows)),
            generation,
            ..Change::default()
        };
        self.replace(change, graveyard).map_err(not_made)?;
        Ok(rows)
    }

    /// Forgets what the manifest keeps of the tenant.
    fn forget(&self, tenant: &TenantId) -> Result<(), FlushError> {
        let generation = self.generation.load(Ordering::Acquire);
        let forget = Some(tenant.shared());
        self.commit(Change { forget, generation, ..Change::default() }).map_err(not_made)?;
        self.generation.fetch_add(1, Ordering::AcqRel);
        let mut head = lock(&self.head);
        head.forget(tenant.as_str());
        let mut disk = self.snapshot.load().disk.replacing(&[], &[]);
        Arc::make_mut(&mut disk.horizons).remove(tenant.as_str());
        Arc::make_mut(&mut disk.first_times).remove(tenant.as_str());
        let (disk, people) = (Arc::new(disk), head.people());
        self.snapshot.store(Arc::new(Snapshot { runs: head.runs(), disk, people }));
        Ok(())
    }
}
