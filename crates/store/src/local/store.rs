//! The store itself: its parts, and the [`Store`] trait over them.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use arc_swap::ArcSwap;
use disk::{DataDir, Poison, SharedFs};
use event::{TenantId, Timestamp};
use insight::{Answer, Meta, Question};

use super::{
    LocalConfig,
    columns::ColumnCache,
    compact::Graveyard,
    flush::FlushState,
    head::Head,
    manifest::Manifest,
    part::Footers,
    people::People,
    scan::{Gate, Rosters, Scanner},
    secret::Secret,
    snapshot::Snapshot,
};
use crate::{
    ApplyError, AskError, Asking, Books, Cancel, Chunk, Compacted, FlushError, Flushed, HeadStatus,
    IdHash, IdKind, OpenError, Retained, Status, Store,
    erasure::{Erased, How, OpenErasure, Receipt},
};

/// The embedded store. One process at a time may have a folder open ([`disk::DataLock`]).
#[derive(Debug)]
pub struct LocalStore {
    pub(super) fs: SharedFs,
    pub(super) dir: DataDir,
    pub(super) config: LocalConfig,
    pub(super) secret: Secret,
    /// Locked after `flushing`, never the other way round; every snapshot is published under it.
    pub(super) head: Mutex<Head>,
    pub(super) flushing: Mutex<FlushState>,
    /// Held by whatever replaces files by others; locked before all other locks.
    pub(super) compacting: Mutex<Graveyard>,
    /// The next number for a file; numbers are spent even when the file is never finished.
    pub(super) next_number: AtomicU64,
    /// How often something was erased.
    pub(super) generation: AtomicU64,
    pub(super) manifest: Mutex<Manifest>,
    pub(super) snapshot: ArcSwap<Snapshot>,
    pub(super) poison: Poison,
    pub(super) footers: Footers,
    pub(super) columns: ColumnCache,
    pub(super) rosters: Rosters,
    pub(super) gate: Gate,
}

/// Locks; a panic elsewhere does not make the data behind the lock worse, because every change to
/// it is made in one step at the end.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl LocalStore {
    /// Why the store takes no writes any more, if so.
    pub fn poison(&self) -> &Poison {
        &self.poison
    }

    /// What is known of a tenant's persons; None when none of its events told anything.
    pub fn people(&self, tenant: &TenantId) -> Option<Arc<People>> {
        self.snapshot.load().people.tenant(tenant.as_str()).cloned()
    }

    /// The key of a distinct id, as [`People`] wants it.
    pub fn person_key(&self, tenant: &TenantId, id: &str) -> u64 {
        self.secret.persons(tenant.as_str(), self.config.person_key_bits).key(id)
    }

    /// A number no file has had.
    pub(super) fn number(&self) -> u64 {
        self.next_number.fetch_add(1, Ordering::Relaxed)
    }

    /// Publishes the runs of the head, the files staying as they are.
    pub(super) fn publish_head(&self, head: &Head) {
        let disk = self.snapshot.load().disk.clone();
        self.snapshot.store(Arc::new(Snapshot { runs: head.runs(), disk, people: head.people() }));
    }
}

/// The manifest could not be read or written.
#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
pub(super) fn unlisted(error: OpenError) -> FlushError {
    FlushError::Manifest(error.to_string())
}

impl Store for LocalStore {
    fn next_position(&self, lane: u32) -> u64 {
        lock(&self.head).next(lane)
    }

    fn durable_position(&self, lane: u32) -> u64 {
        self.snapshot.load().disk.durable.get(&lane).copied().unwrap_or(0)
    }

    fn apply(&self, chunk: Chunk) -> Result<(), ApplyError> {
        let mut head = lock(&self.head);
        let limit = self.config.head_bytes_max;
        head.apply(&chunk, limit, &self.secret, self.config.person_key_bits)?;
        if !chunk.events.is_empty() {
            self.publish_head(&head);
        }
        Ok(())
    }

    fn flush(&self) -> Result<Flushed, FlushError> {
        self.flush_head()
    }

    fn compact(&self, cancel: &Cancel) -> Result<Compacted, FlushError> {
        self.compact_once(cancel)
    }

