//! Erasing a person: out of answers at once, out of every file as soon as nobody reads it.
//!
//! What is in memory is flushed first, so that only files are left to look at; flushes and other
//! replacements of files are held back until the end, events are taken in meanwhile. Each file of
//! the tenant that has rows of the person, or rows of others that name it, is written anew. Then
//! **one** transaction takes the old files out and the new ones in, and links, properties and
//! first times of the ids with them; the snapshot is swapped in one step, so no answer has half
//! of a person. Events that came in after the flush are later ones: they are of a new person.
//!
//! Who the person is, is looked up again before the commit: when an event of the meantime has
//! linked further ids to it, all is done again with these.
//!
//! **Crash.** What was asked for is noted first ([`manifest`](super::manifest)), and the note goes
//! on being open until every holder is done. Before the commit nothing has changed and the outputs
//! are unlisted files; after it the note holds the ids that the other holders need.
//!
//! **Done** is said when every replaced file is deleted, the quarantine has nothing that may hold
//! the person, and the manifest is packed without the ids. `.ids` files hold keyed hashes of event
//! ids and stay. While it runs, the files that are written anew are on disk twice.

mod judge;
mod leftovers;
mod mask;
mod whom;

use std::{collections::HashSet, sync::Arc, sync::atomic::Ordering};

use disk::PartFile;
use event::{TenantId, Timestamp};

use judge::Eraser;
use mask::Mask;
pub use whom::Whom;

use super::{
    LocalStore,
    compact::Graveyard,
    flush::DATA_LANE,
    head::Head,
    manifest::{Change, Erasing},
    part::FileMeta,
    people::People,
    retain::not_made,
    rewrite::Rewrite,
    secret::Secret,
    snapshot::{OnDisk, Snapshot},
    store::{lock, unlisted},
};
use crate::{
    AskError, Cancel, FlushError, Flushed, IdKind,
    erasure::{Erased, ErasureState, How, OpenErasure, Touched},
};

/// Times the files are written anew because the person has got further ids.
const ROUNDS: usize = 4;

/// Files that were written anew, and what was found on the way.
#[derive(Debug, Default)]
struct Anew {
    gone: Vec<u64>,
    added: Vec<FileMeta>,
    touched: Touched,
}

impl LocalStore {
    /// See [`crate::Store::erase`].
    pub(super) fn erase_person(&self, number: u64, cancel: &Cancel) -> Erased {
        let mut flushed = Flushed::default();
        let result = self.hide(number, cancel, &mut flushed);
        Erased { flushed, result }
    }

    fn hide(&self, number: u64, cancel: &Cancel, flushed: &mut Flushed) -> Result<(), FlushError> {
        let Some(open) = self.open_erasure(number)? else { return Ok(()) };
        if open.receipt.state != ErasureState::Pending {
            return Ok(());
        }
        let mut graveyard = lock(&self.compacting);
        let mut flushing = lock(&self.flushing);
        *flushed = self.flush_locked(&mut flushing)?;
        for _ in 0..ROUNDS {
            if self.hide_once(&open, cancel, &mut graveyard)? {
                self.sweep(&mut graveyard);
                return Ok(());
            }
        }
        Err(FlushError::Erasure("the person gets further ids all the time".into()))
    }

    fn open_erasure(&self, number: u64) -> Result<Option<OpenErasure>, FlushError> {
        let all = lock(&self.manifest).open_erasures().map_err(unlisted)?;
        Ok(all.into_iter().find(|open| open.receipt.number == number))
    }

    /// The ids of the person now, by every event so far.
    fn ids_now(&self, open: &OpenErasure, people: Option<&Arc<People>>) -> Vec<String> {
        let tenant = &open.receipt.tenant;
        let mut ids = HashSet::new();
        for id in &open.ids {
            let key = self.person_key(tenant, id);
            ids.extend(people.map_or(vec![id.clone()], |people| people.ids_of(key, id)));
        }
        let mut ids: Vec<_> = ids.into_iter().collect();
        ids.sort_unstable();
        ids
    }

    /// False when the person has got further ids meanwhile: nothing has changed then.
    fn hide_once(
        &self,
        open: &OpenErasure,
        cancel: &Cancel,
        graveyard: &mut Graveyard,
    ) -> Result<bool, FlushError> {
        let tenant = &open.receipt.tenant;
        let ids = self.ids_now(open, self.people(tenant).as_ref());
        let whom = Whom::new(tenant.as_str(), ids.iter().cloned());
        let secret = Secret::random().map_err(FlushError::Erasure)?;
        let replacement = format!("anon-{:032x}", secret.id_hash("", IdKind::Person, b"").0);
        let key = self.person_key(tenant, &replacement);
        let mask = Mask { whom: &whom, tenant, secret, replacement: &replacement, key };
        let mut anew = Anew::default();
        if let Err(error) = self.write_anew(&mask, open.receipt.how, cancel, &mut anew) {
            self.discard_all(&anew);
            return Err(error);
        }
        anew.touched.ids = ids.len() as u64;
        let mut head = lock(&self.head);
        if self.ids_now(open, head.people().tenant(tenant.as_str())) != ids {
            drop(head);
            self.discard_all(&anew);
            return Ok(false);
        }
        let change = self.change(open, ids, &replacement, &anew);
        let removed = change.removed.clone();
        self.commit(change).map_err(not_made)?;
        self.generation.fetch_add(1, Ordering::AcqRel);
        head.erase(tenant.as_str(), whom.ids());
        let old = self.swap_files(&head, (&anew.gone, &anew.added), None, removed);
        self.reload_first_times(&head)?;
        drop(head);
        graveyard.bury(old);
        Ok(true)
    }

