//! The values of one row group, column by column, borrowed from the records (of a flush) or from
//! decoded columns (when a file is written anew).

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use event::{EventId, Field, Marks, codec::EventView};
use parquet::data_type::ByteArray;

use super::{EVENT_TYPES_MAX, PartMeta, PropertyColumns, Rows};
use crate::{
    IdKind,
    local::{ids::Entry, secret::Secret},
};

/// Texts of one column: the row and its text, rows ascending; other rows have none.
pub(crate) type Texts<'a> = Vec<(u32, Text<'a>)>;

/// A text that is not copied on its way into a file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Text<'a> {
    /// Lies in the buffer that owns the row.
    Record(&'a str),
    /// A decoded value.
    Value(&'a ByteArray),
    /// A stretch of a decoded value: the first byte, how many.
    Stretch(&'a ByteArray, u32, u32),
}

impl<'a> Text<'a> {
    /// Its bytes.
    pub(crate) fn bytes(self) -> &'a [u8] {
        match self {
            Self::Record(text) => text.as_bytes(),
            Self::Value(value) => value.data(),
            Self::Stretch(value, start, len) => &value.data()[start as usize..][..len as usize],
        }
    }

    /// As Parquet takes it; `owner` gives the buffer of a record.
    pub(super) fn shared(self, owner: impl FnOnce() -> &'a Bytes) -> ByteArray {
        match self {
            Self::Record(text) => ByteArray::from(owner().slice_ref(text.as_bytes())),
            Self::Value(value) => value.clone(),
            Self::Stretch(value, start, len) => value.slice(start as usize, len as usize),
        }
    }
}

/// What is not in the record itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    /// Key of the event's distinct id, 0 for none.
    pub(crate) id: u64,
    /// Key of the person, 0 for none.
    pub(crate) person: u64,
    /// The lane.
    pub(crate) lane: u32,
    /// The position in it.
    pub(crate) position: u64,
}

/// One row group before it is written.
#[derive(Debug, Default)]
pub(crate) struct Group<'a> {
    pub(super) owners: Vec<&'a Bytes>,
    pub(super) ids: Vec<u128>,
    pub(super) event_types: Texts<'a>,
    pub(super) times: Vec<i64>,
    pub(super) received: Vec<i64>,
    pub(super) dialects: Vec<i32>,
    pub(super) sources: Vec<i32>,
    pub(super) marks: Vec<i32>,
    pub(super) revenue: Vec<Option<i64>>,
    pub(super) keys: Vec<Keys>,
    pub(super) texts: Vec<Texts<'a>>,
    pub(super) properties: Texts<'a>,
    /// Columns made of single properties, as the writer was told to have.
    pub(super) property_columns: Vec<Texts<'a>>,
}

impl<'a> Group<'a> {
    /// No rows.
    pub(crate) fn new() -> Self {
        let codes = Field::ALL.iter().map(|field| field.code()).max().unwrap_or(0);
        Self { texts: vec![Vec::new(); usize::from(codes) + 1], ..Self::default() }
    }

    /// Rows so far.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Adds a row; `owner` is the buffer that all texts of the view lie in.
    pub(crate) fn push(&mut self, view: &EventView<'a>, owner: &'a Bytes, keys: Keys) {
        let row = self.ids.len() as u32;
        self.owners.push(owner);
        self.ids.push(view.id.as_u128());
        self.event_types.push((row, Text::Record(view.event_type)));
        self.times.push(view.timestamp.0);
        self.received.push(view.received_at.0);
        self.dialects.push(i32::from(view.dialect.code()));
        self.sources.push(i32::from(view.source.code()));
        self.marks.push(view.marks.bits() as i32);
        self.revenue.push(view.revenue.map(|micros| micros.0));
        self.keys.push(keys);
        for (field, text) in view.fields.iter() {
            self.texts[usize::from(field.code())].push((row, Text::Record(text)));
        }
        self.properties.push((row, Text::Record(view.properties)));
    }

