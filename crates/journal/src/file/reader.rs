//! Reading records.
//!
//! A read takes one piece of a segment into one buffer, checks every batch in it, and hands out
//! ranges of that buffer. It takes no lock that the writer holds while it writes.

use std::io;

use bytes::Bytes;

use crate::{
    Position, ReadError, Record, Records,
    file::{
        lane::LaneState,
        record::{BATCH_HEADER_BYTES, BatchHeader, Frames},
        segment::{Place, Segment},
    },
};

/// The least that is read at once.
const PIECE_BYTES_MIN: usize = 16 << 10;
/// The most that is read at once, unless one batch is larger.
const PIECE_BYTES_MAX: usize = 8 << 20;

pub(crate) fn read(
    lane: &LaneState,
    from: Position,
    bytes_max: usize,
) -> Result<Records, ReadError> {
    let mut at = from;
    loop {
        let low = lane.low();
        if at < low {
            return Err(ReadError::Trimmed { lane: lane.lane, from: at, low });
        }
        let nothing = Records { next: at, ..Records::default() };
        if at >= lane.durable_end() {
            return Ok(nothing);
        }
        let Some(segment) = lane.segment_of(at) else { return Ok(nothing) };
        if segment.end().position <= at {
            // The end of this segment; the next begins there, or was trimmed meanwhile.
            if lane.segment_of(at).is_some_and(|again| again.first == segment.first) {
                return Ok(nothing);
            }
            continue;
        }
        let records = Piece { lane, segment: &segment, from: at, bytes_max }.read()?;
        if !records.records.is_empty() {
            return Ok(records);
        }
        at = records.next;
    }
}

/// One read of one segment.
struct Piece<'a> {
    lane: &'a LaneState,
    segment: &'a Segment,
    from: Position,
    bytes_max: usize,
}

impl Piece<'_> {
    /// The records from `from` on that one piece holds; none, with `next` further on, when it
    /// holds only batches before `from` or gaps.
    fn read(&self) -> Result<Records, ReadError> {
        let (mut start, end) = self.segment.near(self.from);
        let file = self.segment.file();
        let mut length = self.bytes_max.clamp(PIECE_BYTES_MIN, PIECE_BYTES_MAX);
        loop {
            let left = (end.offset - start.offset) as usize;
            let mut buffer = vec![0; length.min(left)];
            file.read_exact_at(&mut buffer, start.offset).map_err(|source| self.failed(source))?;
            let taken = self.take(&buffer, start)?;
            if let Some(needed) = taken.needed {
                length = needed;
                continue;
            }
            let next =
                if taken.next.position > self.from { taken.next.position } else { self.from };
            if taken.records.is_empty() && taken.next.offset < end.offset && next == self.from {
                start = taken.next;
                continue;
            }
            self.segment.hint(taken.next);
            let next = if taken.records.is_empty() { next } else { taken.after };
            return Ok(Records { buffer: Bytes::from(buffer), records: taken.records, next });
        }
    }

    /// Takes the whole batches at the start of `buffer`.
    fn take(&self, buffer: &[u8], start: Place) -> Result<Taken, ReadError> {
        let mut taken = Taken { records: Vec::new(), next: start, after: self.from, needed: None };
        let (mut at, mut bytes) = (0, 0);
        while buffer.len() - at >= BATCH_HEADER_BYTES {
            let header = BatchHeader::parse(&buffer[at..])
                .map_err(|problem| self.damaged(taken.next.position, problem))?;
            let whole = header.whole_bytes();
            if whole > buffer.len() - at {
                if at == 0 {
                    let left = self.segment.end().offset.saturating_sub(start.offset);
                    if whole as u64 > left {
                        return Err(self.damaged(start.position, "a batch is cut short".into()));
                    }
                    taken.needed = Some(whole);
                }
                return Ok(taken);
            }
            let batch = &buffer[at..at + whole];
            let checked = BatchHeader::check(batch, self.segment.salt);
            let header = checked.map_err(|problem| self.damaged(taken.next.position, problem))?;
            if header.first != taken.next.position {
                let problem = format!("the batch starts at position {}", header.first);
                return Err(self.damaged(taken.next.position, problem));
            }
            if header.end() > self.from
                && !self.take_batch(&header, batch, at, &mut bytes, &mut taken)?
            {
                return Ok(taken);
            }
            at += whole;
            taken.next = Place { position: header.end(), offset: taken.next.offset + whole as u64 };
        }
        Ok(taken)
    }

    /// Takes the records of one batch; false when there is enough.
    fn take_batch(
        &self,
        header: &BatchHeader,
        batch: &[u8],
        at: usize,
        bytes: &mut usize,
        taken: &mut Taken,
    ) -> Result<bool, ReadError> {
        for (frame, position) in Frames::of(header, batch).zip(header.first..) {
            let frame = frame.map_err(|problem| self.damaged(position, problem))?;
            if position < self.from {
                continue;
            }
            *bytes += frame.payload.len();
            if *bytes > self.bytes_max && !taken.records.is_empty() {
                return Ok(false);
            }
            let range = at + frame.payload.start..at + frame.payload.end;
            taken.records.push(Record { position, kind: frame.kind, range });
            taken.after = position + 1;
        }
        taken.after = header.end();
        Ok(true)
    }

    fn damaged(&self, position: Position, problem: String) -> ReadError {
        ReadError::Corrupt { lane: self.lane.lane, position, problem }
    }

    fn failed(&self, source: io::Error) -> ReadError {
        ReadError::Io { lane: self.lane.lane, source }
    }
}

struct Taken {
    records: Vec<Record>,
    /// The first batch that was not taken, or not wholly.
    next: Place,
    /// Where the reader goes on.
    after: Position,
    /// Bytes to read so that the first batch is whole.
    needed: Option<usize>,
}
