//! What people keep, and the links by which others see it.

use std::time::Duration;

use event::{TenantId, Timestamp};
use rusqlite::{OptionalExtension, Row as SqlRow, Transaction, params};

use super::{BUSY_TIMEOUT, Sqlite, all, audit, first, rows};
use crate::{
    Actor, CatalogError, Kept, KeyHash, Shelf, Sought,
    audit::Note,
    library::{LibraryFacts, Row, Written},
    shares::{Share, ShareFacts, ShareRow},
};

/// How long an erasure waits for who reads the log.
const CUT_TIMEOUT: Duration = Duration::from_secs(2);

impl LibraryFacts for Sqlite {
    fn library_page(
        &mut self,
        tenant: &TenantId,
        shelf: Shelf,
        sought: &Sought,
    ) -> Result<(u64, Vec<Row>), CatalogError> {
        let (tenant, kind) = (tenant.as_str(), shelf.as_str());
        let Sought { search, from, to, skip, take } = sought;
        let count = include_str!("../../query/library.count.sql");
        let of = params![tenant, kind, search, from.0, to.0];
        let count: i64 = self.connection.query_row(count, of, |row| row.get(0))?;
        let page = include_str!("../../query/library.page.sql");
        let of = params![tenant, kind, search, from.0, to.0, *take as i64, *skip as i64];
        Ok((count as u64, all(&self.connection, page, of, kept)?))
    }

    fn library_row(
        &mut self,
        tenant: &TenantId,
        shelf: Shelf,
        id: u64,
    ) -> Result<Option<Row>, CatalogError> {
        let query = include_str!("../../query/library.find.sql");
        first(&self.connection, query, params![tenant.as_str(), shelf.as_str(), id as i64], kept)
    }

    fn library(&mut self, tenant: &TenantId) -> Result<Vec<(Shelf, u64, String)>, CatalogError> {
        let query = include_str!("../../query/library.all.sql");
        all(&self.connection, query, [tenant.as_str()], |row| {
            let (id, json) = (row.get::<_, i64>(1)? as u64, row.get(2)?);
            Ok((shelf(row.get(0)?)?, id, json))
        })
    }

