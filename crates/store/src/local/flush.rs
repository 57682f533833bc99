//! Making the head durable. The order of steps is in the module doc of [`super`].

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
};

use disk::{IdsFile, PartFile};

use super::{
    LocalStore,
    head::{AllBooks, Filled, Frozen, HeadRow, Positions, Run},
    ids::{self, Entry, IdsReader, IdsWriter},
    manifest::{Change, CommitError},
    part::{DAY_MS, FileMeta, Group, Keys, LaneRange, PartWriter, WriterOptions},
    snapshot::{OnDisk, Snapshot},
    store::lock,
};
use crate::{FlushError, Flushed};

/// The lane whose events tell links: its order is theirs.
pub(super) const DATA_LANE: u32 = 0;

/// What flushes know; one at a time.
#[derive(Debug)]
pub(crate) struct FlushState {
    /// The books as committed.
    pub(crate) books: AllBooks,
    /// The newest receipt flushed: the end of the dedup window.
    pub(crate) received_max: i64,
}

/// Files of a flush, durable but not yet listed.
struct Output {
    file: FileMeta,
    ids: Arc<IdsReader>,
    ids_meta: ids::IdsMeta,
    hashes: Vec<crate::IdHash>,
}

/// A row of a frozen run, with what it is sorted by.
#[derive(Clone, Copy)]
struct Sorted {
    id: u128,
    person: u64,
    time: i64,
    run: u32,
    row: u32,
}

impl LocalStore {
    pub(super) fn flush_head(&self) -> Result<Flushed, FlushError> {
        self.flush_locked(&mut lock(&self.flushing))
    }

    /// The same for who holds flushes back anyway.
    pub(super) fn flush_locked(&self, state: &mut FlushState) -> Result<Flushed, FlushError> {
        self.check_poison()?;
        let generation = self.generation.load(Ordering::Acquire);
        let frozen = lock(&self.head).freeze();
        let disk = self.snapshot.load().disk.clone();
        let positions = frozen.next.iter().map(|(lane, position)| (*lane, *position)).collect();
        let mut flushed = Flushed { positions, ..Flushed::default() };
        if frozen.runs.is_empty() && frozen.next == disk.durable && frozen.books == state.books {
            return Ok(flushed);
        }
        match self.write_and_list(generation, &frozen, &disk) {
            Ok(output) => {
                self.publish(&frozen, output.as_ref());
                state.books = frozen.books;
                if let Some(output) = output {
                    flushed.rows = output.file.rows();
                    flushed.ids = output.hashes;
                    state.received_max = state.received_max.max(output.ids_meta.received_max);
                }
                self.tidy_ids(state);
                Ok(flushed)
            }
            Err(error) => {
                let mut head = lock(&self.head);
                head.thaw();
                self.publish_head(&head);
                Err(error)
            }
        }
    }

    /// Runs out, parts in: one step. Files may have been replaced since the flush began.
    fn publish(&self, frozen: &Frozen, output: Option<&Output>) {
        let added = output.map(|output| output.file.clone());
        let mut head = lock(&self.head);
        head.drop_frozen();
        let people = head.people();
        let disk = self.snapshot.load().disk.clone();
        let mut ids: Vec<_> = output.map(|output| output.ids.clone()).into_iter().collect();
        ids.extend(disk.ids.iter().cloned());
        let disk = Arc::new(disk.with(added.as_slice(), ids, frozen.next.clone()));
        self.snapshot.store(Arc::new(Snapshot { runs: head.runs(), disk, people }));
    }

    fn write_and_list(
        &self,
        generation: u64,
        frozen: &Frozen,
        disk: &OnDisk,
    ) -> Result<Option<Output>, FlushError> {
        let output = match frozen.runs.is_empty() {
            true => None,
            false => Some(self.write(frozen, disk)?),
        };
        let change = Change {
            add_files: output.iter().map(|output| output.file.clone()).collect(),
            add_ids: output.iter().map(|output| output.ids_meta).collect(),
            positions: frozen.next.clone(),
            books: frozen.books.clone(),
            people: frozen.told.clone(),
            generation,
            ..Change::default()
        };
        self.list(change).map(|()| output)
    }

