//! Making a damaged journal readable again, and saying what that costs.
//!
//! A repair is planned first: each step says which file it changes and what is lost. When it is
//! applied, the original of every file is copied to the quarantine before its repaired form takes
//! its place. Positions are never given twice: where records are lost, a gap takes their place.

use std::{ffi::OsStr, io, path::PathBuf};

use disk::{DataDir, LaneDir, SegmentFile, SharedFs, write_atomic};
use thiserror::Error;

use crate::{
    Lane, Position,
    file::{
        active::random_salt,
        header::{HeaderProblem, SegmentHeader},
        inspect::Examined,
        journal::LANES,
        record::BatchHeader,
        recovery::segment_files,
        scan::BatchAt,
    },
};

/// What to do with damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// Keep what stands before the first damage of a lane; all behind it goes to the quarantine.
    Cut,
    /// Keep every batch that is whole; gaps stand for those that are not.
    Skip,
}

/// One file that a repair changes.
#[derive(Clone, Debug)]
pub struct Step {
    /// The file.
    pub path: PathBuf,
    /// What is done and what is lost by it, in a sentence.
    pub explanation: String,
    /// Positions whose records are lost.
    pub lost: u64,
    /// The new content; none when the file only goes away.
    replacement: Option<Vec<u8>>,
}

/// The journal cannot be repaired.
#[derive(Debug, Error)]
pub enum RepairError {
    /// A file cannot be read or written.
    #[error("cannot repair the journal: {0}")]
    Io(#[from] io::Error),
    /// A newer program wrote it: repair with that one.
    #[error("{path} has version {version}, which this program cannot read")]
    Version {
        /// The segment.
        path: PathBuf,
        /// Its version.
        version: u16,
    },
}

/// What a repair would do; empty when nothing is wrong. `known_durable` as in
/// [`FileJournalConfig`](super::FileJournalConfig): lanes that end below get a gap up to there.
pub fn plan(
    fs: &SharedFs,
    dir: &DataDir,
    how: Repair,
    known_durable: &[(Lane, Position)],
) -> Result<Vec<Step>, RepairError> {
    let mut steps = Vec::new();
    for (lane, name) in LANES {
        let known = known_durable.iter().filter(|(known, _)| *known == lane);
        let known = known.map(|(_, position)| *position).max().unwrap_or(0);
        steps.extend(plan_lane(fs, &dir.lane(name), lane, how, known)?);
    }
    Ok(steps)
}

/// Does what was planned. Nobody may have the journal open.
pub fn repair(fs: &SharedFs, dir: &DataDir, steps: &[Step]) -> Result<(), RepairError> {
    // From the newest to the oldest: what is left by a crash in between is still seen as damaged.
    for step in steps.iter().rev() {
        if fs.exists(&step.path)? {
            let copy = dir.quarantine().join(quarantine_name(fs, dir, step)?);
            fs.create_dir_all(&dir.quarantine())?;
            write_atomic(&**fs, &copy, &fs.read(&step.path)?)?;
        }
        match &step.replacement {
            Some(bytes) => write_atomic(&**fs, &step.path, bytes)?,
            None => {
                fs.remove(&step.path)?;
                fs.sync_dir(step.path.parent().unwrap_or(dir.root()))?;
            }
        }
    }
    Ok(())
}

/// The lane and the name of the file; a number is added when that was used before.
fn quarantine_name(fs: &SharedFs, dir: &DataDir, step: &Step) -> io::Result<String> {
    let part = |name: Option<&OsStr>| name.unwrap_or_default().display().to_string();
    let lane = part(step.path.parent().and_then(|parent| parent.file_name()));
    let base = format!("journal-{lane}-{}", part(step.path.file_name()));
    let (mut name, mut number) = (base.clone(), 1);
    while fs.exists(&dir.quarantine().join(&name))? {
        name = format!("{base}.{number}");
        number += 1;
    }
    Ok(name)
}

fn plan_lane(
    fs: &SharedFs,
    dir: &LaneDir,
    lane: Lane,
    how: Repair,
    known: Position,
) -> Result<Vec<Step>, RepairError> {
    let files = segment_files(&**fs, dir)?;
    let mut steps = Vec::new();
    let mut last: Option<Rebuilt> = None;
    let (mut cut, mut end) = (false, known);
    for (at, file) in files.iter().enumerate() {
        let examined = Examined::read(fs, dir, lane, *file)?;
        if let Err(HeaderProblem::Version(version)) = examined.header {
            return Err(RepairError::Version { path: examined.path, version });
        }
        // A position that was ever given is not given again, whatever is cut.
        end = end.max(examined.end()).max(file.first);
        if cut {
            steps.push(dropped(&examined));
            continue;
        }
        let next = files.get(at + 1).map(|next| next.first);
        let rebuilt = Rebuilt::of(&examined, lane, how, next)?;
        cut = rebuilt.stopped;
        steps.extend(last.replace(rebuilt).and_then(|done| done.into_step(dir)));
    }
    let mut last = match last {
        Some(last) => last,
        None => Rebuilt::new(lane, 0, random_salt()?, 0),
    };
    if last.end < end {
        last.gap(end, "are lost at the end of the lane");
    }
    steps.extend(last.into_step(dir));
    steps.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(steps)
}

fn dropped(examined: &Examined) -> Step {
    let (first, end) = (examined.first, examined.end());
    Step {
        path: examined.path.clone(),
        explanation: format!(
            "the segment stands behind the cut and goes to the quarantine, with positions {first} \
             to {end}"
        ),
        lost: 0,
        replacement: None,
    }
}

/// A segment as it will be.
struct Rebuilt {
    first: Position,
    salt: u64,
    bytes: Vec<u8>,
    end: Position,
    changed: bool,
    /// What follows is not kept.
    stopped: bool,
    lost: u64,
    notes: Vec<String>,
}

impl Rebuilt {
    fn new(lane: Lane, first: Position, salt: u64, created_ms: u64) -> Self {
        let header = SegmentHeader { lane, first, salt, created_ms };
        Self {
            first,
            salt,
            bytes: header.encode().to_vec(),
            end: first,
            changed: false,
            stopped: false,
            lost: 0,
            notes: Vec::new(),
        }
    }