    /// Adds a row that was read from a file, with the person it has now. `columns` are the
    /// properties that have columns of their own.
    pub(crate) fn push_read(
        &mut self,
        rows: &'a Rows,
        at: usize,
        person: u64,
        columns: &PropertyColumns,
    ) {
        let row = self.ids.len() as u32;
        self.ids.push(rows.ids[at]);
        self.times.push(rows.times[at]);
        self.received.push(rows.received[at]);
        self.dialects.push(rows.dialects[at]);
        self.sources.push(rows.sources[at]);
        self.marks.push(rows.marks[at]);
        self.revenue.push(rows.revenue.get(at));
        let (lane, position) = (rows.lanes[at] as u32, rows.positions[at] as u64);
        self.keys.push(Keys { id: rows.id_keys[at], person, lane, position });
        self.event_types.extend(rows.event_types.value(at).map(|text| (row, Text::Value(text))));
        for (field, texts) in &rows.texts {
            let text = texts.value(at).map(|text| (row, Text::Value(text)));
            self.texts[usize::from(field.code())].extend(text);
        }
        if let Some(object) = rows.properties.value(at) {
            self.properties.push((row, Text::Value(object)));
            self.property_columns.resize_with(columns.len(), Vec::new);
            columns.each(object, |column, start, len| {
                let texts = &mut self.property_columns[column];
                // Of a key that is there twice the last counts.
                texts.pop_if(|(last, _)| *last == row);
                texts.push((row, Text::Stretch(object, start, len)));
            });
        }
    }

    /// Forgets all rows and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.owners.clear();
        self.ids.clear();
        self.event_types.clear();
        self.times.clear();
        self.received.clear();
        self.dialects.clear();
        self.sources.clear();
        self.marks.clear();
        self.revenue.clear();
        self.keys.clear();
        self.texts.iter_mut().for_each(Vec::clear);
        self.properties.clear();
        self.property_columns.iter_mut().for_each(Vec::clear);
    }

    /// What is known of the rows without reading them.
    pub(crate) fn meta(&self, tenant: &Arc<str>, day: i64, group: u32, keyed_at: u64) -> PartMeta {
        let mut counts: HashMap<&[u8], u64> = HashMap::new();
        for same in self.event_types.chunk_by(|a, b| a.1.bytes() == b.1.bytes()) {
            *counts.entry(same[0].1.bytes()).or_default() += same.len() as u64;
        }
        let name = |bytes| Arc::from(String::from_utf8_lossy(bytes));
        let mut events: Vec<(Arc<str>, u64)> =
            counts.into_iter().map(|(bytes, count)| (name(bytes), count)).collect();
        events.sort();
        let persons = || self.keys.iter().map(|keys| keys.person);
        PartMeta {
            groups: group..group + 1,
            tenant: tenant.clone(),
            day,
            rows: self.ids.len() as u64,
            time_min: self.times.iter().copied().min().unwrap_or(0),
            time_max: self.times.iter().copied().max().unwrap_or(0),
            person_min: persons().min().unwrap_or(0),
            person_max: persons().max().unwrap_or(0),
            keyed_at,
            events: (events.len() <= EVENT_TYPES_MAX).then_some(events),
        }
    }
}

impl PartMeta {
    /// Takes in the next row group of the same tenant and day.
    pub(crate) fn extend(&mut self, next: PartMeta) {
        self.groups.end = next.groups.end;
        self.rows += next.rows;
        self.time_min = self.time_min.min(next.time_min);
        self.time_max = self.time_max.max(next.time_max);
        self.person_min = self.person_min.min(next.person_min);
        self.person_max = self.person_max.max(next.person_max);
        self.events = match (self.events.take(), next.events) {
            (Some(mine), Some(theirs)) => {
                let mut all: std::collections::BTreeMap<_, _> = mine.into_iter().collect();
                theirs.into_iter().for_each(|(name, n)| *all.entry(name).or_default() += n);
                (all.len() <= EVENT_TYPES_MAX).then(|| all.into_iter().collect())
            }
            _ => None,
        };
    }
}

impl Group<'_> {
    /// The ids of the rows, as `.ids` files keep them. An id that was made here is in no sender's
    /// hands when the event is stored, so no retry can carry it; but where it holds a fingerprint,
    /// that can come again.
    pub(crate) fn entries(&self, secret: &Secret, tenant: &str, out: &mut Vec<Entry>) {
        let rows = self.ids.iter().zip(&self.received).zip(&self.marks);
        for ((id, received), marks) in rows {
            let marks = Marks::from_bits(*marks as u32);
            let id = EventId::from_u128(*id);
            let id = if marks.contains(Marks::FINGERPRINT) {
                secret.id_hash(tenant, IdKind::Fingerprint, &id.tail())
            } else if marks.contains(Marks::ID_MADE) {
                continue;
            } else {
                secret.id_hash(tenant, IdKind::Event, &id.to_bytes())
            };
            out.push(Entry { id, received: *received });
        }
        for (row, key) in &self.texts[usize::from(Field::IdempotencyKey.code())] {
            let id = secret.id_hash(tenant, IdKind::Idempotency, key.bytes());
            out.push(Entry { id, received: self.received[*row as usize] });
        }
    }
}
