//! Columns of units, from the cache or made anew.

use std::{collections::HashMap, sync::Arc};

use event::{Dialect, EventId, Micros, Source, json};
use insight::{Column, Row, Subject};

use super::{Scanner, Unit, control};
use crate::{
    AskError,
    local::{
        columns::{Base, Coded, ColumnKey, Entry},
        head::{HeadRow, Run},
        part::{ColumnName, PartReader, Selection, TextColumn},
    },
};

impl Scanner<'_> {
    /// Who did what when.
    pub(super) fn base(&self, unit: &Unit) -> Result<Arc<Base>, AskError> {
        if let Some(Entry::Base(base)) = self.columns.get(unit.id(), &ColumnKey::Base) {
            return Ok(base);
        }
        control::check(self.asking)?;
        let base = Arc::new(match unit {
            Unit::Head { run, rows, .. } => base_of_rows(run, &run.rows[rows.clone()]),
            Unit::Group { part, group } => base_of_group(&self.open(part)?, *group)?,
        });
        self.columns.insert(unit.id(), ColumnKey::Base, &Entry::Base(base.clone()));
        Ok(base)
    }

    /// The ids of its events.
    pub(super) fn ids(&self, unit: &Unit) -> Result<Arc<Vec<u128>>, AskError> {
        if let Some(Entry::Ids(ids)) = self.columns.get(unit.id(), &ColumnKey::Ids) {
            return Ok(ids);
        }
        let ids = Arc::new(match unit {
            Unit::Head { run, rows, .. } => run.rows[rows.clone()].iter().map(|r| r.id).collect(),
            Unit::Group { part, group } => {
                let reader = self.open(part)?;
                full(&reader, *group, reader.ids(*group, Selection::All)?)?
            }
        });
        self.columns.insert(unit.id(), ColumnKey::Ids, &Entry::Ids(ids.clone()));
        Ok(ids)
    }

    /// The ids of some events, rows ascending.
    pub(super) fn ids_at(&self, unit: &Unit, rows: &[usize]) -> Result<Vec<u128>, AskError> {
        let kept = self.columns.get(unit.id(), &ColumnKey::Ids);
        match (unit, kept) {
            (_, Some(Entry::Ids(ids))) => Ok(rows.iter().map(|row| ids[*row]).collect()),
            (Unit::Group { part, group }, _) => {
                let reader = self.open(part)?;
                let ids = reader.ids(*group, Selection::Rows(rows))?;
                match ids.len() == rows.len() {
                    true => Ok(ids),
                    false => Err(reader.failed("the column of ids is short")),
                }
            }
            (Unit::Head { run, rows: of_tenant, .. }, _) => {
                Ok(rows.iter().map(|row| run.rows[of_tenant.start + row].id).collect())
            }
        }
    }

    /// Any other column; `subject` is a field or a property.
    pub(super) fn coded(&self, unit: &Unit, subject: &Subject) -> Result<Arc<Coded>, AskError> {
        let key = ColumnKey::Subject(subject.clone());
        if let Some(Entry::Coded(coded)) = self.columns.get(unit.id(), &key) {
            return Ok(coded);
        }
        control::check(self.asking)?;
        let coded = Arc::new(match (unit, subject) {
            (_, Subject::Field(Column::EventType)) => {
                let base = self.base(unit)?;
                let name = |row| Some(&*base.names[base.events.get(row)]);
                Coded::of_texts((0..base.rows()).map(name))
            }
            (Unit::Head { run, rows, .. }, _) => {
                coded_of_rows(run, &run.rows[rows.clone()], subject)
            }
            (Unit::Group { part, group }, _) => coded_of_group(&self.open(part)?, *group, subject)?,
        });
        self.columns.insert(unit.id(), key, &Entry::Coded(coded.clone()));
        Ok(coded)
    }
}

fn base_of_rows(run: &Run, rows: &[HeadRow]) -> Base {
    let persons: Vec<u64> = rows.iter().map(|row| row.person).collect();
    let times: Vec<i64> = rows.iter().map(|row| row.time).collect();
    // A run knows the event types of all tenants: number those that are there.
    let mut codes = vec![u32::MAX; run.events.len()];
    let mut names = Vec::new();
    let code = |row: &HeadRow| {
        let code = &mut codes[row.event as usize];
        if *code == u32::MAX {
            *code = names.len() as u32;
            names.push(run.events[row.event as usize].clone());
        }
        *code
    };
    let events = rows.iter().map(code).collect();
    Base::new(&persons, &times, events, names)
}

fn base_of_group(reader: &PartReader, group: usize) -> Result<Base, AskError> {
    let times = reader.longs(group, ColumnName::Timestamp, Selection::All)?;
    let persons = full(reader, group, reader.keys(group, ColumnName::PersonKey)?)?;
    let (events, names) = match reader.dictionary(group, ColumnName::EventType)? {
        Some(found) => {
            let names = found.texts.iter().map(|text| text_of(text).into()).collect();
            (found.codes.into_iter().map(|code| code.saturating_sub(1)).collect(), names)
        }
        None => numbered(&reader.texts(group, ColumnName::EventType, Selection::All)?),
    };
    let events = full(reader, group, events)?;
    Ok(Base::new(&persons, &full(reader, group, times)?, events, names))
}