    /// First times of the person are gone from the manifest, or another's.
    fn reload_first_times(&self, head: &Head) -> Result<(), FlushError> {
        let disk = self.snapshot.load().disk.clone();
        if disk.first_times.is_empty() {
            return Ok(());
        }
        let read = lock(&self.manifest).first_times(&self.secret, self.config.person_key_bits);
        let first_times = Arc::new(read.map_err(unlisted)?);
        let disk = Arc::new(OnDisk { first_times, ..disk.replacing(&[], &[]) });
        let (runs, people) = (head.runs(), head.people());
        self.snapshot.store(Arc::new(Snapshot { runs, disk, people }));
        Ok(())
    }

    /// The one transaction.
    fn change(
        &self,
        open: &OpenErasure,
        ids: Vec<String>,
        replacement: &str,
        anew: &Anew,
    ) -> Change {
        let receipt = &open.receipt;
        let anonymous = receipt.how == How::Anonymise;
        let erasing = Erasing {
            number: receipt.number,
            tenant: receipt.tenant.shared(),
            ids,
            replacement: anonymous.then(|| replacement.to_owned()),
            position: self.snapshot.load().disk.durable.get(&DATA_LANE).copied().unwrap_or(0),
            touched: anew.touched,
        };
        let removed = if anonymous { 0 } else { anew.touched.events };
        Change {
            remove_files: anew.gone.clone(),
            add_files: anew.added.clone(),
            removed: Some((receipt.tenant.shared(), removed)),
            erasing: Some(erasing),
            generation: self.generation.load(Ordering::Acquire),
            ..Change::default()
        }
    }

    fn write_anew(
        &self,
        mask: &Mask<'_>,
        how: How,
        cancel: &Cancel,
        anew: &mut Anew,
    ) -> Result<(), FlushError> {
        let cancelled = || FlushError::Erasure("it was cancelled".into());
        for file in self.files_with(mask.tenant) {
            if cancel.is_cancelled() {
                return Err(cancelled());
            }
            let mut judge = Eraser { mask, how, events: 0, mentions: 0 };
            if !self.concerns(&file, &mut judge)? {
                continue;
            }
            anew.touched.files += 1;
            anew.touched.events += judge.events;
            anew.touched.mentions += judge.mentions;
            let inputs = [file];
            let what = Rewrite { inputs: &inputs, number: self.number(), cancel };
            let output = self.rewrite(&what, &mut judge)?;
            if output.is_none() && cancel.is_cancelled() {
                return Err(cancelled());
            }
            anew.gone.push(inputs[0].number);
            anew.added.extend(output);
        }
        Ok(())
    }

    fn files_with(&self, tenant: &TenantId) -> Vec<Arc<FileMeta>> {
        let disk = self.snapshot.load().disk.clone();
        let of = |file: &FileMeta| file.parts.iter().any(|part| *part.tenant == *tenant.as_str());
        disk.files.iter().filter(|file| of(file)).cloned().collect()
    }

    fn discard_all(&self, anew: &Anew) {
        for file in &anew.added {
            self.discard(&self.dir.part(PartFile { number: file.number }));
        }
    }

    /// See [`crate::Store::finish_erasure`].
    pub(super) fn finish(
        &self,
        number: u64,
        journal: Option<u64>,
        now: Timestamp,
    ) -> Result<bool, FlushError> {
        let Some(open) = self.open_erasure(number)? else { return Ok(true) };
        if open.receipt.state != ErasureState::Hidden {
            return Ok(false);
        }
        let waiting = {
            let mut graveyard = lock(&self.compacting);
            self.check_poison()?;
            self.sweep(&mut graveyard);
            graveyard.len()
        };
        let quarantine = self.clear_quarantine()?;
        let hash = |id: &String| {
            self.secret.id_hash(open.receipt.tenant.as_str(), IdKind::Person, id.as_bytes())
        };
        let hashes: Vec<_> = open.ids.iter().map(hash).collect();
        let mut manifest = lock(&self.manifest);
        manifest.note_erasure(number, journal, quarantine).map_err(unlisted)?;
        if waiting > 0 || quarantine > 0 {
            return Ok(false);
        }
        manifest.forget_ids(&open, &hashes).map_err(unlisted)?;
        manifest.end_erasure(number, now).map_err(unlisted)?;
        Ok(true)
    }

    /// The position below which events of a distinct id were erased; None when it never was.
    pub fn erased(&self, tenant: &TenantId, distinct_id: &str) -> Result<Option<u64>, AskError> {
        let id = distinct_id.as_bytes();
        let hash = self.secret.id_hash(tenant.as_str(), IdKind::Person, id);
        lock(&self.manifest).erased(tenant, hash).map_err(|error| self.unreadable(&error))
    }
}
