//! The bytes of a batch: a header, then records, padded with zeros to 8 bytes.
//!
//! One batch is one group commit, written by one call and made durable by one fsync before the
//! next is written. So a batch that is whole proves that every byte before it was durable.

use std::ops::Range;

use crate::{Kind, Position, batch::FRAME_BYTES};

/// Bytes of a batch header.
pub(crate) const BATCH_HEADER_BYTES: usize = 48;
/// Batches start at multiples of this.
pub(crate) const ALIGN: usize = 8;
/// The first four bytes of every batch.
pub(crate) const BATCH_MAGIC: [u8; 4] = *b"TFb1";
/// Where the bytes under the checksum start.
const CHECKED_FROM: usize = 8;

/// What a batch says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BatchHeader {
    /// Bytes of records, without padding. 0: a mark (no positions) or a gap (lost positions).
    pub(crate) body_bytes: u32,
    /// How many positions it takes.
    pub(crate) records: u32,
    /// Position of its first record.
    pub(crate) first: Position,
    /// Everything below was fsynced when this was written.
    pub(crate) durable_upto: Position,
    /// When it was written, milliseconds UTC.
    pub(crate) written_ms: u64,
    /// The salt of its segment.
    pub(crate) salt: u64,
}

impl BatchHeader {
    /// The position behind its last record.
    pub(crate) fn end(&self) -> Position {
        self.first.saturating_add(u64::from(self.records))
    }

    /// Bytes from its start to the next batch.
    pub(crate) fn whole_bytes(&self) -> usize {
        (BATCH_HEADER_BYTES + self.body_bytes as usize).next_multiple_of(ALIGN)
    }

    /// Positions without records, written by a repair in place of a damaged batch.
    pub(crate) fn is_gap(&self) -> bool {
        self.body_bytes == 0 && self.records > 0
    }

    /// Pads `buffer` (room for the header, then the body), fills in the header and the checksum.
    pub(crate) fn seal(&self, buffer: &mut Vec<u8>) {
        debug_assert_eq!(buffer.len(), BATCH_HEADER_BYTES + self.body_bytes as usize);
        buffer.resize(self.whole_bytes(), 0);
        buffer[..4].copy_from_slice(&BATCH_MAGIC);
        buffer[8..12].copy_from_slice(&self.body_bytes.to_le_bytes());
        buffer[12..16].copy_from_slice(&self.records.to_le_bytes());
        buffer[16..24].copy_from_slice(&self.first.to_le_bytes());
        buffer[24..32].copy_from_slice(&self.durable_upto.to_le_bytes());
        buffer[32..40].copy_from_slice(&self.written_ms.to_le_bytes());
        buffer[40..48].copy_from_slice(&self.salt.to_le_bytes());
        reseal(buffer);
    }

    /// A batch without records: a mark, or a gap.
    pub(crate) fn seal_empty(&self) -> Vec<u8> {
        let mut buffer = vec![0; BATCH_HEADER_BYTES];
        self.seal(&mut buffer);
        buffer
    }

    /// Reads a header; its checksum is not looked at.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let Some(header) = bytes.first_chunk::<BATCH_HEADER_BYTES>() else {
            return Err(format!(
                "{} bytes are left, a batch header has {BATCH_HEADER_BYTES}",
                bytes.len()
            ));
        };
        if header.iter().all(|byte| *byte == 0) {
            return Err("there are zeros where a batch should be".into());
        }
        if header[..4] != BATCH_MAGIC {
            return Err("there is no batch header".into());
        }
        Ok(Self {
            body_bytes: u32_at(header, 8),
            records: u32_at(header, 12),
            first: u64_at(header, 16),
            durable_upto: u64_at(header, 24),
            written_ms: u64_at(header, 32),
            salt: u64_at(header, 40),
        })
    }

    /// Reads the batch at the start of `bytes` and checks all of it.
    pub(crate) fn check(bytes: &[u8], salt: u64) -> Result<Self, String> {
        let header = Self::parse(bytes)?;
        if header.salt != salt {
            return Err("the batch belongs to another segment".into());
        }
        let Some(whole) = bytes.get(..header.whole_bytes()) else {
            return Err(format!(
                "the batch has {} bytes, {} are left",
                header.whole_bytes(),
                bytes.len()
            ));
        };
        if crc(whole) != u32_at(whole, 4) {
            return Err("the checksum of the batch does not match its bytes".into());
        }
        if header.first.checked_add(u64::from(header.records)).is_none() {
            return Err("the positions of the batch are out of range".into());
        }
        Ok(header)
    }
}

/// Computes the checksum of a whole batch anew, after its body was changed.
pub(crate) fn reseal(batch: &mut [u8]) {
    let crc = crc(batch);
    batch[4..8].copy_from_slice(&crc.to_le_bytes());
}

fn crc(whole: &[u8]) -> u32 {
    crc32fast::hash(&whole[CHECKED_FROM..])
}

/// One record inside a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) kind: Kind,
    /// Where its payload stands, counted from the start of the bytes that were walked.
    pub(crate) payload: Range<usize>,
}

/// Walks the records of a whole batch; the ranges count from its header's first byte.
pub(crate) struct Frames<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Frames<'a> {
    /// The records of the batch that `header` was read from.
    pub(crate) fn of(header: &BatchHeader, batch: &'a [u8]) -> Self {
        let end = BATCH_HEADER_BYTES + header.body_bytes as usize;
        Self { bytes: &batch[..end], at: BATCH_HEADER_BYTES }
    }
}

impl Iterator for Frames<'_> {
    type Item = Result<Frame, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.bytes[self.at..];
        if rest.is_empty() {
            return None;
        }
        let at = self.at;
        self.at = self.bytes.len();
        let Some(head) = rest.first_chunk::<FRAME_BYTES>() else {
            return Some(Err("a record is cut short".into()));
        };
        let length = u32_at(head, 0) as usize;
        let Some(kind) = Kind::from_code(head[4]) else {
            return Some(Err(format!("a record has the unknown kind {}", head[4])));
        };
        if rest.len() - FRAME_BYTES < length {
            return Some(Err("a record is longer than its batch".into()));
        }
        let start = at + FRAME_BYTES;
        self.at = start + length;
        Some(Ok(Frame { kind, payload: start..start + length }))
    }
}

/// Whether the records of a checked batch add up to what its header says.
pub(crate) fn check_frames(header: &BatchHeader, batch: &[u8]) -> Result<(), String> {
    if header.is_gap() {
        return Ok(());
    }
    let mut records = 0;
    for frame in Frames::of(header, batch) {
        frame?;
        records += 1;
    }
    if records == header.records {
        return Ok(());
    }
    Err(format!("the batch has {records} records, its header says {}", header.records))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut number = [0; 4];
    number.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(number)
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(number)
}
