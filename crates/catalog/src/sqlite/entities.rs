//! Lists of ids.

use event::TenantId;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{Sqlite, all, audit, bump, rows};
use crate::{
    CatalogError,
    audit::Note,
    entities::{EntityFacts, ListRow, too_many},
    facts::Noun,
};

impl EntityFacts for Sqlite {
    fn entity_lists(&mut self) -> Result<Vec<ListRow>, CatalogError> {
        all(&self.connection, include_str!("../../query/entity.lists.sql"), [], rows::list)
    }

    fn entities_since(
        &mut self,
        list: u64,
        version: u64,
        each: &mut dyn FnMut(u128),
    ) -> Result<(), CatalogError> {
        let query = include_str!("../../query/entity.since.sql");
        let mut query = self.connection.prepare_cached(query)?;
        let mut rows = query.query(params![list as i64, version as i64])?;
        while let Some(row) = rows.next()? {
            each(u128::from_be_bytes(row.get(0)?));
        }
        Ok(())
    }

    fn put_entities(
        &mut self,
        note: &Note,
        kind: &str,
        ids: &[u128],
        replace: bool,
        limit: usize,
    ) -> Result<u64, CatalogError> {
        let tenant = &note.tenant;
        self.write(|change| {
            let mut list = find(change, tenant, kind)?;
            if let Some((id, _)) = list.filter(|_| replace) {
                delete(change, id)?;
                list = None;
            }
            let (list, version) = match list {
                Some(list) => list,
                None => {
                    let make = include_str!("../../query/entity.list.insert.sql");
                    let of = params![tenant.as_str(), kind];
                    (change.query_row(make, of, |row| row.get(0))?, 0)
                }
            };
            let version = version + 1;
            let mut added = 0;
            let mut insert = change.prepare(include_str!("../../query/entity.insert.sql"))?;
            for id in ids {
                added += insert.execute(params![list, id.to_be_bytes(), version])?;
            }
            let count = include_str!("../../query/entity.list.count.sql");
            change.execute(count, params![list, added as i64, version])?;
            let query = include_str!("../../query/entity.total.sql");
            let total: i64 = change.query_row(query, [tenant.as_str()], |row| row.get(0))?;
            if total as usize > limit {
                return Err(too_many(total as usize, limit));
            }
            bump(change, Noun::Entities)?;
            audit::write(change, note)?;
            Ok(added as u64)
        })
    }

    fn remove_entities(
        &mut self,
        tenant: &TenantId,
        kind: &str,
        note: &Note,
    ) -> Result<bool, CatalogError> {
        self.write_if(|change| {
            let Some((id, _)) = find(change, tenant, kind)? else { return Ok(false) };
            delete(change, id)?;
            bump(change, Noun::Entities)?;
            audit::write(change, note)?;
            Ok(true)
        })
    }
}

/// Id and version of a list.
fn find(
    change: &Transaction<'_>,
    tenant: &TenantId,
    kind: &str,
) -> Result<Option<(i64, i64)>, CatalogError> {
    let query = include_str!("../../query/entity.list.sql");
    let of = params![tenant.as_str(), kind];
    Ok(change.query_row(query, of, |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

fn delete(change: &Transaction<'_>, list: i64) -> Result<(), CatalogError> {
    change.execute(include_str!("../../query/entity.delete.sql"), [list])?;
    change.execute(include_str!("../../query/entity.list.delete.sql"), [list])?;
    Ok(())
}
