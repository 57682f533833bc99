//! What questions see: one immutable value, swapped in one step.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use event::Timestamp;

use super::{
    columns::UnitId,
    first_times::AllFirstTimes,
    head::{Positions, Run},
    ids::IdsReader,
    part::{FileMeta, PartMeta},
    people::AllPeople,
};

/// A part and the file it is in.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Number of the file.
    pub(crate) file: u64,
    /// What is known of it.
    pub(crate) meta: PartMeta,
}

/// What is on disk and counts.
#[derive(Debug, Default)]
pub(crate) struct OnDisk {
    /// Files, by number.
    pub(crate) files: Vec<Arc<FileMeta>>,
    /// Their parts.
    pub(crate) parts: Vec<Arc<Part>>,
    /// Id files, newest first.
    pub(crate) ids: Vec<Arc<IdsReader>>,
    /// Per lane the position behind what is durable.
    pub(crate) durable: Positions,
    /// Per tenant the moment before which its events do not count.
    pub(crate) horizons: Arc<Horizons>,
    /// Per tenant the rows that are gone for good.
    pub(crate) removed: Arc<Removed>,
    /// First times of the events that were removed.
    pub(crate) first_times: Arc<AllFirstTimes>,
}

/// Per tenant the rows that are gone for good: by retention, and by erasing persons.
pub(crate) type Removed = HashMap<Arc<str>, u64>;

/// Per tenant the moment before which its events do not count.
pub(crate) type Horizons = HashMap<Arc<str>, Horizon>;

/// Where what is kept of a tenant begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Horizon {
    /// Events before are not seen, whether they were removed already or not.
    pub(crate) at: Timestamp,
    /// How many were removed.
    pub(crate) removed: u64,
}

/// The store at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    /// The head.
    pub(crate) runs: Vec<Arc<Run>>,
    /// The rest.
    pub(crate) disk: Arc<OnDisk>,
    /// Whose an id is and what is known of persons, by all events of the two.
    pub(crate) people: Arc<AllPeople>,
}

impl Snapshot {
    /// The moment before which events of a tenant are not seen.
    pub(crate) fn horizon(&self, tenant: &str) -> Option<Timestamp> {
        self.disk.horizons.get(tenant).map(|horizon| horizon.at)
    }

    /// The units of a tenant that are there.
    pub(crate) fn unit_ids(&self, tenant: &str) -> HashSet<UnitId> {
        let runs = self.runs.iter().filter_map(|run| {
            let first = run.tenant(tenant)?.rows.start;
            Some(UnitId::Run { serial: run.serial, first })
        });
        let parts = self.disk.parts.iter().filter(|part| *part.meta.tenant == *tenant);
        let groups = parts.flat_map(|part| {
            let groups = part.meta.groups.clone();
            groups.map(|group| UnitId::Group { file: part.file, group: group as usize })
        });
        runs.chain(groups).collect()
    }
}

impl OnDisk {
    /// The same with more files and other id files and positions.
    pub(crate) fn with(
        &self,
        added: &[FileMeta],
        ids: Vec<Arc<IdsReader>>,
        durable: Positions,
    ) -> Self {
        let mut files = self.files.clone();
        let mut parts = self.parts.clone();
        for file in added {
            let part = |meta: &PartMeta| Arc::new(Part { file: file.number, meta: meta.clone() });
            parts.extend(file.parts.iter().map(part));
            files.push(Arc::new(file.clone()));
        }
        let Self { horizons, removed, first_times, .. } = self;
        let (horizons, removed) = (horizons.clone(), removed.clone());
        let first_times = first_times.clone();
        Self { files, parts, ids, durable, horizons, removed, first_times }
    }

    /// The same with other files: those with the numbers of `gone` are out, `added` are in.
    pub(crate) fn replacing(&self, gone: &[u64], added: &[FileMeta]) -> Self {
        let mut stays = Self {
            files: self.files.clone(),
            parts: self.parts.clone(),
            horizons: self.horizons.clone(),
            removed: self.removed.clone(),
            first_times: self.first_times.clone(),
            ..Self::default()
        };
        stays.files.retain(|file| !gone.contains(&file.number));
        stays.parts.retain(|part| !gone.contains(&part.file));
        stays.with(added, self.ids.clone(), self.durable.clone())
    }
}
