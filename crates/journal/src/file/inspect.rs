//! Looking at a journal without changing it: what `trackflow doctor` says.

use std::{io, path::PathBuf};

use disk::{DataDir, LaneDir, SegmentFile, SharedFs};

use crate::{
    Kind, Lane, Position,
    file::{
        header::{HeaderProblem, SEGMENT_HEADER_BYTES, SegmentHeader, VERSION},
        journal::LANES,
        record::{BatchHeader, Frames},
        recovery::segment_files,
        scan::{BatchAt, Scan, scan_from},
    },
};

/// What is in one lane.
#[derive(Clone, Debug)]
pub struct LaneReport {
    /// The lane.
    pub lane: Lane,
    /// Its segments, oldest first.
    pub segments: Vec<SegmentReport>,
}

/// What is in one segment.
#[derive(Clone, Debug)]
pub struct SegmentReport {
    /// The file.
    pub path: PathBuf,
    /// Bytes of the file, reserved space included.
    pub bytes: u64,
    /// Bytes of header and whole batches.
    pub used_bytes: u64,
    /// The position it starts with, from its name.
    pub first: Position,
    /// The position behind its last whole batch.
    pub end: Position,
    /// Whole batches, marks and gaps not counted.
    pub batches: u64,
    /// Records in them.
    pub records: u64,
    /// Records whose payload was erased.
    pub redacted: u64,
    /// Positions that a repair gave up.
    pub lost: u64,
    /// What is wrong with it, from its start to its end.
    pub problems: Vec<Problem>,
}

/// Something wrong with a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub offset: u64,
    /// The position that should be there.
    pub position: Position,
    /// Whether starting refuses because of it. A torn tail is cut at the next start instead.
    pub fatal: bool,
    /// What it is, in a sentence.
    pub sentence: String,
}

/// Looks at all segments of all lanes.
pub fn inspect(fs: &SharedFs, dir: &DataDir) -> io::Result<Vec<LaneReport>> {
    LANES.iter().map(|(lane, name)| inspect_lane(fs, &dir.lane(name), *lane)).collect()
}

fn inspect_lane(fs: &SharedFs, dir: &LaneDir, lane: Lane) -> io::Result<LaneReport> {
    let files = segment_files(&**fs, dir)?;
    let mut segments = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let next = files.get(at + 1).map(|next| next.first);
        segments.push(Examined::read(fs, dir, lane, *file)?.report(next));
    }
    Ok(LaneReport { lane, segments })
}

/// A segment, read as far as any of it can be read.
#[derive(Debug)]
pub(crate) struct Examined {
    pub(crate) path: PathBuf,
    pub(crate) first: Position,
    pub(crate) bytes: Vec<u8>,
    pub(crate) header: Result<SegmentHeader, HeaderProblem>,
    /// Whole batches in a row and the bad bytes behind them, from the start to the end.
    pub(crate) stretches: Vec<Scan>,
}

impl Examined {
    pub(crate) fn read(
        fs: &SharedFs,
        dir: &LaneDir,
        lane: Lane,
        file: SegmentFile,
    ) -> io::Result<Self> {
        let path = dir.segment(file);
        let first = file.first;
        let bytes = fs.read(&path)?;
        let header = SegmentHeader::decode_as(&bytes, lane, first);
        // Every batch repeats the salt: a segment can be read without its header.
        let salt = match &header {
            Ok(header) => Some(header.salt),
            Err(HeaderProblem::Damaged(_)) => salt_of_any_batch(&bytes),
            Err(HeaderProblem::Version(_)) => None,
        };
        let stretches = salt.map_or(Vec::new(), |salt| stretches(&bytes, salt, first));
        Ok(Self { path, first, bytes, header, stretches })
    }

    /// The salt, even when the header is damaged.
    pub(crate) fn salt(&self) -> Option<u64> {
        let header = self.header.as_ref().ok().map(|header| header.salt);
        header.or_else(|| self.batches().next().map(|batch| batch.header.salt))
    }

