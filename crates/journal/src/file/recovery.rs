//! Finding the end of each lane when the journal is opened.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};

use disk::{DataDir, Fs, LaneDir, SegmentFile, SharedFs};

use crate::{
    Lane, OpenError, Position,
    file::{
        active::Active,
        config::FileJournalConfig,
        header::{HeaderProblem, SegmentHeader, VERSION},
        scan::{Scan, scan},
        segment::Segment,
    },
};

/// What opening found, and did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// One per lane.
    pub lanes: Vec<LaneRecovery>,
}

/// What opening found in one lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneRecovery {
    /// The lane.
    pub lane: Lane,
    /// The first position it has.
    pub low: Position,
    /// The position of the next record.
    pub end: Position,
    /// How many segments.
    pub segments: usize,
    /// Files of a writer that did not finish; they held nothing that was acknowledged.
    pub unfinished_removed: usize,
    /// The write that was cut short by a crash, when there was one.
    pub cut: Option<Cut>,
}

/// A torn tail that was cut off. Nothing of it was acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The segment.
    pub path: PathBuf,
    /// Where it was cut.
    pub offset: u64,
    /// The position of the next record.
    pub position: Position,
    /// What was wrong with the bytes there.
    pub problem: String,
}

/// A lane as it was found.
pub(crate) struct Recovered {
    pub(crate) report: LaneRecovery,
    pub(crate) segments: Vec<Arc<Segment>>,
    segment_bytes: u64,
    /// Whether a mark stands behind the last record.
    marked: bool,
}

/// Reads a lane and refuses damage. Changes nothing but files that no writer finished.
pub(crate) fn recover(
    fs: &SharedFs,
    dir: &LaneDir,
    lane: Lane,
    config: &FileJournalConfig,
) -> Result<Recovered, OpenError> {
    let unfinished_removed = prepare_folder(&**fs, dir)?;
    let files = segment_files(&**fs, dir).map_err(|source| failed(dir.path(), source))?;
    let low = files.first().map_or(0, |file| file.first);
    let (mut end, mut cut, mut marked) = (low, None, true);
    let mut segments = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let path = dir.segment(*file);
        let bytes = fs.read(&path).map_err(|source| failed(&path, source))?;
        let header = header_of(&bytes, &path, lane, file.first)?;
        let found = scan(&bytes, &header);
        cut = torn_tail(&found, files.get(at + 1).map(|next| next.first), &path)?;
        end = found.end;
        marked = found.batches.last().is_none_or(|batch| batch.header.end() == batch.header.first);
        let opened = fs.open(&path).map_err(|source| failed(&path, source))?;
        let segment = Arc::new(Segment::new(file.first, header.salt, path, opened.into()));
        segment.adopt(&found, bytes.len() as u64);
        segments.push(segment);
    }
    let known = config.known_durable_of(lane);
    if end < known {
        return Err(too_short(dir, segments.last(), end, known, cut.as_ref()));
    }
    let segment_bytes = config.segment_bytes_of(lane);
    let count = segments.len();
    let report = LaneRecovery { lane, low, end, segments: count, unfinished_removed, cut };
    Ok(Recovered { report, segments, segment_bytes, marked })
}

impl Recovered {
    /// Cuts the torn tail off and makes the end durable: after kill -9 the last batch may be whole
    /// and yet only in memory. Done when no lane was refused.
    pub(crate) fn settle(&self) -> Result<Option<Active>, OpenError> {
        let Some(last) = self.segments.last() else { return Ok(None) };
        let settle = || {
            let file = last.file();
            if let Some(cut) = &self.report.cut {
                file.set_len(cut.offset)?;
                last.file_bytes.store(cut.offset, Ordering::Relaxed);
            }
            file.sync()
        };
        settle().map_err(|source| failed(&last.path, source))?;
        Ok(Some(Active::resume(last.clone(), self.segment_bytes, self.marked)))
    }
}

/// Makes the folder, removes what no writer finished, and makes the names durable: after kill -9
/// a name may be there and yet not be durable.
fn prepare_folder(fs: &dyn Fs, dir: &LaneDir) -> Result<usize, OpenError> {
    let path = dir.path();
    let prepare = || {
        fs.create_dir_all(path)?;
        let mut removed = 0;
        for entry in fs.list(path)? {
            if !entry.is_dir && DataDir::is_unfinished(&entry.name) {
                fs.remove(&path.join(&entry.name))?;
                removed += 1;
            }
        }
        fs.sync_dir(path)?;
        Ok(removed)
    };
    prepare().map_err(|source| failed(path, source))
}

/// The segments of a lane, in order.
pub(crate) fn segment_files(fs: &dyn Fs, dir: &LaneDir) -> io::Result<Vec<SegmentFile>> {
    let entries = fs.list(dir.path())?;
    let files = entries.iter().filter(|entry| !entry.is_dir);
    Ok(files.filter_map(|entry| SegmentFile::parse(&entry.name)).collect())
}

fn header_of(
    bytes: &[u8],
    path: &Path,
    lane: Lane,
    first: Position,
) -> Result<SegmentHeader, OpenError> {
    let path = path.to_path_buf();
    SegmentHeader::decode_as(bytes, lane, first).map_err(|problem| match problem {
        HeaderProblem::Version(version) => OpenError::Version { path, version, newest: VERSION },
        HeaderProblem::Damaged(problem) => {
            OpenError::Corrupt { path, offset: 0, position: first, problem }
        }
    })
}

/// The torn tail of the last segment; anything else that is not whole is damage.
fn torn_tail(found: &Scan, next: Option<Position>, path: &Path) -> Result<Option<Cut>, OpenError> {
    let path = path.to_path_buf();
    let Some(damage) = &found.damage else {
        return match next {
            Some(next) if next != found.end => Err(OpenError::Corrupt {
                path,
                offset: found.end_offset as u64,
                position: found.end,
                problem: format!(
                    "positions {} to {next} are missing, the next segment starts at {next}",
                    found.end
                ),
            }),
            _ => Ok(None),
        };
    };
    let (offset, position) = (damage.offset as u64, damage.position);
    let proof = match (&damage.proof, next) {
        (Some(proof), _) => {
            format!("the batch at byte {} proves that it was durable", proof.offset)
        }
        (None, Some(next)) => format!("the segment that starts at position {next} follows"),
        (None, None) => {
            let problem = damage.problem.clone();
            return Ok(Some(Cut { path, offset, position, problem }));
        }
    };
    let problem = format!("{}, and {proof}", damage.problem);
    Err(OpenError::Corrupt { path, offset, position, problem })
}

fn too_short(
    dir: &LaneDir,
    last: Option<&Arc<Segment>>,
    end: Position,
    known: Position,
    cut: Option<&Cut>,
) -> OpenError {
    let path = last.map_or(dir.path(), |segment| &segment.path).to_path_buf();
    let offset = last.map_or(0, |segment| segment.end().offset);
    let mut problem =
        format!("the lane ends at position {end}, the store has records up to position {known}");
    if let Some(cut) = cut {
        problem = format!("{problem} ({})", cut.problem);
    }
    OpenError::Corrupt { path, offset, position: end, problem }
}

pub(crate) fn failed(path: &Path, source: io::Error) -> OpenError {
    OpenError::Io { path: path.to_path_buf(), source }
}
