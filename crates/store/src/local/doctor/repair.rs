//! A new manifest from what the files say of themselves.
//!
//! Part footers carry their parts, their lane ranges and the books of the moment; `.ids` headers
//! carry the secret. What cannot be had again is said: the books of what was refused or seen twice
//! since the newest file, and, without any `.ids` file, the secret, without which persons before
//! and after would be counted twice: then nothing is done.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use disk::{DataDir, Fs, IdsFile, PartFile, RealFs, SharedFs};
use thiserror::Error;

use super::inspect;
use crate::{
    AskError, Books,
    local::{
        head::AllBooks,
        ids::{IdsMeta, IdsReader},
        manifest::{Change, Manifest, Removal, Salvage},
        part::{ColumnName, FileMeta, Footers, LaneRange, PartMeta, PartReader, Selection, told},
        secret::Secret,
        snapshot::Horizon,
    },
};

/// What a repair did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repaired {
    /// Part files listed again.
    pub files: u64,
    /// Events in them.
    pub rows: u64,
    /// Files that could not be used, where they were moved to.
    pub quarantined: Vec<PathBuf>,
    /// Per lane the position to read on from.
    pub positions: Vec<(u32, u64)>,
    /// All of it in sentences for people, what is lost first.
    pub sentences: Vec<String>,
}

/// Nothing was changed.
#[derive(Debug, Error)]
pub enum RepairError {
    /// Restore the manifest, or any `.ids` file of this store, from a backup.
    #[error("the secret of the store is in no file that is left, persons would be counted twice")]
    SecretLost,
    /// The files were made by different stores; take one of them out of the folder.
    #[error("the .ids files were made by different stores")]
    SecretsDiffer,
    /// The disk cannot be read or written.
    #[error("{path}: {problem}")]
    Failed {
        /// The file.
        path: PathBuf,
        /// The cause.
        problem: String,
    },
}