    fn list(&self, change: Change) -> Result<(), FlushError> {
        self.commit(change).map_err(|error| match error {
            CommitError::Unknown(error) | CommitError::Refused(error) => {
                FlushError::Manifest(error)
            }
            CommitError::Conflict => {
                FlushError::Manifest("something was erased meanwhile, flush again".into())
            }
        })
    }

    /// Commits a change; when it certainly was not made, the files it adds are removed.
    pub(super) fn commit(&self, mut change: Change) -> Result<(), CommitError> {
        let result = {
            let mut manifest = lock(&self.manifest);
            change.next_number = self.next_number.load(Ordering::Relaxed);
            manifest.commit(&change)
        };
        match &result {
            Ok(()) => {}
            Err(CommitError::Unknown(error)) => {
                self.poison.set(format!("{}: {error}", self.dir.manifest().display()));
            }
            Err(CommitError::Refused(_) | CommitError::Conflict) => {
                for file in &change.add_files {
                    self.discard(&self.dir.part(PartFile { number: file.number }));
                }
                for file in &change.add_ids {
                    self.discard(&self.dir.ids_file(IdsFile { number: file.number }));
                }
            }
        }
        result
    }

    /// Removes a file that does not count. What cannot be removed is put into quarantine at the
    /// next start.
    pub(super) fn discard(&self, path: &std::path::Path) {
        if let Err(error) = self.fs.remove(path) {
            tracing::warn!(path = %path.display(), %error, "cannot remove a file nobody needs");
        }
    }

    fn write(&self, frozen: &Frozen, disk: &OnDisk) -> Result<Output, FlushError> {
        let (part_number, ids_number) = (self.number(), self.number());
        let (file, entries) = self.write_parts(part_number, frozen, disk)?;
        let hashes = entries.iter().map(|entry| entry.id).collect();
        let written = self.write_ids(ids_number, entries).and_then(|meta| {
            let used: usize = disk.ids.iter().map(|file| file.filter_bytes()).sum();
            let ids = self.open_ids(ids_number, used)?;
            Ok((meta, Arc::new(ids)))
        });
        match written {
            Ok((ids_meta, ids)) => Ok(Output { file, ids, ids_meta, hashes }),
            Err(error) => {
                self.discard(&self.dir.part(PartFile { number: part_number }));
                Err(error)
            }
        }
    }

    fn open_ids(&self, number: u64, filter_bytes_used: usize) -> Result<IdsReader, FlushError> {
        let mut budget = self.config.dedup_filter_bytes_max.saturating_sub(filter_bytes_used);
        let failed = |problem: String| FlushError::Io {
            path: self.dir.ids_file(IdsFile { number }),
            source: std::io::Error::other(problem),
        };
        IdsReader::open(&self.fs, &self.dir, number, &mut budget).map_err(failed)
    }

    fn write_parts(
        &self,
        number: u64,
        frozen: &Frozen,
        disk: &OnDisk,
    ) -> Result<(FileMeta, Vec<Entry>), FlushError> {
        let options = WriterOptions {
            filled: frozen.runs.iter().fold(Filled::default(), |all, run| all.and(run.filled)),
            zstd_level: self.config.zstd_level,
            group_rows: self.config.row_group_rows,
            keyed_at: frozen.next.get(&DATA_LANE).copied().unwrap_or(0),
        };
        let path = self.dir.part(PartFile { number });
        let mut writer = PartWriter::create(&self.fs, &path, options)?;
        let mut entries = Vec::new();
        match self.write_groups(&mut writer, frozen, &mut entries) {
            Ok(()) => {
                let lanes = lane_ranges(&disk.durable, &frozen.next);
                let file = writer.finish(number, lanes, &frozen.books, &self.poison)?;
                Ok((file, entries))
            }
            Err(error) => {
                writer.abandon();
                Err(error)
            }
        }
    }

    fn write_groups(
        &self,
        writer: &mut PartWriter,
        Frozen { runs, people, .. }: &Frozen,
        entries: &mut Vec<Entry>,
    ) -> Result<(), FlushError> {
        let mut group = Group::new();
        for ((day, tenant), mut rows) in by_day_and_tenant(runs) {
            if let Some(people) = people.tenant(&tenant).filter(|people| !people.is_empty()) {
                rows.iter_mut().for_each(|row| row.person = people.canonical(row.person));
            }
            // Stable: the rows of each run are in order already, but for those of linked ids.
            rows.sort_by_key(|row| (row.person, row.time, row.id));
            for rows in rows.chunks(writer.group_rows()) {
                group.clear();
                for sorted in rows {
                    let run = &runs[sorted.run as usize];
                    let row = &run.rows[sorted.row as usize];
                    group.push(&run.view(row), run.buffer(row), keys(row, sorted.person));
                }
                group.entries(&self.secret, &tenant, entries);
                writer.write(&group, &tenant, day)?;
            }
        }
        Ok(())
    }