    pub(crate) fn batches(&self) -> impl Iterator<Item = &BatchAt> {
        self.stretches.iter().flat_map(|scan| &scan.batches)
    }

    /// The position behind the last whole batch.
    pub(crate) fn end(&self) -> Position {
        self.stretches.last().map_or(self.first, |scan| scan.end)
    }

    fn problems(&self, next: Option<Position>) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Err(problem) = &self.header {
            let sentence = match problem {
                HeaderProblem::Damaged(problem) => problem.clone(),
                HeaderProblem::Version(version) => {
                    format!("the segment has version {version}, this program reads up to {VERSION}")
                }
            };
            problems.push(Problem { offset: 0, position: self.first, fatal: true, sentence });
        }
        for scan in &self.stretches {
            let Some(damage) = &scan.damage else { continue };
            let fatal = damage.proof.is_some() || next.is_some();
            let meaning = match damage.proof {
                Some(proof) if proof.header.first == damage.position => {
                    format!("no record is lost, the next whole batch is at byte {}", proof.offset)
                }
                Some(proof) => format!(
                    "positions {} to {} cannot be read, the next whole batch is at byte {}",
                    damage.position,
                    proof.header.first - 1,
                    proof.offset
                ),
                None if fatal => "nothing behind it can be read".into(),
                None => "it is a write that was cut short, the next start removes it".into(),
            };
            problems.push(Problem {
                offset: damage.offset as u64,
                position: damage.position,
                fatal,
                sentence: format!("{}; {meaning}", damage.problem),
            });
        }
        if let Some(next) = next
            && next != self.end()
            && problems.is_empty()
        {
            let end = self.end();
            let offset = self.used_bytes();
            let sentence = format!("positions {end} to {next} are missing behind it");
            problems.push(Problem { offset, position: end, fatal: true, sentence });
        }
        problems
    }

    fn used_bytes(&self) -> u64 {
        let end = self.stretches.last().map_or(0, |scan| scan.end_offset);
        end.max(SEGMENT_HEADER_BYTES.min(self.bytes.len())) as u64
    }

    fn report(&self, next: Option<Position>) -> SegmentReport {
        let mut report = SegmentReport {
            path: self.path.clone(),
            bytes: self.bytes.len() as u64,
            used_bytes: self.used_bytes(),
            first: self.first,
            end: self.end(),
            batches: 0,
            records: 0,
            redacted: 0,
            lost: 0,
            problems: self.problems(next),
        };
        for BatchAt { offset, header } in self.batches() {
            if header.is_gap() {
                report.lost += u64::from(header.records);
                continue;
            }
            report.batches += u64::from(header.records > 0);
            report.records += u64::from(header.records);
            let frames = Frames::of(header, &self.bytes[*offset..]).flatten();
            report.redacted += frames.filter(|frame| frame.kind == Kind::Redacted).count() as u64;
        }
        report
    }
}

/// Scans, and goes on behind each damage where a whole batch proves that there is more.
fn stretches(bytes: &[u8], salt: u64, first: Position) -> Vec<Scan> {
    let (mut offset, mut position) = (SEGMENT_HEADER_BYTES.min(bytes.len()), first);
    let mut stretches = Vec::new();
    loop {
        let scan = scan_from(bytes, salt, offset, position);
        let proof = scan.damage.as_ref().and_then(|damage| damage.proof);
        stretches.push(scan);
        let Some(proof) = proof else { return stretches };
        (offset, position) = (proof.offset, proof.header.first);
    }
}

fn salt_of_any_batch(bytes: &[u8]) -> Option<u64> {
    let starts = (SEGMENT_HEADER_BYTES..bytes.len()).step_by(crate::file::record::ALIGN);
    starts
        .filter_map(|at| BatchHeader::parse(&bytes[at..]).ok().map(|header| (at, header.salt)))
        .find(|(at, salt)| BatchHeader::check(&bytes[*at..], *salt).is_ok())
        .map(|(_, salt)| salt)
}
