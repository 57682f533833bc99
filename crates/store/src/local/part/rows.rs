//! All columns of some rows of a row group, to write them again.

use event::Field;

use super::{ColumnName, NumberColumn, PartReader, Selection, TextColumn};
use crate::AskError;

/// Decoded rows; about 500 bytes each, and their texts.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(super) ids: Vec<u128>,
    pub(super) event_types: TextColumn,
    pub(super) times: Vec<i64>,
    pub(super) received: Vec<i64>,
    pub(super) dialects: Vec<i32>,
    pub(super) sources: Vec<i32>,
    pub(super) marks: Vec<i32>,
    pub(super) revenue: NumberColumn,
    pub(super) id_keys: Vec<u64>,
    pub(super) lanes: Vec<i32>,
    pub(super) positions: Vec<i64>,
    pub(super) texts: Vec<(Field, TextColumn)>,
    pub(super) properties: TextColumn,
}

impl Rows {
    /// Reads rows of a group. A file that lacks a column that must be there, or has a short one,
    /// is an error: nothing is made up in its place.
    pub(crate) fn read(
        reader: &PartReader,
        group: usize,
        rows: Selection<'_>,
    ) -> Result<Self, AskError> {
        use ColumnName as Name;
        let mut texts = Vec::new();
        for field in Field::ALL {
            if reader.has(Name::Text(*field)) {
                texts.push((*field, reader.texts(group, Name::Text(*field), rows)?));
            }
        }
        let read = Self {
            ids: reader.ids(group, rows)?,
            event_types: reader.texts(group, Name::EventType, rows)?,
            times: reader.longs(group, Name::Timestamp, rows)?,
            received: reader.longs(group, Name::ReceivedAt, rows)?,
            dialects: reader.ints(group, Name::Dialect, rows)?,
            sources: reader.ints(group, Name::Source, rows)?,
            marks: reader.ints(group, Name::Marks, rows)?,
            revenue: reader.numbers(group, Name::Revenue, rows)?,
            id_keys: reader.keys_of(group, Name::IdKey, rows)?,
            lanes: reader.ints(group, Name::Lane, rows)?,
            positions: reader.longs(group, Name::Position, rows)?,
            texts,
            properties: reader.texts(group, Name::Properties, rows)?,
        };
        let count = match rows {
            Selection::All => reader.rows(group),
            Selection::Rows(rows) => rows.len(),
        };
        if read.lengths().iter().all(|len| *len == count) {
            return Ok(read);
        }
        Err(reader.failed("a column has fewer values than rows"))
    }

    /// One of the rows, to be changed before it is written.
    pub(crate) fn row_mut(&mut self, row: usize) -> RowMut<'_> {
        RowMut { rows: self, row }
    }

    /// Lengths of the columns that have a value in every row.
    fn lengths(&self) -> [usize; 11] {
        let ints = [&self.dialects, &self.sources, &self.marks, &self.lanes].map(Vec::len);
        let longs = [&self.times, &self.received, &self.positions].map(Vec::len);
        let texts = [&self.event_types, &self.properties].map(|texts| texts.values().len());
        let [dialects, sources, marks, lanes] = ints;
        let [times, received, positions] = longs;
        let [types, objects] = texts;
        let (ids, keys) = (self.ids.len(), self.id_keys.len());
        [dialects, sources, marks, lanes, times, received, positions, types, objects, ids, keys]
    }
}

/// A row whose texts may be changed.
#[derive(Debug)]
pub(crate) struct RowMut<'a> {
    rows: &'a mut Rows,
    row: usize,
}

impl RowMut<'_> {
    /// The text of a field.
    pub(crate) fn text(&self, field: Field) -> Option<&str> {
        let (_, texts) = self.rows.texts.iter().find(|(of, _)| *of == field)?;
        texts.get(self.row)
    }

    /// Replaces the text of a field that has one; None takes it away.
    pub(crate) fn set(&mut self, field: Field, text: Option<&str>) {
        let texts = self.rows.texts.iter_mut().find(|(of, _)| *of == field);
        if let Some((_, texts)) = texts {
            texts.replace(self.row, text);
        }
    }

    /// The properties.
    pub(crate) fn properties(&self) -> &str {
        self.rows.properties.get(self.row).unwrap_or("{}")
    }

    /// Replaces the properties.
    pub(crate) fn set_properties(&mut self, object: &str) {
        self.rows.properties.replace(self.row, Some(object));
    }

    /// Replaces the key of the distinct id.
    pub(crate) fn set_id_key(&mut self, key: u64) {
        self.rows.id_keys[self.row] = key;
    }
}