/// Makes the store usable again: a sound one is left alone, else a new manifest is made of the
/// files that can be read, and the others are moved to `quarantine/`.
pub fn repair(fs: &SharedFs, dir: &DataDir) -> Result<Repaired, RepairError> {
    let found = inspect(fs, dir);
    let mut done = Repaired { positions: found.positions.clone(), ..Repaired::default() };
    if found.is_sound() {
        done.sentences.push("the store is sound, nothing was changed".into());
        return Ok(done);
    }
    let (ids, bad_ids) = usable_ids(fs, dir)?;
    let (mut files, books, bad_parts) = usable_parts(fs, dir)?;
    let secret = match find_secret(dir, &ids)? {
        Some(secret) => secret,
        None if files.is_empty() => Secret::random().map_err(|e| failed(&dir.manifest(), e))?,
        None => return Err(RepairError::SecretLost),
    };
    let salvage = salvage(dir, &mut done);
    // Files that were replaced go at the next start: what was erased may be in them.
    let graves = salvage.graves();
    files.retain(|file| !graves.contains(&file.number));
    let overlaps = overlapping(&mut files);
    let bad = bad_ids.into_iter().chain(bad_parts);
    let overlaps = overlaps.into_iter().map(|number| {
        (dir.part(PartFile { number }), "holds positions that another file holds too".to_owned())
    });
    for (path, problem) in bad.chain(overlaps) {
        let to = fs.move_into(&path, &dir.quarantine()).map_err(|e| failed(&path, e))?;
        done.sentences.push(format!("{} {problem}; moved to {}", path.display(), to.display()));
        done.quarantined.push(to);
    }
    let removals = find_removals(dir);
    set_manifest_aside(dir, &mut done)?;
    relist_removals(dir, removals, &mut done)?;
    let ids: Vec<IdsMeta> = ids.iter().map(|file| file.meta).collect();
    let mut manifest = relist(dir, &secret, files, ids, books, &mut done)?;
    manifest.take_over(&salvage).map_err(|e| failed(&dir.manifest(), e))?;
    Ok(done)
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn failed(path: &Path, problem: impl ToString) -> RepairError {
    RepairError::Failed { path: path.into(), problem: problem.to_string() }
}

type Bad = Vec<(PathBuf, String)>;

fn usable_ids(fs: &SharedFs, dir: &DataDir) -> Result<(Vec<IdsReader>, Bad), RepairError> {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for entry in fs.list(&dir.ids()).map_err(|e| failed(&dir.ids(), e))? {
        let path = dir.ids().join(&entry.name);
        let Some(file) = IdsFile::parse(&entry.name) else {
            bad.push((path, "is no finished id file".into()));
            continue;
        };
        let read = IdsReader::open(fs, dir, file.number, &mut 0);
        match read.and_then(|file| file.verify().map(|()| file)) {
            Ok(mut file) => {
                let bytes = (**fs).read_whole(&path)?;
                file.meta.crc = crc32fast::hash(&bytes);
                good.push(file);
            }
            Err(problem) => bad.push((path, problem)),
        }
    }
    Ok((good, bad))
}

trait ReadWhole {
    fn read_whole(&self, path: &Path) -> Result<Vec<u8>, RepairError>;
}

impl ReadWhole for dyn Fs {
    fn read_whole(&self, path: &Path) -> Result<Vec<u8>, RepairError> {
        self.read(path).map_err(|e| failed(path, e))
    }
}

type UsableParts = (Vec<FileMeta>, AllBooks, Bad);

fn usable_parts(fs: &SharedFs, dir: &DataDir) -> Result<UsableParts, RepairError> {
    let (mut good, mut bad, mut books) = (Vec::new(), Vec::new(), AllBooks::new());
    for entry in fs.list(&dir.parts()).map_err(|e| failed(&dir.parts(), e))? {
        let path = dir.parts().join(&entry.name);
        let Some(file) = PartFile::parse(&entry.name) else {
            bad.push((path, "is no finished part file".into()));
            continue;
        };
        match read_part(fs, &path, file) {
            Ok((meta, told)) => {
                // They only grow, and a file of merged ones tells the newest of its inputs.
                for (tenant, told) in told {
                    let known: &mut Books = books.entry(tenant).or_default();
                    *known = known.newest(&told);
                }
                good.push(meta);
            }
            Err(error) => bad.push((path, error.to_string())),
        }
    }
    Ok((good, books, bad))
}

/// Reads a part file from end to end and counts again what the manifest knew.
fn read_part(fs: &SharedFs, path: &Path, file: PartFile) -> Result<(FileMeta, AllBooks), AskError> {
    let reader = PartReader::open(fs, path.into(), file, &Footers::new(0))?;
    let told = told(reader.footer()).map_err(|e| reader.failed(e))?;
    let mut parts = told.parts;
    for part in &mut parts {
        let group = part.groups.start as usize;
        if part.groups.end as usize > reader.footer().num_row_groups() {
            return Err(reader.failed("lists row groups it does not have"));
        }
        let mut all = recount(&reader, part, group)?;
        for group in part.groups.start + 1..part.groups.end {
            all.extend(recount(&reader, part, group as usize)?);
        }
        if all.rows != part.rows {
            return Err(reader.failed(format!("has {} rows, says {}", all.rows, part.rows)));
        }
        *part = all;
    }
    let bytes = fs.read(path).map_err(|e| reader.failed(e))?;
    let (number, crc, bytes) = (file.number, crc32fast::hash(&bytes), bytes.len() as u64);
    Ok((FileMeta { number, bytes, crc, lanes: told.lanes, parts }, told.books))
}

fn recount(reader: &PartReader, part: &PartMeta, group: usize) -> Result<PartMeta, AskError> {
    let times = reader.longs(group, ColumnName::Timestamp, Selection::All)?;
    let persons = reader.keys(group, ColumnName::PersonKey)?;
    let types = reader.texts(group, ColumnName::EventType, Selection::All)?;
    let mut counts = std::collections::BTreeMap::<&str, u64>::new();
    (0..times.len()).filter_map(|row| types.get(row)).for_each(|name| {
        *counts.entry(name).or_default() += 1;
    });
    let events = counts.into_iter().map(|(name, n)| (name.into(), n)).collect::<Vec<_>>();
    Ok(PartMeta {
        groups: group as u32..group as u32 + 1,
        rows: times.len() as u64,
        time_min: times.iter().copied().min().unwrap_or(0),
        time_max: times.iter().copied().max().unwrap_or(0),
        person_min: persons.iter().copied().min().unwrap_or(0),
        person_max: persons.iter().copied().max().unwrap_or(0),
        events: (events.len() <= crate::local::part::EVENT_TYPES_MAX).then_some(events),
        ..part.clone()
    })
}

/// The secret, from the manifest if that much of it can be read, else from the id files.
fn find_secret(dir: &DataDir, ids: &[IdsReader]) -> Result<Option<Secret>, RepairError> {
    let exists = dir.manifest().exists();
    let kept = exists.then(|| Manifest::open(dir).and_then(|m| m.secret()).ok()).flatten();
    let told = ids.first().map(|file| file.secret);
    let differ = ids.iter().any(|file| Some(file.secret) != told);
    match (kept, told) {
        (Some(kept), Some(told)) if kept != told => Err(RepairError::SecretsDiffer),
        _ if differ => Err(RepairError::SecretsDiffer),
        (kept, told) => Ok(kept.or(told)),
    }
}

/// What only the old manifest knows, as far as it can be read.
fn salvage(dir: &DataDir, done: &mut Repaired) -> Salvage {
    if dir.manifest().exists()
        && let Ok(salvage) = Manifest::open(dir).and_then(|old| old.salvage())
    {
        return salvage;
    }
    let lost = "receipts of erasures are lost, and erasures that were not done: ask for them again";
    done.sentences.push(lost.into());
    Salvage::default()
}

/// What retention removed, as far as the old manifest can tell; None when it cannot.
fn find_removals(dir: &DataDir) -> Option<Vec<Removal>> {
    if !dir.manifest().exists() {
        return None;
    }
    let manifest = Manifest::open(dir).ok()?;
    let horizons = manifest.load().ok()?.horizons;
    let removal = |(tenant, Horizon { at, removed }): (Arc<str>, Horizon)| {
        let first_seen = manifest.first_seen(&tenant).ok()?;
        Some(Removal { tenant, horizon: at, rows: removed, first_seen })
    };
    horizons.into_iter().map(removal).collect()
}

/// Lists it again.
fn relist_removals(
    dir: &DataDir,
    removals: Option<Vec<Removal>>,
    done: &mut Repaired,
) -> Result<(), RepairError> {
    let manifest_failed = |e: String| failed(&dir.manifest(), e);
    let Some(removals) = removals else {
        let lost = "if retention had removed events: how many and who had had them is lost, such \
                    persons may count as new again";
        done.sentences.push(lost.into());
        return Ok(());
    };
    let mut manifest = Manifest::open(dir).map_err(|e| manifest_failed(e.to_string()))?;
    for removal in removals {
        let change = Change { removal: Some(removal), ..Change::default() };
        manifest.commit(&change).map_err(|e| manifest_failed(format!("{e:?}")))?;
    }
    Ok(())
}

/// Takes out the files whose positions another one holds too; their numbers. A file that replaces
/// others holds all of their positions and has a higher number than they: so of two that overlap
/// the wider one stays, and of two alike the newer.
fn overlapping(files: &mut Vec<FileMeta>) -> Vec<u64> {
    let width = |file: &FileMeta| file.lanes.iter().map(|l| l.to - l.from).sum::<u64>();
    files.sort_by_key(|file| std::cmp::Reverse((width(file), file.number)));
    let mut taken: Vec<LaneRange> = Vec::new();
    let out = files.extract_if(.., |file| {
        let meets =
            |a: &LaneRange, b: &LaneRange| a.lane == b.lane && a.from < b.to && b.from < a.to;
        let overlaps = file.lanes.iter().any(|l| taken.iter().any(|t| meets(l, t)));
        if !overlaps {
            taken.extend(&file.lanes);
        }
        overlaps
    });
    let out = out.map(|file| file.number).collect();
    files.sort_by_key(|file| file.number);
    out
}

/// Keeps the old manifest, for whoever wants to look at it.
fn set_manifest_aside(dir: &DataDir, done: &mut Repaired) -> Result<(), RepairError> {
    let real: SharedFs = Arc::new(RealFs);
    for end in ["", "-wal", "-shm"] {
        let mut path = dir.manifest().into_os_string();
        path.push(end);
        let path = PathBuf::from(path);
        if path.exists() {
            let to = real.move_into(&path, &dir.quarantine()).map_err(|e| failed(&path, e))?;
            done.quarantined.push(to);
        }
    }
    Ok(())
}

fn relist(
    dir: &DataDir,
    secret: &Secret,
    files: Vec<FileMeta>,
    ids: Vec<IdsMeta>,
    books: AllBooks,
    done: &mut Repaired,
) -> Result<Manifest, RepairError> {
    let manifest_failed = |e: String| failed(&dir.manifest(), e);
    let mut manifest = Manifest::open(dir).map_err(|e| manifest_failed(e.to_string()))?;
    manifest.set_secret(secret).map_err(|e| manifest_failed(e.to_string()))?;
    // Links and person properties are made of the events at the next start.
    manifest.set_people_stale().map_err(|e| manifest_failed(e.to_string()))?;
    let mut change = Change { books, add_ids: ids, ..Change::default() };
    for range in files.iter().flat_map(|file| &file.lanes) {
        let position = change.positions.entry(range.lane).or_default();
        *position = (*position).max(range.to);
    }
    let numbers = files.iter().map(|f| f.number).chain(change.add_ids.iter().map(|i| i.number));
    change.next_number = numbers.max().unwrap_or(0) + 1;
    done.files = files.len() as u64;
    done.rows = files.iter().map(FileMeta::rows).sum();
    done.positions = change.positions.iter().map(|(lane, at)| (*lane, *at)).collect();
    change.add_files = files;
    manifest.commit(&change).map_err(|e| manifest_failed(format!("{e:?}")))?;
    let Repaired { files, rows, .. } = &done;
    done.sentences.push(format!("{files} part files with {rows} events are listed again"));
    let lost = "books since the newest file, and events whose files are gone from here and from \
                the journal, are lost; the rest is read again from the journal";
    done.sentences.push(lost.into());
    Ok(manifest)
}
