//! Walking all batches of a segment, and telling a torn tail from damage.
//!
//! The rule: a batch is written only after everything before it was fsynced. So when a whole batch
//! stands behind a bad one, the bad one was durable once, and its bytes have changed since: that is
//! damage. When nothing whole follows, the bad bytes are a write that power loss cut short (or a
//! change in the last batch before its mark was written, which nothing can tell apart).

use crate::{
    Position,
    file::{
        header::{SEGMENT_HEADER_BYTES, SegmentHeader},
        record::{ALIGN, BATCH_MAGIC, BatchHeader, check_frames},
    },
};

/// A whole batch and where it starts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchAt {
    pub(crate) offset: usize,
    pub(crate) header: BatchHeader,
}

/// The first bytes that are not a batch although something is there.
#[derive(Clone, Debug)]
pub(crate) struct Damage {
    pub(crate) offset: usize,
    /// The position that should be there.
    pub(crate) position: Position,
    pub(crate) problem: String,
    /// A whole batch behind, which proves that the bad bytes were durable.
    pub(crate) proof: Option<BatchAt>,
}

/// What a segment holds, up to its end or the first damage.
#[derive(Clone, Debug)]
pub(crate) struct Scan {
    pub(crate) batches: Vec<BatchAt>,
    /// Where the next batch goes.
    pub(crate) end_offset: usize,
    /// The position of the next record.
    pub(crate) end: Position,
    pub(crate) damage: Option<Damage>,
}

/// Walks a segment from its first batch.
pub(crate) fn scan(bytes: &[u8], header: &SegmentHeader) -> Scan {
    scan_from(bytes, header.salt, SEGMENT_HEADER_BYTES, header.first)
}

/// Walks a segment from the batch at `offset`, which should hold `position`.
pub(crate) fn scan_from(bytes: &[u8], salt: u64, offset: usize, position: Position) -> Scan {
    let mut scan = Scan { batches: Vec::new(), end_offset: offset, end: position, damage: None };
    while scan.end_offset < bytes.len() {
        match batch_at(bytes, salt, scan.end_offset, scan.end) {
            Ok(header) => {
                scan.batches.push(BatchAt { offset: scan.end_offset, header });
                scan.end_offset += header.whole_bytes();
                scan.end = header.end();
            }
            Err(_) if is_zero(&bytes[scan.end_offset..]) => break,
            Err(problem) => {
                let proof = find_proof(bytes, salt, scan.end_offset + ALIGN, scan.end);
                let (offset, position) = (scan.end_offset, scan.end);
                scan.damage = Some(Damage { offset, position, problem, proof });
                break;
            }
        }
    }
    scan
}

fn batch_at(
    bytes: &[u8],
    salt: u64,
    offset: usize,
    position: Position,
) -> Result<BatchHeader, String> {
    let batch = &bytes[offset..];
    let header = BatchHeader::check(batch, salt)?;
    if header.first != position {
        return Err(format!(
            "the batch starts at position {}, {position} should follow",
            header.first
        ));
    }
    if header.durable_upto > header.first {
        return Err("the batch says that itself was durable before it was written".into());
    }
    check_frames(&header, batch)?;
    Ok(header)
}

/// The first whole batch from `offset` on which says that everything below `position`, and with
/// it the bytes before itself, were durable when it was written.
fn find_proof(bytes: &[u8], salt: u64, offset: usize, position: Position) -> Option<BatchAt> {
    let mut at = offset;
    while at + ALIGN <= bytes.len() {
        if bytes[at..at + 4] == BATCH_MAGIC
            && let Ok(header) = BatchHeader::check(&bytes[at..], salt)
            && header.first >= position
            && (header.durable_upto > position || header.durable_upto == header.first)
        {
            return Some(BatchAt { offset: at, header });
        }
        at += ALIGN;
    }
    None
}

/// Whether all bytes are zero.
pub(crate) fn is_zero(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<16>();
    rest.iter().all(|byte| *byte == 0) && words.iter().all(|word| u128::from_ne_bytes(*word) == 0)
}
