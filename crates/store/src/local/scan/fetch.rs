//! Whole events of a few rows.

use event::{Dialect, Event, EventId, Field, Fields, Marks, Micros, Source, TenantId, Timestamp};

use super::{Scanner, Unit};
use crate::{
    AskError,
    local::{
        part::{ColumnName, PartReader, Selection, TextColumn},
        snapshot::Part,
    },
};

/// Events by their rows, ascending; of each row its second half is the caller's. Rows of the head are
/// those of the run.
pub(super) fn of_unit(
    scanner: &Scanner<'_>,
    unit: &Unit,
    rows: &[(usize, usize)],
) -> Result<Vec<Event>, AskError> {
    super::control::check(scanner.asking)?;
    match unit {
        Unit::Head { run, .. } => {
            let view = |(row, _): &(usize, usize)| run.view(&run.rows[*row]).to_event();
            let events: Result<Vec<_>, _> = rows.iter().map(view).collect();
            Ok(events.expect("a record is checked when it is applied"))
        }
        Unit::Group { part, group } => {
            let rows: Vec<_> = rows.iter().map(|(row, _)| *row).collect();
            of_group(&scanner.open(part)?, part, *group, &rows)
        }
    }
}

fn of_group(
    reader: &PartReader,
    part: &Part,
    group: usize,
    rows: &[usize],
) -> Result<Vec<Event>, AskError> {
    let selected = Selection::Rows(rows);
    let ids = reader.ids(group, selected)?;
    let types = reader.texts(group, ColumnName::EventType, selected)?;
    let times = reader.longs(group, ColumnName::Timestamp, selected)?;
    let received = reader.longs(group, ColumnName::ReceivedAt, selected)?;
    let dialects = reader.ints(group, ColumnName::Dialect, selected)?;
    let sources = reader.ints(group, ColumnName::Source, selected)?;
    let marks = reader.ints(group, ColumnName::Marks, selected)?;
    let revenue = reader.numbers(group, ColumnName::Revenue, selected)?;
    let properties = reader.texts(group, ColumnName::Properties, selected)?;
    let fields: Vec<(Field, TextColumn)> = Field::ALL
        .iter()
        .map(|field| Ok((*field, reader.texts(group, ColumnName::Text(*field), selected)?)))
        .collect::<Result<_, AskError>>()?;
    let tenant = TenantId::new(&part.meta.tenant);
    let tenant = tenant.ok_or_else(|| reader.failed("a tenant id is malformed"))?;
    let event = |at: usize| {
        let mut texts = Fields::new();
        fields.iter().for_each(|(field, column)| texts.set_some(*field, column.get(at)));
        let code = |codes: &[i32]| codes.get(at).and_then(|code| u8::try_from(*code).ok());
        Some(Event {
            id: EventId::from_u128(*ids.get(at)?),
            tenant: tenant.clone(),
            event_type: types.get(at)?.into(),
            timestamp: Timestamp(*times.get(at)?),
            received_at: Timestamp(*received.get(at)?),
            dialect: code(&dialects).and_then(Dialect::from_code)?,
            source: code(&sources).and_then(Source::from_code)?,
            marks: Marks::from_bits(*marks.get(at)? as u32),
            revenue: revenue.get(at).map(Micros),
            fields: texts,
            properties: properties.get(at)?.into(),
        })
    };
    let events: Option<Vec<_>> = (0..rows.len()).map(event).collect();
    events.ok_or_else(|| reader.failed("a row lacks a column or holds an unknown code"))
}
