//! Retention: events of a tenant before a moment go, with their bytes.
//!
//! Every file that holds one is written anew without them (or goes, when nothing is left), one
//! transaction per file. In the same transaction go into the manifest: the tenant's horizon, how
//! many rows went (`removed` in the books), and when each distinct id first sent each event type, which questions about
//! new persons need for ever. A crash between two files leaves the rest to the next call.
//!
//! The books stay: they count what was stored. Events still in the head are left; they go with the
//! first call after their flush.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
};

use event::{TenantId, Timestamp};

use super::{
    LocalStore,
    compact::Graveyard,
    manifest::{Change, CommitError, FirstSeen, Removal},
    part::{FileMeta, PartMeta},
    rewrite::{Judge, Keep, Rewrite, RowInfo},
    store::lock,
};
use crate::{AskError, Cancel, FlushError};

/// Row of `LocalStore::first_seen`: distinct id, event type, when.
pub type FirstTime = (Box<str>, Box<str>, Timestamp);

impl LocalStore {
    /// Removes all flushed events of a tenant before a moment; how many. Ends early when
    /// cancelled: what is left goes with the next call.
    pub fn retain(
        &self,
        tenant: &TenantId,
        before: Timestamp,
        cancel: &Cancel,
    ) -> Result<u64, FlushError> {
        let mut graveyard = lock(&self.compacting);
        self.check_poison()?;
        let mut removed = 0;
        for number in self.files_before(tenant, before) {
            if cancel.is_cancelled() {
                return Ok(removed);
            }
            removed += self.expire(number, tenant, before, cancel, &mut graveyard)?;
        }
        let known = self.horizon(tenant);
        if known.is_none_or(|known| known < before) {
            let change = Change {
                removal: Some(removal(tenant, before)),
                generation: self.generation.load(Ordering::Acquire),
                ..Change::default()
            };
            self.replace(change, &mut graveyard).map_err(not_made)?;
        }
        self.sweep(&mut graveyard);
        Ok(removed)
    }

    /// The moment before which events of a tenant were removed.
    pub fn horizon(&self, tenant: &TenantId) -> Option<Timestamp> {
        self.snapshot.load().disk.horizons.get(tenant.as_str()).copied()
    }

    /// When distinct ids of a tenant first sent events of a type, of events that retention
    /// removed; sorted. Reads the manifest.
    pub fn first_seen(&self, tenant: &TenantId) -> Result<Vec<FirstTime>, AskError> {
        let found = lock(&self.manifest).first_seen(tenant.as_str());
        let first = |first: FirstSeen| (first.distinct_id, first.event_type, Timestamp(first.at));
        let failed = |e: crate::OpenError| self.unreadable(&e);
        Ok(found.map_err(failed)?.into_iter().map(first).collect())
    }

    /// How many events of a tenant are gone for good; the books still count them as stored.
    pub fn removed_rows(&self, tenant: &TenantId) -> u64 {
        self.snapshot.load().disk.removed.get(tenant.as_str()).copied().unwrap_or(0)
    }

    pub(super) fn unreadable(&self, error: &crate::OpenError) -> AskError {
        AskError::Read { path: self.dir.manifest(), problem: error.to_string() }
    }

    fn files_before(&self, tenant: &TenantId, before: Timestamp) -> Vec<u64> {
        let disk = self.snapshot.load().disk.clone();
        let old = disk.files.iter().filter(|file| {
            file.parts.iter().any(|part| concerned(part, tenant.as_str(), before.0))
        });
        old.map(|file| file.number).collect()
    }

    /// Writes one file anew.
    fn expire(
        &self,
        number: u64,
        tenant: &TenantId,
        before: Timestamp,
        cancel: &Cancel,
        graveyard: &mut Graveyard,
    ) -> Result<u64, FlushError> {
        let disk = self.snapshot.load().disk.clone();
        let inputs: Vec<Arc<FileMeta>> =
            disk.files.iter().filter(|file| file.number == number).cloned().collect();
        drop(disk);
        let generation = self.generation.load(Ordering::Acquire);
        let mut judge = Expire { tenant: tenant.as_str(), before: before.0, ..Expire::default() };
        let what = Rewrite { inputs: &inputs, number: self.number(), cancel };
        let output = self.rewrite(&what, &mut judge)?;
        if output.is_none() && cancel.is_cancelled() {
            return Ok(0);
        }
        drop(inputs);
        let first = judge.first.into_iter().map(|((distinct_id, event_type), at)| FirstSeen {
            distinct_id,
            event_type,
            at,
        });
        let mut removal = removal(tenant, before);
        removal.first_seen = first.collect();
        let change = Change {
            remove_files: vec![number],
            add_files: output.into_iter().collect(),
            removal: Some(removal),
            removed: Some((tenant.shared(), judge.rows)),
            generation,
            ..Change::default()
        };
        self.replace(change, graveyard).map_err(not_made)?;
        Ok(judge.rows)
    }
}

fn removal(tenant: &TenantId, horizon: Timestamp) -> Removal {
    Removal { tenant: tenant.shared(), horizon, first_seen: Vec::new() }
}

pub(super) fn not_made(error: CommitError) -> FlushError {
    FlushError::Manifest(match error {
        CommitError::Conflict => "something was erased meanwhile, try again".into(),
        CommitError::Refused(error) | CommitError::Unknown(error) => error,
    })
}

fn concerned(part: &PartMeta, tenant: &str, before: i64) -> bool {
    *part.tenant == *tenant && part.time_min < before
}

/// Drops what is too old, and remembers first times.
#[derive(Default)]
struct Expire<'a> {
    tenant: &'a str,
    before: i64,
    rows: u64,
    /// By distinct id and event type; bounded by the rows of one file.
    first: HashMap<(Box<str>, Box<str>), i64>,
}

impl Judge for Expire<'_> {
    fn concerns(&self, part: &PartMeta) -> bool {
        concerned(part, self.tenant, self.before)
    }

    fn judge(&mut self, row: &RowInfo<'_>) -> Keep {
        if row.time >= self.before {
            return Keep::Yes;
        }
        self.rows += 1;
        if let Some(id) = row.distinct_id {
            let at = self.first.entry((id.into(), row.event_type.into())).or_insert(row.time);
            *at = row.time.min(*at);
        }
        Keep::No
    }
}