    fn write_ids(&self, number: u64, mut entries: Vec<Entry>) -> Result<ids::IdsMeta, FlushError> {
        entries.sort_unstable();
        let count = entries.len() as u64;
        let mut writer = IdsWriter::create(&self.fs, &self.dir, number, &self.secret, count)?;
        for entry in entries {
            if let Err(error) = writer.push(entry) {
                writer.abandon();
                return Err(error);
            }
        }
        writer.finish(&self.poison)
    }

    /// Drops id files past the window and merges where there are many. The flush is done: what
    /// fails here is tried again after the next one.
    fn tidy_ids(&self, state: &FlushState) {
        if let Err(error) = self.try_tidy_ids(state) {
            tracing::warn!(%error, "id files could not be merged");
        }
    }

    fn try_tidy_ids(&self, state: &FlushState) -> Result<(), FlushError> {
        let disk = self.snapshot.load().disk.clone();
        let horizon = state.received_max.saturating_sub(self.config.dedup_window_ms);
        let mut remove_ids = ids::expired(&disk.ids, horizon);
        let mut kept = disk.ids.clone();
        kept.retain(|file| !remove_ids.contains(&file.meta.number));
        let inputs = ids::to_merge(&kept);
        if inputs.is_empty() && remove_ids.is_empty() {
            return Ok(());
        }
        let mut add_ids = Vec::new();
        if !inputs.is_empty() {
            let number = self.number();
            let what = (&self.secret, horizon);
            add_ids.push(ids::merge(&self.fs, &self.dir, &inputs, number, what, &self.poison)?);
            remove_ids.extend(inputs.iter().map(|file| file.meta.number));
            kept.retain(|file| !remove_ids.contains(&file.meta.number));
            let used = kept.iter().map(|file| file.filter_bytes()).sum();
            kept.push(Arc::new(self.open_ids(number, used)?));
            kept.sort_by_key(|file| std::cmp::Reverse(file.meta.number));
        }
        let generation = self.generation.load(Ordering::Acquire);
        let gone = remove_ids.clone();
        self.list(Change { add_ids, remove_ids, generation, ..Change::default() })?;
        let head = lock(&self.head);
        let disk = self.snapshot.load().disk.clone();
        let disk = Arc::new(disk.with(&[], kept, disk.durable.clone()));
        let people = head.people();
        self.snapshot.store(Arc::new(Snapshot { runs: head.runs(), disk, people }));
        drop(head);
        for number in gone {
            self.discard(&self.dir.ids_file(IdsFile { number }));
        }
        Ok(())
    }
}

fn keys(row: &HeadRow, person: u64) -> Keys {
    Keys { id: row.person, person, lane: row.lane, position: row.position }
}

fn lane_ranges(durable: &Positions, next: &Positions) -> Vec<LaneRange> {
    let ranges = next.iter().map(|(lane, to)| {
        let from = durable.get(lane).copied().unwrap_or(0);
        LaneRange { lane: *lane, from, to: *to }
    });
    ranges.filter(|range| range.from < range.to).collect()
}

fn by_day_and_tenant(runs: &[Arc<Run>]) -> BTreeMap<(i64, Arc<str>), Vec<Sorted>> {
    let mut groups: BTreeMap<(i64, Arc<str>), Vec<Sorted>> = BTreeMap::new();
    for (number, run) in runs.iter().enumerate() {
        for tenant in &run.tenants {
            let mut days: BTreeMap<i64, Vec<Sorted>> = BTreeMap::new();
            for at in tenant.rows.clone() {
                let HeadRow { id, person, time, .. } = run.rows[at];
                let row = Sorted { id, person, time, run: number as u32, row: at as u32 };
                days.entry(time.div_euclid(DAY_MS)).or_default().push(row);
            }
            for (day, mut rows) in days {
                groups.entry((day, tenant.name.clone())).or_default().append(&mut rows);
            }
        }
    }
    groups
}
