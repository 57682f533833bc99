//! Opening the store: what the manifest lists must be there, what it does not list must not count.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use arc_swap::ArcSwap;
use disk::{DataDir, Fs, IdsFile, PartFile, Poison, SharedFs};

use super::{
    LocalConfig, LocalStore,
    columns::ColumnCache,
    flush::FlushState,
    head::Head,
    ids::IdsReader,
    manifest::{Change, Listed, Manifest},
    part::{FileMeta, Footers},
    people::{Folding, rebuild},
    scan::{Gate, Rosters},
    secret::Secret,
    snapshot::{OnDisk, Snapshot},
};
use crate::{AskError, OpenError};

/// What was found when the store was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// Events on disk.
    pub rows: u64,
    /// Part files.
    pub files: u64,
    /// Files nothing lists, where they were moved to.
    pub quarantined: Vec<PathBuf>,
    /// Per lane the position behind what is durable.
    pub positions: Vec<(u32, u64)>,
}

/// The last bytes of a Parquet file.
const PARQUET_END: [u8; 4] = *b"PAR1";

impl LocalStore {
    /// Opens the store in `dir`, or makes an empty one. The manifest is kept on the real file
    /// system under `dir`; all other files go through `fs`.
    pub fn open(
        fs: SharedFs,
        dir: DataDir,
        config: LocalConfig,
    ) -> Result<(Self, Opened), OpenError> {
        refuse_lost_manifest(&*fs, &dir)?;
        for folder in [dir.parts(), dir.ids()] {
            fs.create_dir_all(&folder).map_err(|source| io(&folder, source))?;
        }
        let mut manifest = Manifest::open(&dir)?;
        let secret = manifest.secret()?;
        let listed = manifest.load()?;
        for file in &listed.files {
            check_part(&*fs, &dir.part(PartFile { number: file.number }), file)?;
        }
        remove_graves(&*fs, &dir, &listed)?;
        let ids = open_ids(&fs, &dir, &listed, &secret, config.dedup_filter_bytes_max)?;
        let quarantined = quarantine(&fs, &dir, &listed)?;
        let next_number = listed.next_number.max(highest(&*fs, &dir)? + 1);
        let opened = Opened {
            rows: listed.files.iter().map(FileMeta::rows).sum(),
            files: listed.files.len() as u64,
            quarantined,
            positions: listed.positions.iter().map(|(lane, at)| (*lane, *at)).collect(),
        };
        manifest.forget_graves(&listed.graves)?;
        let received_max = ids.iter().map(|file| file.meta.received_max).max().unwrap_or(0);
        let people = people(
            &fs,
            &dir,
            &listed,
            &mut manifest,
            Folding::new(secret, config.person_key_bits),
        )?;
        let all_people = people.all().clone();
        let head = Head::new(listed.positions.clone(), listed.books.clone(), people);
        let state = FlushState { books: listed.books, received_max };
        let first_times = Arc::new(manifest.first_times(&secret, config.person_key_bits)?);
        let (horizons, removed) = (Arc::new(listed.horizons), Arc::new(listed.removed));
        let disk = OnDisk { horizons, removed, first_times, ..OnDisk::default() };
        let disk = disk.with(&listed.files, ids, listed.positions);
        let snapshot = Snapshot { runs: Vec::new(), disk: Arc::new(disk), people: all_people };
        let store = Self {
            gate: Gate::new(config.questions_max),
            footers: Footers::new(config.footer_bytes_max),
            columns: ColumnCache::new(config.column_bytes_max),
            rosters: Rosters::default(),
            fs,
            dir,
            config,
            secret,
            head: Mutex::new(head),
            flushing: Mutex::new(state),
            compacting: Mutex::default(),
            next_number: next_number.into(),
            generation: listed.generation.into(),
            manifest: Mutex::new(manifest),
            snapshot: ArcSwap::from_pointee(snapshot),
            poison: Poison::new(),
        };
        Ok((store, opened))
    }
}

fn io(path: &Path, source: std::io::Error) -> OpenError {
    OpenError::Io { path: path.into(), source }
}

/// The persons as the manifest has them; made of the part files, and listed, when it has none.
fn people(
    fs: &SharedFs,
    dir: &DataDir,
    listed: &Listed,
    manifest: &mut Manifest,
    mut people: Folding,
) -> Result<Folding, OpenError> {
    if !manifest.are_people_stale()? {
        manifest.load_people(&mut people)?;
        return Ok(people);
    }
    let files = listed.files.len();
    tracing::info!(files, "links and person properties are made of all events, once");
    let told = rebuild(fs, dir, &listed.files, &mut people).map_err(|error| match error {
        AskError::Read { path, problem } => OpenError::Damaged { path, problem },
        other => OpenError::Manifest(other.to_string()),
    })?;
    let Listed { generation, next_number, .. } = *listed;
    let change = Change { people: told, generation, next_number, ..Change::default() };
    let failed = |error| OpenError::Manifest(format!("persons cannot be listed: {error:?}"));
    manifest.commit(&change).map_err(failed)?;
    Ok(people)
}