    fn request_erasure(
        &self,
        tenant: &TenantId,
        distinct_id: &str,
        how: How,
        now: Timestamp,
    ) -> Result<Receipt, FlushError> {
        self.check_poison()?;
        lock(&self.manifest).request_erasure(tenant, distinct_id, how, now).map_err(unlisted)
    }

    fn erase(&self, number: u64, cancel: &Cancel) -> Erased {
        self.erase_person(number, cancel)
    }

    fn finish_erasure(
        &self,
        number: u64,
        journal: Option<u64>,
        now: Timestamp,
    ) -> Result<bool, FlushError> {
        self.finish(number, journal, now)
    }

    fn open_erasures(&self) -> Result<Vec<OpenErasure>, FlushError> {
        lock(&self.manifest).open_erasures().map_err(unlisted)
    }

    fn receipts(
        &self,
        tenant: &TenantId,
        number: Option<u64>,
        count: usize,
    ) -> Result<Vec<Receipt>, FlushError> {
        lock(&self.manifest).receipts(tenant, number, count).map_err(unlisted)
    }

    fn retain(
        &self,
        tenant: &TenantId,
        before: Timestamp,
        cancel: &Cancel,
    ) -> Result<u64, FlushError> {
        self.retain_from(tenant, before, cancel)
    }

    fn horizon(&self, tenant: &TenantId) -> Option<Timestamp> {
        self.snapshot.load().horizon(tenant.as_str())
    }

    fn retained(&self) -> Vec<(TenantId, Retained)> {
        self.all_retained()
    }

    fn ask(&self, question: &Question, asking: &Asking) -> Result<(Answer, Meta), AskError> {
        let permit = self.gate.enter(asking)?;
        let snapshot = self.snapshot.load_full();
        let scanner = Scanner::new(self, asking, permit.gives_way);
        let answer = scanner.answer(question, &snapshot)?;
        let history_from = snapshot.horizon(asking.tenant.as_str());
        Ok((answer, Meta { history_from, ..scanner.meta() }))
    }

    fn linked_ids(&self, tenant: &TenantId, distinct_id: &str) -> Vec<String> {
        match self.people(tenant) {
            Some(people) => people.ids_of(self.person_key(tenant, distinct_id), distinct_id),
            None => vec![distinct_id.to_owned()],
        }
    }

    fn id_hash(&self, tenant: &TenantId, kind: IdKind, id: &[u8]) -> IdHash {
        self.secret.id_hash(tenant.as_str(), kind, id)
    }

    fn seen(&self, id: IdHash, since: Timestamp) -> Result<Option<Timestamp>, AskError> {
        let mut latest = None;
        for file in &self.snapshot.load().disk.ids {
            latest = latest.max(file.seen(id, since.0)?);
        }
        Ok(latest.map(Timestamp))
    }

    fn books(&self) -> Vec<(TenantId, Books)> {
        let head = lock(&self.head);
        let known = head.books().iter();
        let all = known.filter_map(|(tenant, books)| {
            let tenant = TenantId::new(tenant)?;
            let removed = self.removed_rows(&tenant);
            Some((tenant, Books { removed, ..*books }))
        });
        all.collect()
    }

    fn status(&self) -> Status {
        let head = self.head();
        let Snapshot { disk, people, .. } = Snapshot::clone(&self.snapshot.load());
        let ids: u64 = disk.ids.iter().map(|file| file.meta.bytes).sum();
        let first_times: usize = disk.first_times.values().map(|times| times.bytes()).sum();
        Status {
            rows: head.rows + disk.files.iter().map(|file| file.rows()).sum::<u64>(),
            files: disk.files.len() as u64,
            parts: disk.parts.len() as u64,
            bytes: ids + disk.files.iter().map(|file| file.bytes).sum::<u64>(),
            linked: people.linked(),
            people_bytes: people.bytes() + first_times as u64,
            column_bytes: self.columns.bytes() as u64,
            head,
        }
    }

    fn head(&self) -> HeadStatus {
        lock(&self.head).status()
    }
}
