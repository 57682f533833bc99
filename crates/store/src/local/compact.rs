//! Compaction: files stay few, so that a question opens few and meets long stretches of persons.
//!
//! Which files become one: [`plan`]. The order is that of a flush: write, sync, rename, sync the
//! folder, commit the manifest (inputs out, output in, one transaction), swap the snapshot. The
//! inputs are deleted when no snapshot lists them any more ([`Graveyard`]): a question opens files
//! by name while it runs. A crash leaves either an output nobody lists, which is put into
//! quarantine, or inputs nobody needs, which the manifest names as graves and the start deletes.
//!
//! A flush goes on meanwhile: the manifest and the snapshot are touched for a moment at the end.

mod graveyard;
mod plan;

use std::sync::{Arc, atomic::Ordering};

use disk::PartFile;

pub(crate) use graveyard::Graveyard;

use super::{
    LocalStore,
    first_times::FirstTimes,
    head::Head,
    manifest::{Change, CommitError, Removal},
    part::{FileMeta, PartMeta},
    people::AllPeople,
    rewrite::{Judge, Keep, Rewrite, RowInfo},
    snapshot::{Horizon, Snapshot},
    store::lock,
};
use crate::{Cancel, Compacted, FlushError};

/// Gives rows the person key of today: ids may have been linked since they were written. Where
/// most rows lie under their person, questions need not look for the others.
struct Rekey {
    people: Arc<AllPeople>,
}

impl Judge for Rekey {
    fn concerns(&self, part: &PartMeta) -> bool {
        self.people.tenant(&part.tenant).is_some_and(|people| people.linked() > 0)
    }

    fn judge(&mut self, row: &RowInfo<'_>) -> Keep {
        let people = self.people.tenant(row.tenant).filter(|_| row.person != 0);
        match people.map(|people| people.canonical(row.person)) {
            Some(person) if person != row.person => Keep::Changed(person),
            _ => Keep::Yes,
        }
    }
}

impl LocalStore {
    /// Makes some files into one, if there are enough of a size.
    pub(super) fn compact_once(&self, cancel: &Cancel) -> Result<Compacted, FlushError> {
        let mut graveyard = lock(&self.compacting);
        self.check_poison()?;
        self.sweep(&mut graveyard);
        let inputs = plan::to_compact(&self.snapshot.load().disk.files);
        if inputs.is_empty() {
            return Ok(Compacted::default());
        }
        let generation = self.generation.load(Ordering::Acquire);
        let what = Rewrite { inputs: &inputs, number: self.number(), cancel };
        let mut rekey = Rekey { people: self.snapshot.load().people.clone() };
        let Some(output) = self.rewrite(&what, &mut rekey)? else {
            return Ok(Compacted::default());
        };
        let (files, rows) = (inputs.len() as u64, output.rows());
        let change = Change {
            remove_files: inputs.iter().map(|file| file.number).collect(),
            add_files: vec![output],
            generation,
            ..Change::default()
        };
        drop(inputs);
        match self.replace(change, &mut graveyard) {
            Ok(()) => Ok(Compacted { files, rows, more: true }),
            Err(CommitError::Conflict) => Ok(Compacted { more: true, ..Compacted::default() }),
            Err(CommitError::Refused(e) | CommitError::Unknown(e)) => Err(FlushError::Manifest(e)),
        }
    }

    pub(super) fn check_poison(&self) -> Result<(), FlushError> {
        match self.poison.reason() {
            Some(reason) => Err(FlushError::Poisoned(reason.to_owned())),
            None => Ok(()),
        }
    }

    /// Commits a change of files, shows it to questions, and deletes what nobody reads any more.
    pub(super) fn replace(
        &self,
        change: Change,
        graveyard: &mut Graveyard,
    ) -> Result<(), CommitError> {
        let (gone, added) = (change.remove_files.clone(), change.add_files.clone());
        let removal = change.removal.clone();
        let removed = change.removed.clone();
        self.commit(change)?;
        // Only who holds `compacting` changes these, so they can be made before the lock is taken.
        let first_times = removal.as_ref().and_then(|removal| self.first_times_with(removal));
        let old = {
            let head = lock(&self.head);
            self.swap_files(
                &head,
                (&gone, &added),
                removal.as_ref().zip(Some(first_times)),
                removed,
            )
        };
        graveyard.bury(old);
        self.sweep(graveyard);
        Ok(())
    }

    /// Files out, files in: one step. The files that went out.
    pub(super) fn swap_files(
        &self,
        head: &Head,
        (gone, added): (&[u64], &[FileMeta]),
        removal: Option<(&Removal, Option<FirstTimes>)>,
        removed: Option<(Arc<str>, u64)>,
    ) -> Vec<Arc<FileMeta>> {
        let disk = self.snapshot.load().disk.clone();
        let old = disk.files.iter().filter(|file| gone.contains(&file.number)).cloned().collect();
        let mut disk = disk.replacing(gone, added);
        if let Some((Removal { tenant, horizon, rows, .. }, first_times)) = removal {
            let new = Horizon { at: *horizon, removed: 0 };
            let known = Arc::make_mut(&mut disk.horizons).entry(tenant.clone()).or_insert(new);
            *known = Horizon { at: known.at.max(*horizon), removed: known.removed + rows };
            if let Some(first_times) = first_times {
                let all = Arc::make_mut(&mut disk.first_times);
                all.insert(tenant.clone(), Arc::new(first_times));
            }
        }
        if let Some((tenant, rows)) = removed {
            *Arc::make_mut(&mut disk.removed).entry(tenant).or_default() += rows;
        }
        let (disk, people) = (Arc::new(disk), head.people());
        self.snapshot.store(Arc::new(Snapshot { runs: head.runs(), disk, people }));
        old
    }

    /// Deletes the buried files that nobody reads any more. What cannot be deleted now is tried
    /// again, at the next start at the latest.
    pub(super) fn sweep(&self, graveyard: &mut Graveyard) {
        let mut deleted = Vec::new();
        for number in graveyard.free() {
            let path = self.dir.part(PartFile { number });
            match self.fs.remove(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    tracing::warn!(path = %path.display(), %error, "cannot delete a replaced file");
                }
                _ => deleted.push(number),
            }
        }
        if deleted.is_empty() {
            return;
        }
        let synced = self.fs.sync_dir(&self.dir.parts()).map_err(|e| e.to_string());
        let forgotten = synced
            .and_then(|()| lock(&self.manifest).forget_graves(&deleted).map_err(|e| e.to_string()));
        match forgotten {
            Ok(()) => graveyard.forget(&deleted),
            Err(error) => tracing::warn!(%error, "replaced files may come back until the start"),
        }
    }
}
