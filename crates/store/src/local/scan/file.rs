//! Batches of a row group: only the columns asked for are read.

use std::{collections::HashMap, sync::Arc};

use event::{Dialect, EventId, Field, Micros, Source, Value};
use insight::Column;

use super::{
    Batch, Needs, Scanner,
    batch::{BATCH_ROWS, FileRow, Rest},
    control,
};
use crate::{
    AskError,
    local::{
        part::{ColumnName, NumberColumn, PartReader, Selection, TextColumn},
        snapshot::Part,
    },
};

/// Decoded columns of one row group.
#[derive(Default)]
pub(super) struct FileColumns {
    times: Vec<i64>,
    persons: Vec<u64>,
    ids: Vec<u128>,
    events: Vec<u32>,
    names: Vec<Arc<str>>,
    received: Vec<i64>,
    dialects: Vec<i32>,
    sources: Vec<i32>,
    revenue: NumberColumn,
    texts: Vec<(Field, TextColumn)>,
    properties: TextColumn,
}

/// Gives the rows of a row group to `visit`.
pub(super) fn scan_group(
    scanner: &Scanner<'_>,
    part: &Part,
    group: usize,
    needs: &Needs,
    visit: &mut dyn FnMut(&Batch<'_>),
) -> Result<(), AskError> {
    control::check(scanner.asking)?;
    let reader = scanner.open(part)?;
    let columns = FileColumns::read(scanner, &reader, group, needs)?;
    let rows = columns.times.len();
    for first in (0..rows).step_by(BATCH_ROWS) {
        control::check(scanner.asking)?;
        let end = rows.min(first + BATCH_ROWS);
        visit(&Batch {
            first,
            times: &columns.times[first..end],
            persons: &columns.persons[first..end],
            ids: columns.ids.get(first..end).unwrap_or_default(),
            events: columns.events.get(first..end).unwrap_or_default(),
            names: &columns.names,
            rest: Rest::File(&columns),
        });
    }
    Ok(())
}

impl FileColumns {
    fn read(
        scanner: &Scanner<'_>,
        reader: &PartReader,
        group: usize,
        needs: &Needs,
    ) -> Result<Self, AskError> {
        let mut bytes = 0;
        let mut read = |column: ColumnName| {
            bytes += reader.column_bytes(group, column);
            control::check(scanner.asking).map(|()| column)
        };
        let all = Selection::All;
        let mut columns = Self {
            times: reader.longs(group, read(ColumnName::Timestamp)?, all)?,
            persons: reader.keys(group, read(ColumnName::PersonKey)?)?,
            ..Self::default()
        };
        if needs.ids {
            read(ColumnName::EventId)?;
            columns.ids = reader.ids(group, all)?;
        }
        if needs.events {
            columns.code_events(&reader.texts(group, read(ColumnName::EventType)?, all)?);
        }
        if needs.properties {
            columns.properties = reader.texts(group, read(ColumnName::Properties)?, all)?;
        }
        for column in &needs.columns {
            match *column {
                Column::EventId | Column::EventType | Column::Timestamp => {}
                Column::ReceivedAt => {
                    columns.received = reader.longs(group, read(ColumnName::ReceivedAt)?, all)?;
                }
                Column::Dialect => {
                    columns.dialects = reader.ints(group, read(ColumnName::Dialect)?, all)?;
                }
                Column::Source => {
                    columns.sources = reader.ints(group, read(ColumnName::Source)?, all)?;
                }
                Column::Revenue => {
                    columns.revenue = reader.numbers(group, read(ColumnName::Revenue)?, all)?;
                }
                Column::Text(field) => {
                    let texts = reader.texts(group, read(ColumnName::Text(field))?, all)?;
                    columns.texts.push((field, texts));
                }
            }
        }
        columns.check(reader, group, needs)?;
        scanner.count_read(columns.times.len(), bytes);
        Ok(columns)
    }

    /// A file that lacks a required column, or has a short one, is refused before a row is read.
    fn check(&self, reader: &PartReader, group: usize, needs: &Needs) -> Result<(), AskError> {
        let rows = reader.rows(group);
        let full = self.times.len() == rows
            && self.persons.len() == rows
            && (!needs.ids || self.ids.len() == rows)
            && (!needs.events || self.events.len() == rows);
        if full { Ok(()) } else { Err(reader.failed("a column has fewer values than rows")) }
    }

    /// Numbers the event types. Equal values of a dictionary share their bytes, so the last few
    /// are found by address.
    fn code_events(&mut self, texts: &TextColumn) {
        let mut codes: HashMap<&[u8], u32> = HashMap::new();
        let mut recent = [(std::ptr::null::<u8>(), 0, 0); 64];
        for value in texts.values() {
            let data = value.data();
            let slot = &mut recent[(data.as_ptr() as usize >> 2) % 64];
            if slot.0 != data.as_ptr() || slot.1 != data.len() {
                let next = codes.len() as u32;
                let code = *codes.entry(data).or_insert(next);
                if code == next {
                    self.names.push(String::from_utf8_lossy(data).into());
                }
                *slot = (data.as_ptr(), data.len(), code);
            }
            self.events.push(slot.2);
        }
    }

    /// A row of the group.
    pub(super) fn row(&self, at: usize) -> FileRow<'_> {
        FileRow { columns: self, at }
    }

    /// What a filter asks of a row.
    pub(super) fn value(&self, column: Column, at: usize) -> Value<'_> {
        let text =
            |text: Option<&'static str>| text.map_or(Value::Missing, |t| Value::Text(t.into()));
        let code = |codes: &[i32]| codes.get(at).and_then(|code| u8::try_from(*code).ok());
        let moment =
            |ms: Option<&i64>| ms.map_or(Value::Missing, |ms| Value::Number(*ms as f64, ""));
        match column {
            Column::EventId => match self.ids.get(at) {
                Some(id) => Value::Text(EventId::from_u128(*id).to_string().into()),
                None => Value::Missing,
            },
            Column::EventType => match self.events.get(at) {
                Some(code) => Value::Text((&*self.names[*code as usize]).into()),
                None => Value::Missing,
            },
            Column::Timestamp => moment(self.times.get(at)),
            Column::ReceivedAt => moment(self.received.get(at)),
            Column::Dialect => {
                text(code(&self.dialects).and_then(Dialect::from_code).map(Dialect::as_str))
            }
            Column::Source => {
                text(code(&self.sources).and_then(Source::from_code).map(Source::as_str))
            }
            Column::Revenue => match self.revenue.get(at) {
                Some(micros) => Value::Number(Micros(micros).to_f64(), ""),
                None => Value::Missing,
            },
            Column::Text(field) => {
                let texts = self.texts.iter().find(|(of, _)| *of == field);
                match texts.and_then(|(_, texts)| texts.get(at)) {
                    Some(text) => Value::Text(text.into()),
                    None => Value::Missing,
                }
            }
        }
    }

    /// The properties of a row.
    pub(super) fn properties(&self, at: usize) -> &str {
        self.properties.get(at).unwrap_or("{}")
    }
}
