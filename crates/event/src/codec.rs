//! The stored form of an event, version 1. See `docs/formats/record.md`.
//!
//! ```text
//! 0  u8   version = 1
//! 1  u8   kind = 1 (event)
//! 2  u8   dialect
//! 3  u8   source
//! 4  u32  marks
//! 8  [16] event id, most significant byte first
//! 24 i64  timestamp, ms
//! 32 i64  received at, ms
//! 40 u8   1 when revenue follows
//! 41 i64  revenue in millionths (absent when the byte before is 0)
//!    u8   length of tenant       + bytes
//!    u16  length of event type   + bytes
//!    u32  length of fields       + bytes (see `Fields`)
//!    u32  length of properties   + bytes (JSON object)
//!    u32  CRC-32 of everything before
//! ```
//! Integers are little-endian. A reader refuses versions it does not know.

use thiserror::Error;

use crate::{Dialect, Event, EventId, FieldsRef, Marks, Micros, Source, TenantId, Timestamp};

/// The version this build writes.
pub const VERSION: u8 = 1;
const KIND_EVENT: u8 = 1;
const CRC_BYTES: usize = 4;

/// Bytes that are no event of ours. The record was altered or written by a newer version.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// The record ends too early or a length points outside.
    #[error("record is cut short")]
    Short,
    /// Written by a newer version: upgrade this program.
    #[error("record has version {0}, this program reads up to {VERSION}")]
    Version(u8),
    /// Not an event.
    #[error("record is of kind {0}, not an event")]
    Kind(u8),
    /// The bytes changed since they were written: run `trackflow doctor`.
    #[error("record fails its checksum")]
    Checksum,
    /// The checksum holds but the content is impossible: a fault of the writer.
    #[error("record has an invalid {0}")]
    Invalid(&'static str),
}

/// An encoded event, read in place.
#[derive(Clone, Copy)]
pub struct EventView<'a> {
    /// Its id.
    pub id: EventId,
    /// Its tenant's id.
    pub tenant: &'a str,
    /// What happened.
    pub event_type: &'a str,
    /// When it happened.
    pub timestamp: Timestamp,
    /// When it was received.
    pub received_at: Timestamp,
    /// The wire shape it came in.
    pub dialect: Dialect,
    /// The kind of sender.
    pub source: Source,
    /// What the pipeline noticed.
    pub marks: Marks,
    /// Money, in millionths.
    pub revenue: Option<Micros>,
    /// Text fields.
    pub fields: FieldsRef<'a>,
    /// A JSON object.
    pub properties: &'a str,
}

/// Sets further marks in an encoded event, and its checksum anew.
///
/// # Panics
/// When the bytes are no encoded event.
pub fn add_marks(record: &mut [u8], marks: Marks) {
    const AT: std::ops::Range<usize> = 4..8;
    let body = record.len() - CRC_BYTES;
    let mut all = Marks::from_bits(u32::from_le_bytes(
        record[AT].try_into().expect("a range of four bytes is four bytes"),
    ));
    all.insert(marks);
    record[AT].copy_from_slice(&all.bits().to_le_bytes());
    let crc = crc32fast::hash(&record[..body]);
    record[body..].copy_from_slice(&crc.to_le_bytes());
}

/// The wire shape an encoded event came in, without reading the rest; None for what is no event.
pub fn dialect(record: &[u8]) -> Option<Dialect> {
    match record {
        [VERSION, KIND_EVENT, dialect, ..] => Dialect::from_code(*dialect),
        _ => None,
    }
}

/// Appends the stored form of `event` to `out`.
pub fn encode(event: &Event, out: &mut Vec<u8>) {
    EventView::of(event).encode(out);
}

impl<'a> EventView<'a> {
    /// A view of an owned event.
    pub fn of(event: &'a Event) -> Self {
        Self {
            id: event.id,
            tenant: event.tenant.as_str(),
            event_type: &event.event_type,
            timestamp: event.timestamp,
            received_at: event.received_at,
            dialect: event.dialect,
            source: event.source,
            marks: event.marks,
            revenue: event.revenue,
            fields: event.fields.view(),
            properties: &event.properties,
        }
    }

