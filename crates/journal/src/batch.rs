//! Records on their way in and out.
//!
//! A [`Batch`] already has the framing of the file journal (`u32 length, u8 kind, payload`), so
//! that a commit of many batches is one copy each.

use std::ops::Range;

use bytes::Bytes;

use crate::{Position, Tally};

/// What a record is to the journal itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// The caller's bytes.
    Data = 0,
    /// An encoded [`Tally`], written by the journal.
    Books = 1,
    /// A data record whose payload was erased; its bytes are zero.
    Redacted = 2,
}

impl Kind {
    /// The reverse of `as u8`.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Data, Self::Books, Self::Redacted].into_iter().find(|kind| *kind as u8 == code)
    }
}

/// Bytes in front of each payload.
pub(crate) const FRAME_BYTES: usize = 5;

/// Records that become durable together or not at all, with their counters.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub(crate) framed: Vec<u8>,
    pub(crate) count: u32,
    pub(crate) tally: Tally,
    pub(crate) key: u64,
    pub(crate) control: bool,
}

impl Batch {
    /// An empty batch of data records.
    pub fn data() -> Self {
        Self::default()
    }

    /// An empty batch of control records.
    pub fn control() -> Self {
        Self { control: true, ..Self::default() }
    }

    /// An empty batch of data records with room for `bytes`.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { framed: Vec::with_capacity(bytes), ..Self::default() }
    }

    /// Records with the same key keep their order on a journal with several data lanes.
    pub fn set_key(&mut self, key: u64) {
        self.key = key;
    }

    /// Adds a record; `write` appends its payload.
    pub fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.framed.len();
        self.framed.extend_from_slice(&[0, 0, 0, 0, Kind::Data as u8]);
        write(&mut self.framed);
        let len = (self.framed.len() - start - FRAME_BYTES) as u32;
        self.framed[start..start + 4].copy_from_slice(&len.to_le_bytes());
        self.count += 1;
    }

    /// The counters that go with it.
    pub fn tally_mut(&mut self) -> &mut Tally {
        &mut self.tally
    }

    /// How many records.
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Bytes it will take in the journal, without headers.
    pub fn bytes(&self) -> usize {
        self.framed.len()
    }
}

/// One record as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where it stands.
    pub position: Position,
    /// What it is.
    pub kind: Kind,
    /// Its payload within [`Records::buffer`].
    pub range: Range<usize>,
}

/// Consecutive records as read, sharing one buffer.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// The bytes the records point into.
    pub buffer: Bytes,
    /// Ascending by position.
    pub records: Vec<Record>,
    /// Where to read on.
    pub next: Position,
}

impl Records {
    /// The payload of a record.
    pub fn payload(&self, record: &Record) -> &[u8] {
        &self.buffer[record.range.clone()]
    }
}
