//! The audit trail.

use event::TenantId;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{Sqlite, all, rows};
use crate::{
    AuditRow, CatalogError,
    audit::{AuditFacts, Note},
};

/// Adds a row behind the last one, in the transaction of what it tells of.
pub(super) fn write(change: &Transaction<'_>, note: &Note) -> Result<(), CatalogError> {
    let (last, previous) = head(change)?;
    let seq = last + 1;
    let hash = note.hash(seq, &previous);
    let (kind, id, name) = note.actor.parts();
    change.prepare_cached(include_str!("../../query/audit.insert.sql"))?.execute(params![
        seq as i64,
        note.at.0,
        note.tenant.as_str(),
        kind,
        id,
        name,
        note.action,
        note.subject,
        note.detail,
        hash,
    ])?;
    let set = include_str!("../../query/audit.head.set.sql");
    change.prepare_cached(set)?.execute(params![seq as i64, hash])?;
    Ok(())
}

fn head(connection: &rusqlite::Connection) -> Result<(u64, [u8; 32]), CatalogError> {
    let mut query = connection.prepare_cached(include_str!("../../query/audit.head.sql"))?;
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)? as u64, row.get(1)?));
    Ok(query.query_row([], read).optional()?.unwrap_or((0, [0; 32])))
}

impl AuditFacts for Sqlite {
    fn add_note(&mut self, note: &Note) -> Result<(), CatalogError> {
        self.write(|change| write(change, note))
    }

    fn audit_page(
        &mut self,
        tenant: &TenantId,
        before: u64,
        limit: usize,
    ) -> Result<Vec<AuditRow>, CatalogError> {
        let query = include_str!("../../query/audit.page.sql");
        let of = params![tenant.as_str(), before as i64, limit as i64];
        all(&self.connection, query, of, rows::audit)
    }

    fn audit_all(
        &mut self,
        each: &mut dyn FnMut(Option<&AuditRow>) -> bool,
    ) -> Result<(u64, [u8; 32]), CatalogError> {
        // One transaction, so that rows and head are of the same moment.
        let read = self.connection.transaction()?;
        let head = head(&read)?;
        let mut query = read.prepare(include_str!("../../query/audit.all.sql"))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            if !each(rows::audit(row).ok().as_ref()) {
                break;
            }
        }
        Ok(head)
    }
}
