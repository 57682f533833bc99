//! What is in the folder, and whether it is what the manifest says.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use disk::{DataDir, IdsFile, PartFile, SharedFs};

use crate::local::{
    ids::IdsReader,
    manifest::{Listed, Manifest},
    part::{FileMeta, footer_of, told},
    snapshot::Horizon,
};

/// What a look at the folder found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// Part and id files that are listed and are what they should be.
    pub good: u64,
    /// Events in the listed part files.
    pub rows: u64,
    /// Listed and absent.
    pub missing: Vec<PathBuf>,
    /// Listed and not what was written.
    pub damaged: Vec<PathBuf>,
    /// There and not listed; the next start moves them to `quarantine/`.
    pub unlisted: Vec<PathBuf>,
    /// Per lane the position behind what is durable.
    pub positions: Vec<(u32, u64)>,
    /// Whether the manifest itself can be read.
    pub manifest_readable: bool,
    /// All of it in sentences for people.
    pub sentences: Vec<String>,
}

impl Inspection {
    /// Whether the store opens and answers as it is.
    pub fn is_sound(&self) -> bool {
        self.manifest_readable && self.missing.is_empty() && self.damaged.is_empty()
    }
}

/// Reads every file of the store and compares it with the manifest. Changes nothing, but that an
/// old manifest is brought to the newest version.
pub fn inspect(fs: &SharedFs, dir: &DataDir) -> Inspection {
    let mut found = Inspection::default();
    let listed = match read_manifest(dir) {
        Ok(listed) => {
            found.manifest_readable = true;
            listed
        }
        Err(sentence) => {
            found.sentences.push(sentence);
            Listed::default()
        }
    };
    found.positions = listed.positions.iter().map(|(lane, at)| (*lane, *at)).collect();
    for (lane, position) in &found.positions {
        found.sentences.push(format!("lane {lane} is stored up to position {position}"));
    }
    for (tenant, Horizon { at, removed }) in BTreeMap::from_iter(&listed.horizons) {
        let sentence =
            format!("{tenant} keeps events from {at} on, {removed} older ones were removed");
        found.sentences.push(sentence);
    }
    for file in &listed.files {
        let path = dir.part(PartFile { number: file.number });
        let result = check_part(fs, dir, file);
        if result.is_ok() {
            found.rows += file.rows();
        }
        note(&mut found, path, result);
    }
    for meta in &listed.ids {
        let path = dir.ids_file(IdsFile { number: meta.number });
        let result = whole_crc(fs, &path, meta.crc).and_then(|()| {
            let file = IdsReader::open(fs, dir, meta.number, &mut 0).map_err(Fault::Damaged)?;
            file.verify().map_err(Fault::Damaged)
        });
        note(&mut found, path, result);
    }
    if found.manifest_readable {
        unlisted(fs, dir, &listed, &mut found);
    }
    let (good, rows) = (found.good, found.rows);
    found.sentences.push(format!("{good} files are sound and hold {rows} events"));
    found
}

enum Fault {
    Missing,
    Damaged(String),
}

fn read_manifest(dir: &DataDir) -> Result<Listed, String> {
    let path = dir.manifest();
    if !path.exists() {
        return Err(format!("{} is missing", path.display()));
    }
    Manifest::open(dir).and_then(|manifest| manifest.load()).map_err(|e| e.to_string())
}

fn note(found: &mut Inspection, path: PathBuf, result: Result<(), Fault>) {
    let name = path.display();
    match result {
        Ok(()) => found.good += 1,
        Err(Fault::Missing) => {
            found.sentences.push(format!("{name} is listed and missing"));
            found.missing.push(path);
        }
        Err(Fault::Damaged(problem)) => {
            found.sentences.push(format!("{name} {problem}"));
            found.damaged.push(path);
        }
    }
}

fn whole_crc(fs: &SharedFs, path: &std::path::Path, expected: u32) -> Result<(), Fault> {
    let file = match fs.open_read(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Err(Fault::Missing),
        other => other.map_err(|e| Fault::Damaged(e.to_string()))?,
    };
    let mut crc = crc32fast::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    let mut offset = 0;
    loop {
        let read = file.read_at(&mut buffer, offset);
        let read = read.map_err(|e| Fault::Damaged(format!("cannot be read: {e}")))?;
        if read == 0 {
            break;
        }
        crc.update(&buffer[..read]);
        offset += read as u64;
    }
    match crc.finalize() == expected {
        true => Ok(()),
        false => Err(Fault::Damaged("fails its checksum".into())),
    }
}

fn check_part(fs: &SharedFs, dir: &DataDir, file: &FileMeta) -> Result<(), Fault> {
    let path = dir.part(PartFile { number: file.number });
    whole_crc(fs, &path, file.crc)?;
    let footer = footer_of(fs, &path).map_err(Fault::Damaged)?;
    let told = told(&footer).map_err(Fault::Damaged)?;
    let rows: u64 = footer.row_groups().iter().map(|group| group.num_rows() as u64).sum();
    if rows != file.rows() {
        let listed = file.rows();
        return Err(Fault::Damaged(format!("has {rows} rows, listed with {listed}")));
    }
    let same = told.parts.len() == file.parts.len() && told.lanes == file.lanes;
    if same { Ok(()) } else { Err(Fault::Damaged("does not hold the parts listed".into())) }
}

fn unlisted(fs: &SharedFs, dir: &DataDir, listed: &Listed, found: &mut Inspection) {
    let parts = listed.files.iter().map(|file| PartFile { number: file.number }.name());
    let ids = listed.ids.iter().map(|meta| IdsFile { number: meta.number }.name());
    // The next start deletes them: they were replaced, and are no surprise.
    let graves = listed.graves.iter().map(|number| PartFile { number: *number }.name());
    let known: BTreeSet<String> = parts.chain(ids).chain(graves).collect();
    for folder in [dir.parts(), dir.ids()] {
        for entry in fs.list(&folder).unwrap_or_default() {
            if !entry.is_dir && !known.contains(&entry.name) {
                let path = folder.join(&entry.name);
                let name = path.display();
                found.sentences.push(format!("{name} is not listed and does not count"));
                found.unlisted.push(path);
            }
        }
    }
}