    /// Takes over what is whole; `next` is where the next segment starts.
    fn of(
        examined: &Examined,
        lane: Lane,
        how: Repair,
        next: Option<Position>,
    ) -> io::Result<Self> {
        let salt = examined.salt().map_or_else(random_salt, Ok)?;
        let created_ms = examined.header.as_ref().map_or(0, |header| header.created_ms);
        let mut rebuilt = Self::new(lane, examined.first, salt, created_ms);
        if let Err(HeaderProblem::Damaged(problem)) = &examined.header {
            rebuilt.note(format!("{problem}, it gets a new header"));
        }
        for scan in &examined.stretches {
            for batch in &scan.batches {
                rebuilt.take(batch, &examined.bytes);
            }
            let Some(damage) = &scan.damage else { continue };
            if damage.proof.is_none() && next.is_none() {
                // A torn tail: the next start cuts it.
                break;
            }
            rebuilt.note(format!("byte {}: {}", damage.offset, damage.problem));
            if how == Repair::Cut {
                rebuilt.stopped = true;
                return Ok(rebuilt);
            }
        }
        if let Some(next) = next
            && rebuilt.end < next
        {
            if how == Repair::Cut {
                rebuilt.stopped = true;
            } else {
                rebuilt.gap(next, "are missing before the next segment");
            }
        }
        Ok(rebuilt)
    }

    fn note(&mut self, note: String) {
        self.notes.push(note);
        self.changed = true;
    }

    fn take(&mut self, batch: &BatchAt, bytes: &[u8]) {
        if self.end < batch.header.first {
            self.gap(batch.header.first, "are lost");
        }
        let whole = batch.offset..batch.offset + batch.header.whole_bytes();
        self.bytes.extend_from_slice(&bytes[whole]);
        self.end = batch.header.end();
    }

    /// Positions without records, up to `upto`.
    fn gap(&mut self, upto: Position, why: &str) {
        self.note(format!("positions {} to {} {why}", self.end, upto - 1));
        self.lost += upto - self.end;
        while self.end < upto {
            let gap = BatchHeader {
                body_bytes: 0,
                records: (upto - self.end).min(u64::from(u32::MAX)) as u32,
                first: self.end,
                durable_upto: self.end,
                written_ms: 0,
                salt: self.salt,
            };
            self.bytes.extend_from_slice(&gap.seal_empty());
            self.end = gap.end();
        }
    }

    fn into_step(self, dir: &LaneDir) -> Option<Step> {
        self.changed.then(|| Step {
            path: dir.segment(SegmentFile { first: self.first }),
            explanation: format!("the segment is rewritten: {}", self.notes.join("; ")),
            lost: self.lost,
            replacement: Some(self.bytes),
        })
    }
}