/// A fresh manifest over existing files would put all of them into quarantine: better refuse.
fn refuse_lost_manifest(fs: &dyn Fs, dir: &DataDir) -> Result<(), OpenError> {
    let parts = fs.list(&dir.parts()).map_err(|source| io(&dir.parts(), source))?;
    let files = parts.iter().filter(|entry| PartFile::parse(&entry.name).is_some()).count();
    if files == 0 || dir.manifest().exists() {
        return Ok(());
    }
    let problem = format!("is missing, but {files} part files are there");
    Err(OpenError::Damaged { path: dir.manifest(), problem })
}

/// Cheap checks of a listed file; its columns are checked when they are read, and by `doctor`.
fn check_part(fs: &dyn Fs, path: &Path, file: &FileMeta) -> Result<(), OpenError> {
    let damaged = |problem: String| OpenError::Damaged { path: path.into(), problem };
    let open = match fs.open_read(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(damaged("is listed and missing".into()));
        }
        other => other.map_err(|source| io(path, source))?,
    };
    let bytes = open.bytes().map_err(|source| io(path, source))?;
    if bytes != file.bytes {
        return Err(damaged(format!("has {bytes} bytes, listed with {}", file.bytes)));
    }
    let mut end = [0; 4];
    open.read_exact_at(&mut end, bytes.saturating_sub(4)).map_err(|source| io(path, source))?;
    if end == PARQUET_END { Ok(()) } else { Err(damaged("is no Parquet file".into())) }
}

/// Opens the listed id files, newest first: those are asked most.
fn open_ids(
    fs: &SharedFs,
    dir: &DataDir,
    listed: &Listed,
    secret: &Secret,
    mut budget: usize,
) -> Result<Vec<Arc<IdsReader>>, OpenError> {
    let newest_first = listed.ids.iter().rev().map(|meta| {
        let damaged = |problem| OpenError::Damaged {
            path: dir.ids_file(IdsFile { number: meta.number }),
            problem,
        };
        let file = IdsReader::open(fs, dir, meta.number, &mut budget).map_err(damaged)?;
        if file.meta.bytes != meta.bytes || file.meta.entries != meta.entries {
            return Err(damaged("is not the file that was listed".into()));
        }
        if file.secret != *secret {
            return Err(damaged("was made by another store".into()));
        }
        Ok(Arc::new(file))
    });
    newest_first.collect()
}

/// Removes files that were replaced by others and that somebody was still reading when the
/// process ended. They are not kept aside: what was erased may be in them.
fn remove_graves(fs: &dyn Fs, dir: &DataDir, listed: &Listed) -> Result<(), OpenError> {
    for number in &listed.graves {
        let path = dir.part(PartFile { number: *number });
        match fs.remove(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(io(&path, e)),
            _ => {}
        }
    }
    match listed.graves.is_empty() {
        true => Ok(()),
        false => fs.sync_dir(&dir.parts()).map_err(|source| io(&dir.parts(), source)),
    }
}

/// Moves what nothing lists out of the way.
fn quarantine(fs: &SharedFs, dir: &DataDir, listed: &Listed) -> Result<Vec<PathBuf>, OpenError> {
    let part = |name: &str| {
        let number = PartFile::parse(name).map(|file| file.number);
        number.is_some_and(|n| listed.files.iter().any(|file| file.number == n))
    };
    let ids = |name: &str| {
        let number = IdsFile::parse(name).map(|file| file.number);
        number.is_some_and(|n| listed.ids.iter().any(|file| file.number == n))
    };
    let mut moved = Vec::new();
    move_unlisted(fs, dir, &dir.parts(), part, &mut moved)?;
    move_unlisted(fs, dir, &dir.ids(), ids, &mut moved)?;
    Ok(moved)
}

fn move_unlisted(
    fs: &SharedFs,
    dir: &DataDir,
    folder: &Path,
    is_listed: impl Fn(&str) -> bool,
    moved: &mut Vec<PathBuf>,
) -> Result<(), OpenError> {
    for entry in fs.list(folder).map_err(|source| io(folder, source))? {
        if !entry.is_dir && !is_listed(&entry.name) {
            let path = folder.join(&entry.name);
            let to = fs.move_into(&path, &dir.quarantine());
            moved.push(to.map_err(|source| io(&path, source))?);
        }
    }
    Ok(())
}

/// The highest number any file has or had, quarantine included.
fn highest(fs: &dyn Fs, dir: &DataDir) -> Result<u64, OpenError> {
    let mut highest = 0;
    for folder in [dir.parts(), dir.ids(), dir.quarantine()] {
        for entry in fs.list(&folder).map_err(|source| io(&folder, source))? {
            let name = entry.name.split_inclusive('.').take(2).collect::<String>();
            let name = name.trim_end_matches('.');
            let part = PartFile::parse(name).map(|file| file.number);
            let ids = IdsFile::parse(name).map(|file| file.number);
            highest = highest.max(part.or(ids).unwrap_or(0));
        }
    }
    Ok(highest)
}
