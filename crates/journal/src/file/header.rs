//! The first bytes of a segment.

use crate::{
    Lane, Position,
    file::record::{u32_at, u64_at},
};

/// Bytes of a segment header. All versions keep its form, so that a newer file can be told from a
/// damaged one.
pub(crate) const SEGMENT_HEADER_BYTES: usize = 48;
/// The version this program writes, and the newest it reads.
pub(crate) const VERSION: u16 = 1;

const MAGIC: [u8; 8] = *b"TFlowJnl";
const CHECKED: usize = 44;

/// What a segment says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    pub(crate) lane: Lane,
    /// Position of its first record; all segments before it end there.
    pub(crate) first: Position,
    /// Random; batches of another segment, or of another life of this one, never carry it.
    pub(crate) salt: u64,
    /// When it was made, milliseconds UTC.
    pub(crate) created_ms: u64,
}

/// Why a header cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HeaderProblem {
    Damaged(String),
    Version(u16),
}

impl SegmentHeader {
    pub(crate) fn encode(&self) -> [u8; SEGMENT_HEADER_BYTES] {
        let mut bytes = [0; SEGMENT_HEADER_BYTES];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..10].copy_from_slice(&VERSION.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.lane.0.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.first.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.salt.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.created_ms.to_le_bytes());
        let crc = crc32fast::hash(&bytes[..CHECKED]);
        bytes[CHECKED..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, HeaderProblem> {
        let damaged = |problem: String| Err(HeaderProblem::Damaged(problem));
        let Some(header) = bytes.first_chunk::<SEGMENT_HEADER_BYTES>() else {
            return damaged(format!(
                "the file has {} bytes, a segment header has {SEGMENT_HEADER_BYTES}",
                bytes.len()
            ));
        };
        if header[..8] != MAGIC {
            return damaged("the file does not start like a segment".into());
        }
        if crc32fast::hash(&header[..CHECKED]) != u32_at(header, CHECKED) {
            return damaged("the checksum of the segment header does not match".into());
        }
        let version = u16::from_le_bytes([header[8], header[9]]);
        if version == 0 || version > VERSION {
            return Err(HeaderProblem::Version(version));
        }
        Ok(Self {
            lane: Lane(u32_at(header, 12)),
            first: u64_at(header, 16),
            salt: u64_at(header, 24),
            created_ms: u64_at(header, 32),
        })
    }

    /// Decodes, and checks that it is the header of `first` in `lane`.
    pub(crate) fn decode_as(
        bytes: &[u8],
        lane: Lane,
        first: Position,
    ) -> Result<Self, HeaderProblem> {
        let header = Self::decode(bytes)?;
        if header.lane != lane || header.first != first {
            return Err(HeaderProblem::Damaged(format!(
                "the header is that of position {} of {}, the name says {first} of {lane}",
                header.first, header.lane
            )));
        }
        Ok(header)
    }
}
