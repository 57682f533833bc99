//! Retention: events of a tenant before a moment go, with their bytes.
//!
//! First the tenant's horizon is moved: from then on no question sees an older event, wherever it
//! lies. Then every file that holds one is written anew without them (or goes, when nothing is
//! left), one transaction per file. In the same transaction go into the manifest: how many rows
//! went, and when each distinct id first sent each event type, which questions about new persons
//! need for ever. Such a question looks through old events that are still there as well, so no
//! answer tells how far the work is. A crash between two files leaves the rest to the next call.
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
    first_times::FirstTimes,
    manifest::{Change, CommitError, FirstSeen, Removal},
    part::{FileMeta, PartMeta},
    rewrite::{Judge, Keep, Rewrite, RowInfo},
    snapshot::Horizon,
    store::lock,
};
use crate::{AskError, Cancel, FlushError, Retained};

/// Row of `LocalStore::first_seen`: distinct id, event type, when.
pub type FirstTime = (Box<str>, Box<str>, Timestamp);

impl LocalStore {
    /// Moves the horizon of a tenant to a moment, unless it lies behind it already, and removes
    /// all flushed events before it; how many.
    pub(super) fn retain_from(
        &self,
        tenant: &TenantId,
        before: Timestamp,
        cancel: &Cancel,
    ) -> Result<u64, FlushError> {
        let mut graveyard = lock(&self.compacting);
        self.check_poison()?;
        let known = self.snapshot.load().horizon(tenant.as_str());
        if known.is_none_or(|known| known < before) {
            let change = Change {
                removal: Some(removal(tenant, before)),
                generation: self.generation.load(Ordering::Acquire),
                ..Change::default()
            };
            self.replace(change, &mut graveyard).map_err(not_made)?;
        }
        let before = known.map_or(before, |known| known.max(before));
        let mut removed = 0;
        for number in self.files_before(tenant, before) {
            if cancel.is_cancelled() {
                return Ok(removed);
            }
            removed += self.expire(number, tenant, before, cancel, &mut graveyard)?;
        }
        self.sweep(&mut graveyard);
        Ok(removed)
    }

    /// Per tenant with a horizon where it lies and how many events it cost.
    pub(super) fn all_retained(&self) -> Vec<(TenantId, Retained)> {
        let snapshot = self.snapshot.load();
        let of = |(tenant, known): (&Arc<str>, &Horizon)| {
            let retained = Retained { horizon: known.at, removed: known.removed };
            Some((TenantId::new(tenant)?, retained))
        };
        let mut all: Vec<_> = snapshot.disk.horizons.iter().filter_map(of).collect();
        all.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        all
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

    /// What is known of first times with those of a removal; None when it has none.
    pub(super) fn first_times_with(&self, removal: &Removal) -> Option<FirstTimes> {
        if removal.first_seen.is_empty() {
            return None;
        }
        let hasher = self.secret.persons(&removal.tenant, self.config.person_key_bits);
        let added = removal.first_seen.iter();
        let added =
            added.map(|first| (hasher.key(&first.distinct_id), &*first.event_type, first.at));
        let snapshot = self.snapshot.load();
        Some(match snapshot.disk.first_times.get(&removal.tenant) {
            Some(known) => known.with(added),
            None => FirstTimes::default().with(added),
        })
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
        removal.rows = judge.rows;
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
    Removal { tenant: tenant.shared(), horizon, rows: 0, first_seen: Vec::new() }
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