    fn add_to_library(
        &mut self,
        row: &Written,
        (limit, what): (usize, &'static str),
        note: &Note,
    ) -> Result<u64, CatalogError> {
        self.write(|change| {
            let (tenant, kind) = (note.tenant.as_str(), row.shelf.as_str());
            let count = include_str!("../../query/library.count.sql");
            let of = params![tenant, kind, "", i64::MIN, i64::MAX];
            let count: i64 = change.query_row(count, of, |row| row.get(0))?;
            let count = count as usize + 1;
            if count > limit {
                return Err(CatalogError::TooMany { what, count, limit });
            }
            let number = include_str!("../../query/library.number.sql");
            let id: i64 = change.query_row(number, [tenant, kind], |row| row.get(0))?;
            let (owner_kind, owner_id, owner_name) = note.actor.parts();
            let at = row.at.unwrap_or(note.at);
            change.execute(
                include_str!("../../query/library.insert.sql"),
                params![
                    tenant, kind, id, row.name, row.json, owner_kind, owner_id, owner_name, at.0,
                    note.at.0
                ],
            )?;
            audit::write(change, &Note { subject: id.to_string(), ..note.clone() })?;
            Ok(id as u64)
        })
    }

    fn change_in_library(
        &mut self,
        id: u64,
        seen: u64,
        row: &Written,
        note: &Note,
    ) -> Result<bool, CatalogError> {
        self.write_if(|change| {
            let of = params![
                note.tenant.as_str(),
                row.shelf.as_str(),
                id as i64,
                seen as i64,
                row.name,
                row.json,
                row.at.map(|at| at.0),
                note.at.0
            ];
            if change.execute(include_str!("../../query/library.update.sql"), of)? == 0 {
                return Ok(false);
            }
            audit::write(change, note)?;
            Ok(true)
        })
    }

    fn remove_from_library(
        &mut self,
        shelf: Shelf,
        id: u64,
        note: &Note,
    ) -> Result<bool, CatalogError> {
        self.write_if(|change| {
            let (tenant, kind, id) = (note.tenant.as_str(), shelf.as_str(), id as i64);
            let delete = include_str!("../../query/library.delete.sql");
            if change.execute(delete, params![tenant, kind, id])? == 0 {
                return Ok(false);
            }
            let links = include_str!("../../query/share.clear.sql");
            change.execute(links, params![tenant, kind, id])?;
            if shelf == Shelf::Cohorts {
                let ids = include_str!("../../query/member.clear.sql");
                change.execute(ids, params![tenant, id])?;
            }
            audit::write(change, note)?;
            Ok(true)
        })
    }

    fn forget_in_library(
        &mut self,
        tenant: &TenantId,
        ids: &[String],
        rows: &[(Shelf, u64, String)],
    ) -> Result<usize, CatalogError> {
        let mut gone = 0;
        self.write_if(|change| {
            let mut delete =
                change.prepare_cached(include_str!("../../query/member.forget.sql"))?;
            for id in ids {
                gone += delete.execute([tenant.as_str(), id])?;
            }
            let mut rewrite =
                change.prepare_cached(include_str!("../../query/library.rewrite.sql"))?;
            for (shelf, id, json) in rows {
                rewrite.execute(params![tenant.as_str(), shelf.as_str(), *id as i64, json])?;
            }
            Ok(gone + rows.len() > 0)
        })?;
        // Also where nothing was found: an earlier try may have left it in the log.
        self.connection.busy_timeout(CUT_TIMEOUT)?;
        let is_cut = self.cut_log();
        self.connection.busy_timeout(BUSY_TIMEOUT)?;
        if !is_cut? {
            let message = "the write-ahead log is being read and cannot be cut";
            return Err(CatalogError::Database(message.into()));
        }
        Ok(gone)
    }
}

/// A row of `library.find.sql` and `library.page.sql`.
fn kept(row: &SqlRow<'_>) -> Result<Row, CatalogError> {
    let (kind, owner): (String, String) = (row.get(2)?, row.get(3)?);
    let actor = Actor::from_parts(&kind, &owner, row.get(4)?);
    Ok(Kept {
        id: row.get::<_, i64>(0)? as u64,
        item: row.get(1)?,
        owner: actor.ok_or_else(|| rows::unknown("actor", format!("{kind} {owner}")))?,
        version: row.get::<_, i64>(5)? as u64,
        created_at: Timestamp(row.get(6)?),
        updated_at: Timestamp(row.get(7)?),
    })
}

fn shelf(name: String) -> Result<Shelf, CatalogError> {
    Shelf::named(&name).ok_or_else(|| rows::unknown("shelf", name))
}

/// Whether a thing is there.
pub(super) fn is_there(
    change: &Transaction<'_>,
    tenant: &TenantId,
    shelf: Shelf,
    id: u64,
) -> Result<(), CatalogError> {
    let query = include_str!("../../query/library.find.sql");
    let of = params![tenant.as_str(), shelf.as_str(), id as i64];
    let found = change.query_row(query, of, |_| Ok(())).optional()?;
    found.ok_or(CatalogError::NoThing { what: shelf.as_str(), id })
}

impl ShareFacts for Sqlite {
    fn add_share(
        &mut self,
        row: &ShareRow,
        (of_item, of_tenant): (usize, usize),
        note: &Note,
    ) -> Result<(), CatalogError> {
        let share = &row.share;
        self.write(|change| {
            is_there(change, &share.tenant, share.shelf, share.item)?;
            let now = share.created_at.0;
            change.execute(include_str!("../../query/share.expire.sql"), [now])?;
            let (tenant, kind) = (share.tenant.as_str(), share.shelf.as_str());
            let list = include_str!("../../query/share.list.sql");
            let of = params![tenant, kind, share.item as i64];
            let others = all(change, list, of, |_| Ok(()))?.len();
            let total = include_str!("../../query/share.total.sql");
            let total: i64 = change.query_row(total, [tenant], |row| row.get(0))?;
            for (count, limit) in [(others + 1, of_item), (total as usize + 1, of_tenant)] {
                if count > limit {
                    return Err(CatalogError::TooMany { what: "links", count, limit });
                }
            }
            let end = share.expires_at.map(|at| at.0);
            change.execute(
                include_str!("../../query/share.insert.sql"),
                params![row.hash.as_bytes(), tenant, kind, share.item as i64, now, end],
            )?;
            audit::write(change, note)
        })
    }

    fn share(&mut self, hash: KeyHash) -> Result<Option<ShareRow>, CatalogError> {
        let query = include_str!("../../query/share.find.sql");
        first(&self.connection, query, [hash.as_bytes()], share_row)
    }

    fn shares(
        &mut self,
        tenant: &TenantId,
        shelf: Shelf,
        item: u64,
    ) -> Result<Vec<ShareRow>, CatalogError> {
        let query = include_str!("../../query/share.list.sql");
        let of = params![tenant.as_str(), shelf.as_str(), item as i64];
        all(&self.connection, query, of, share_row)
    }

    fn remove_share(&mut self, hash: KeyHash, note: &Note) -> Result<bool, CatalogError> {
        self.write_if(|change| {
            let delete = include_str!("../../query/share.delete.sql");
            if change.execute(delete, [hash.as_bytes()])? == 0 {
                return Ok(false);
            }
            audit::write(change, note)?;
            Ok(true)
        })
    }
}

/// A row of `share.find.sql` and `share.list.sql`.
fn share_row(row: &SqlRow<'_>) -> Result<ShareRow, CatalogError> {
    let hash = rows::key_hash(row.get(0)?)?;
    let share = Share {
        id: hash.id(),
        tenant: rows::tenant_id(row.get(1)?)?,
        shelf: shelf(row.get(2)?)?,
        item: row.get::<_, i64>(3)? as u64,
        created_at: Timestamp(row.get(4)?),
        expires_at: row.get::<_, Option<i64>>(5)?.map(Timestamp),
    };
    Ok(ShareRow { hash, share })
}