/// A text of a dictionary, which is checked to be one.
fn text_of(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// A column with fewer values than rows is refused before a row is read.
fn full<T>(reader: &PartReader, group: usize, values: Vec<T>) -> Result<Vec<T>, AskError> {
    match values.len() == reader.rows(group) {
        true => Ok(values),
        false => Err(reader.failed("a column has fewer values than rows")),
    }
}

/// Numbers event types. Equal values of a dictionary share their bytes, so the last few are found
/// by address.
fn numbered(texts: &TextColumn) -> (Vec<u32>, Vec<Arc<str>>) {
    let mut codes: HashMap<&[u8], u32> = HashMap::new();
    let mut names: Vec<Arc<str>> = Vec::new();
    let mut recent = [(std::ptr::null::<u8>(), 0, 0); 64];
    let code = |value: &parquet::data_type::ByteArray| {
        // The bytes live as long as the column.
        (value.data().as_ptr(), value.data().len())
    };
    let mut events = Vec::with_capacity(texts.values().len());
    for value in texts.values() {
        let (at, len) = code(value);
        let slot = &mut recent[(at as usize >> 2) % 64];
        if slot.0 != at || slot.1 != len {
            let next = names.len() as u32;
            let code = *codes.entry(value.data()).or_insert(next);
            if code == next {
                names.push(String::from_utf8_lossy(value.data()).into());
            }
            *slot = (at, len, code);
        }
        events.push(slot.2);
    }
    (events, names)
}

fn coded_of_rows(run: &Run, rows: &[HeadRow], subject: &Subject) -> Coded {
    let views: Vec<_> = rows.iter().map(|row| run.view(row)).collect();
    match subject {
        Subject::Property(path) => {
            Coded::of_json(views.iter().map(|view| json::find(view.properties, path)))
        }
        Subject::Field(Column::Text(field)) => {
            Coded::of_texts(views.iter().map(|view| view.fields.get(*field)))
        }
        Subject::Field(column @ (Column::EventId | Column::Dialect | Column::Source)) => {
            let text = |view: &event::codec::EventView<'_>| match view.column(*column) {
                event::Value::Text(text) => Some(text.into_owned()),
                _ => None,
            };
            let texts: Vec<_> = views.iter().map(text).collect();
            Coded::of_texts(texts.iter().map(Option::as_deref))
        }
        Subject::Field(column) => {
            let number = |view: &event::codec::EventView<'_>| match view.column(*column) {
                event::Value::Number(number, _) => Some(number),
                _ => None,
            };
            Coded::of_numbers(views.iter().map(number))
        }
        Subject::Person(_) => Coded::of_texts(rows.iter().map(|_| None)),
    }
}

fn coded_of_group(reader: &PartReader, group: usize, subject: &Subject) -> Result<Coded, AskError> {
    let (all, rows) = (Selection::All, reader.rows(group));
    let long = |column| reader.longs(group, column, all).and_then(|l| full(reader, group, l));
    let int = |column| reader.ints(group, column, all).and_then(|i| full(reader, group, i));
    let code = |code: i32| u8::try_from(code).ok();
    let known = match subject {
        Subject::Property(path) if !path.contains('.') => {
            reader.property_dictionary(group, path)?
        }
        Subject::Field(Column::Text(field)) => {
            reader.dictionary(group, ColumnName::Text(*field))?
        }
        _ => None,
    };
    if let Some(found) = known {
        let json = matches!(subject, Subject::Property(_));
        return Ok(Coded::of_dictionary(found.codes, found.texts.iter().map(|t| text_of(t)), json));
    }
    Ok(match subject {
        // A path with a dot may mean a key inside another: only the whole text tells.
        Subject::Property(path) if !path.contains('.') && reader.has_property(path) => {
            let texts = reader.property(group, path, all)?;
            Coded::of_json((0..rows).map(|row| texts.get(row)))
        }
        Subject::Property(path) => {
            let texts = reader.texts(group, ColumnName::Properties, all)?;
            Coded::of_json((0..rows).map(|row| json::find(texts.get(row)?, path)))
        }
        Subject::Field(Column::Text(field)) => {
            let texts = reader.texts(group, ColumnName::Text(*field), all)?;
            Coded::of_texts((0..rows).map(|row| texts.get(row)))
        }
        Subject::Field(Column::EventType) => {
            let texts = reader.texts(group, ColumnName::EventType, all)?;
            Coded::of_texts((0..rows).map(|row| texts.get(row)))
        }
        Subject::Field(Column::EventId) => {
            let ids = full(reader, group, reader.ids(group, all)?)?;
            let ids: Vec<String> =
                ids.iter().map(|id| EventId::from_u128(*id).to_string()).collect();
            Coded::of_texts(ids.iter().map(|id| Some(id.as_str())))
        }
        Subject::Field(Column::Timestamp) => {
            Coded::of_numbers(long(ColumnName::Timestamp)?.iter().map(|ms| Some(*ms as f64)))
        }
        Subject::Field(Column::ReceivedAt) => {
            Coded::of_numbers(long(ColumnName::ReceivedAt)?.iter().map(|ms| Some(*ms as f64)))
        }
        Subject::Field(Column::Dialect) => {
            let dialect = |c: &i32| code(*c).and_then(Dialect::from_code).map(Dialect::as_str);
            Coded::of_texts(int(ColumnName::Dialect)?.iter().map(dialect))
        }
        Subject::Field(Column::Source) => {
            let source = |c: &i32| code(*c).and_then(Source::from_code).map(Source::as_str);
            Coded::of_texts(int(ColumnName::Source)?.iter().map(source))
        }
        Subject::Field(Column::Revenue) => {
            let revenue = reader.numbers(group, ColumnName::Revenue, all)?;
            Coded::of_numbers((0..rows).map(|row| revenue.get(row).map(|m| Micros(m).to_f64())))
        }
        Subject::Person(_) => Coded::of_texts((0..rows).map(|_| None)),
    })
}
