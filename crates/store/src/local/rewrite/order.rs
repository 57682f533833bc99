//! The order of the rows that stay: their sort keys, and where they are.

use event::Field;

use super::{Judge, Keep, RowInfo, Source};
use crate::{
    AskError,
    local::part::{ColumnName, Selection},
};

/// A row that stays.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ordered {
    id: u128,
    /// The person key it has from now on.
    pub(super) person: u64,
    time: i64,
    /// Index of its row group among the sources.
    pub(super) source: u32,
    /// Its row there.
    pub(super) row: u32,
}

/// The rows of one day and tenant that stay, sorted by (person, time, id).
pub(super) fn ordered(sources: &[Source<'_>]) -> Result<Vec<Ordered>, AskError> {
    let rows = sources.iter().map(|source| source.reader.rows(source.group)).sum();
    let mut ordered = Vec::with_capacity(rows);
    for (source, at) in sources.iter().zip(0..) {
        let SortColumns { persons, times, ids } = sort_columns(source)?;
        let rows = persons.into_iter().zip(times).zip(ids).zip(0..);
        ordered.extend(rows.filter_map(|(((person, time), id), row)| {
            let person = match source.keeps.as_ref().map(|keeps| keeps[row as usize]) {
                None | Some(Keep::Yes) => person,
                Some(Keep::No) => return None,
                Some(Keep::Changed(person) | Keep::Masked(person)) => person,
            };
            Some(Ordered { id, person, time, source: at, row })
        }));
    }
    // Stable: it finds the stretches that are in order already, which most are.
    ordered.sort_by_key(|row| (row.person, row.time, row.id));
    Ok(ordered)
}

struct SortColumns {
    persons: Vec<u64>,
    times: Vec<i64>,
    ids: Vec<u128>,
}

fn sort_columns(source: &Source<'_>) -> Result<SortColumns, AskError> {
    let (reader, group) = (source.reader, source.group);
    let persons = reader.keys(group, ColumnName::PersonKey)?;
    let times = reader.longs(group, ColumnName::Timestamp, Selection::All)?;
    let ids = reader.ids(group, Selection::All)?;
    let rows = reader.rows(group);
    if persons.len() != rows || times.len() != rows || ids.len() != rows {
        return Err(reader.failed("a column has fewer values than rows"));
    }
    Ok(SortColumns { persons, times, ids })
}

/// What becomes of each row of a row group.
pub(super) fn judged(source: &Source<'_>, judge: &mut dyn Judge) -> Result<Vec<Keep>, AskError> {
    let (reader, group) = (source.reader, source.group);
    let SortColumns { persons, times, ids } = sort_columns(source)?;
    let id_keys = reader.keys(group, ColumnName::IdKey)?;
    let own = reader.texts(group, ColumnName::Text(Field::DistinctId), Selection::All)?;
    let types = reader.texts(group, ColumnName::EventType, Selection::All)?;
    let lanes = reader.ints(group, ColumnName::Lane, Selection::All)?;
    let positions = reader.longs(group, ColumnName::Position, Selection::All)?;
    let fields = judge.reads().iter().filter(|field| reader.has(ColumnName::Text(**field)));
    let fields = fields
        .map(|field| Ok((*field, reader.texts(group, ColumnName::Text(*field), Selection::All)?)));
    let fields: Vec<_> = fields.collect::<Result<_, AskError>>()?;
    let properties = match judge.reads_properties(source.part) {
        true => Some(reader.texts(group, ColumnName::Properties, Selection::All)?),
        false => None,
    };
    let mut keeps = Vec::with_capacity(persons.len());
    for row in 0..persons.len() {
        let lacking = || reader.failed("a column has fewer values than rows");
        keeps.push(judge.judge(&RowInfo {
            tenant: &source.part.tenant,
            id: ids[row],
            time: times[row],
            person: persons[row],
            id_key: *id_keys.get(row).ok_or_else(lacking)?,
            distinct_id: own.get(row),
            event_type: types.get(row).ok_or_else(lacking)?,
            lane: *lanes.get(row).ok_or_else(lacking)? as u32,
            position: *positions.get(row).ok_or_else(lacking)? as u64,
            row,
            fields: &fields,
            properties: properties.as_ref().and_then(|texts| texts.get(row)),
        }));
    }
    Ok(keeps)
}
