//! The person tables from the events themselves: for a manifest that was made before there were
//! such tables, and for one that was made anew from part files.

use std::{collections::HashMap, sync::Arc};

use disk::{DataDir, PartFile, SharedFs};
use event::{EventId, Field, Timestamp};
use insight::{Link, Told, may_set_traits};

use super::fold::{Changing, Folding, PeopleChange};
use crate::{
    AskError,
    local::part::{ColumnName, FileMeta, Footers, PartMeta, PartReader, Selection},
};

/// Links with where they were told first: the position, and which of the event's links it is.
type First = HashMap<(Arc<str>, Link), (u64, u32)>;

const ID_FIELDS: [Field; 4] = [Field::DistinctId, Field::UserId, Field::DeviceId, Field::SessionId];

/// Folds all events of the files, and gives what the tables have to hold. It reads all properties
/// once; memory grows with the links and persons found, not with the events.
pub(crate) fn rebuild(
    fs: &SharedFs,
    dir: &DataDir,
    files: &[FileMeta],
    folding: &mut Folding,
) -> Result<Arc<PeopleChange>, AskError> {
    let mut first = First::new();
    for file in files {
        let part_file = PartFile { number: file.number };
        let reader = PartReader::open(fs, dir.part(part_file), part_file, &Footers::new(0))?;
        for part in &file.parts {
            for group in part.groups.clone() {
                of_group(&reader, part, group as usize, folding, &mut first)?;
            }
        }
    }
    let mut links: Vec<_> = first.into_iter().collect();
    links.sort_by_key(|(_, at)| *at);
    for ((tenant, link), (position, _)) in &links {
        let (told, force) = told(link);
        folding.tell(tenant, *position, &told, force);
    }
    let change = folding.freeze();
    folding.drop_frozen();
    Ok(Arc::new(PeopleChange { whole: true, ..PeopleChange::clone(&change) }))
}

/// A link without its texts, and whether it is forced.
fn told(link: &Link) -> (Told<'_>, bool) {
    match link {
        Link::User(id) => (Told::User(id), false),
        Link::Join(a, b) => (Told::Join(a.into(), b), false),
        Link::Force(a, b) => (Told::Join(a.into(), b), true),
    }
}

fn of_group(
    reader: &PartReader,
    part: &PartMeta,
    group: usize,
    folding: &mut Folding,
    first: &mut First,
) -> Result<(), AskError> {
    let tenant = folding.tenant_name(&part.tenant);
    let types = reader.texts(group, ColumnName::EventType, Selection::All)?;
    let properties = reader.texts(group, ColumnName::Properties, Selection::All)?;
    let positions = reader.longs(group, ColumnName::Position, Selection::All)?;
    let times = reader.longs(group, ColumnName::Timestamp, Selection::All)?;
    let event_ids = reader.ids(group, Selection::All)?;
    let mut ids = Vec::with_capacity(ID_FIELDS.len());
    for field in ID_FIELDS {
        ids.push(reader.texts(group, ColumnName::Text(field), Selection::All)?);
    }
    let mut changing = Changing::new();
    let rows = times.iter().zip(&event_ids).zip(&positions).enumerate();
    for (row, ((time, event), position)) in rows {
        let (Some(event_type), Some(properties)) = (types.get(row), properties.get(row)) else {
            return Err(reader.failed("a row lacks its type or its properties"));
        };
        let field = |field| {
            let at = ID_FIELDS.iter().position(|known| *known == field)?;
            ids[at].get(row)
        };
        let mut number = 0;
        Told::each(event_type, field, properties, &mut |told| {
            let at = (*position as u64, number);
            let known = first.entry((tenant.clone(), told.into())).or_insert(at);
            *known = at.min(*known);
            number += 1;
        });
        if let Some(id) = field(Field::DistinctId).filter(|id| !id.is_empty())
            && may_set_traits(event_type, properties)
        {
            let at = (Timestamp(*time), EventId::from_u128(*event));
            folding.set(&tenant, &mut changing, id, at, (event_type, properties));
        }
    }
    folding.keep(&tenant, changing);
    Ok(())
}