    /// Appends the stored form to `out`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let start = out.len();
        let fields = self.fields.as_bytes();
        out.reserve(80 + self.event_type.len() + fields.len() + self.properties.len());
        out.extend_from_slice(&[VERSION, KIND_EVENT, self.dialect.code(), self.source.code()]);
        out.extend_from_slice(&self.marks.bits().to_le_bytes());
        out.extend_from_slice(&self.id.to_bytes());
        out.extend_from_slice(&self.timestamp.0.to_le_bytes());
        out.extend_from_slice(&self.received_at.0.to_le_bytes());
        match self.revenue {
            Some(Micros(micros)) => {
                out.push(1);
                out.extend_from_slice(&micros.to_le_bytes());
            }
            None => out.push(0),
        }
        assert!(self.tenant.len() <= TenantId::BYTES_MAX, "tenant id beyond its limit");
        out.push(self.tenant.len() as u8);
        out.extend_from_slice(self.tenant.as_bytes());
        assert!(self.event_type.len() <= usize::from(u16::MAX), "event type beyond any limit");
        out.extend_from_slice(&(self.event_type.len() as u16).to_le_bytes());
        out.extend_from_slice(self.event_type.as_bytes());
        out.extend_from_slice(&(fields.len() as u32).to_le_bytes());
        out.extend_from_slice(fields);
        out.extend_from_slice(&(self.properties.len() as u32).to_le_bytes());
        out.extend_from_slice(self.properties.as_bytes());
        let crc = crc32fast::hash(&out[start..]);
        out.extend_from_slice(&crc.to_le_bytes());
    }

    /// Reads a record and checks all of it.
    pub fn decode(record: &'a [u8]) -> Result<Self, DecodeError> {
        let view = Self::decode_trusted(record)?;
        let (body, crc) = record.split_at(record.len() - CRC_BYTES);
        if crc32fast::hash(body).to_le_bytes() != crc {
            return Err(DecodeError::Checksum);
        }
        if FieldsRef::checked(view.fields.as_bytes()).is_none() {
            return Err(DecodeError::Invalid("field"));
        }
        Ok(view)
    }

    /// Reads a record whose checksum was verified when it was taken into memory.
    pub fn decode_trusted(record: &'a [u8]) -> Result<Self, DecodeError> {
        let mut rest = Bytes(record);
        let [version, kind, dialect, source] = rest.array()?;
        if version != VERSION {
            return Err(DecodeError::Version(version));
        }
        if kind != KIND_EVENT {
            return Err(DecodeError::Kind(kind));
        }
        let view = Self {
            dialect: Dialect::from_code(dialect).ok_or(DecodeError::Invalid("dialect"))?,
            source: Source::from_code(source).ok_or(DecodeError::Invalid("source"))?,
            marks: Marks::from_bits(u32::from_le_bytes(rest.array()?)),
            id: EventId::from_bytes(rest.array()?),
            timestamp: Timestamp(i64::from_le_bytes(rest.array()?)),
            received_at: Timestamp(i64::from_le_bytes(rest.array()?)),
            revenue: rest.revenue()?,
            tenant: {
                let [len] = rest.array()?;
                if usize::from(len) > TenantId::BYTES_MAX {
                    return Err(DecodeError::Invalid("tenant"));
                }
                rest.text(usize::from(len), "tenant")?
            },
            event_type: {
                let len = u16::from_le_bytes(rest.array()?);
                rest.text(usize::from(len), "event type")?
            },
            fields: {
                let len = u32::from_le_bytes(rest.array()?);
                FieldsRef::trusted(rest.take(len as usize)?)
            },
            properties: {
                let len = u32::from_le_bytes(rest.array()?);
                rest.text(len as usize, "properties")?
            },
        };
        if rest.0.len() != CRC_BYTES {
            return Err(DecodeError::Short);
        }
        Ok(view)
    }

    /// An owned copy.
    pub fn to_event(&self) -> Result<Event, DecodeError> {
        Ok(Event {
            id: self.id,
            tenant: TenantId::new(self.tenant).ok_or(DecodeError::Invalid("tenant"))?,
            event_type: self.event_type.into(),
            timestamp: self.timestamp,
            received_at: self.received_at,
            dialect: self.dialect,
            source: self.source,
            marks: self.marks,
            revenue: self.revenue,
            fields: self.fields.to_fields(),
            properties: self.properties.into(),
        })
    }
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (head, rest) = self.0.split_first_chunk().ok_or(DecodeError::Short)?;
        self.0 = rest;
        Ok(*head)
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        let (head, rest) = self.0.split_at_checked(len).ok_or(DecodeError::Short)?;
        self.0 = rest;
        Ok(head)
    }

    fn text(&mut self, len: usize, what: &'static str) -> Result<&'a str, DecodeError> {
        std::str::from_utf8(self.take(len)?).map_err(|_| DecodeError::Invalid(what))
    }

    fn revenue(&mut self) -> Result<Option<Micros>, DecodeError> {
        match self.array()? {
            [0] => Ok(None),
            [1] => Ok(Some(Micros(i64::from_le_bytes(self.array()?)))),
            _ => Err(DecodeError::Invalid("revenue")),
        }
    }
}

#[cfg(test)]
mod tests;
