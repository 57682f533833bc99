//! Feature flags, and the ids persons were first bucketed by.

use event::TenantId;
use flag::Flag;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{Sqlite, all, audit, bump, rows, taken};
use crate::{
    CatalogError,
    audit::Note,
    facts::Noun,
    flags::{FlagChange, FlagFacts, HISTORY_MAX, KeptFlag},
    overrides::OverrideFacts,
};

impl FlagFacts for Sqlite {
    fn flag_versions(&mut self) -> Result<Vec<(TenantId, u64)>, CatalogError> {
        all(&self.connection, include_str!("../../query/flag.tenant.list.sql"), [], |row| {
            Ok((rows::tenant_id(row.get(0)?)?, row.get::<_, i64>(1)? as u64))
        })
    }

    fn flags(&mut self, tenant: &TenantId) -> Result<Vec<KeptFlag>, CatalogError> {
        let query = include_str!("../../query/flag.list.sql");
        all(&self.connection, query, [tenant.as_str()], rows::flag)
    }

    fn add_flag(&mut self, flag: &Flag, changes: &str, note: &Note) -> Result<u64, CatalogError> {
        self.write(|change| {
            let tenant = note.tenant.as_str();
            change.execute(include_str!("../../query/flag.tenant.ensure.sql"), [tenant])?;
            let number = include_str!("../../query/flag.tenant.number.sql");
            let id: i64 = change.query_row(number, [tenant], |row| row.get(0))?;
            let json = flag::write::flag(flag).to_string();
            let inserted = change.execute(
                include_str!("../../query/flag.insert.sql"),
                params![tenant, id, flag.key, json, note.at.0, note.at.0],
            );
            taken(inserted, "flag", &flag.key)?;
            let note = Note { subject: id.to_string(), ..note.clone() };
            told(change, id, changes, &note)?;
            Ok(id as u64)
        })
    }

    fn change_flag(&mut self, flag: &Flag, changes: &str, note: &Note) -> Result<(), CatalogError> {
        self.write(|change| {
            let json = flag::write::flag(flag).to_string();
            let of = params![note.tenant.as_str(), flag.id as i64, json, note.at.0];
            if change.execute(include_str!("../../query/flag.update.sql"), of)? == 0 {
                return Err(CatalogError::NoFlag(flag.id));
            }
            told(change, flag.id as i64, changes, note)
        })
    }

    fn remove_flag(&mut self, id: u64, note: &Note) -> Result<(), CatalogError> {
        self.write(|change| {
            let of = params![note.tenant.as_str(), id as i64];
            if change.execute(include_str!("../../query/flag.delete.sql"), of)? == 0 {
                return Err(CatalogError::NoFlag(id));
            }
            told(change, id as i64, "[]", note)
        })
    }

    fn flag_history(
        &mut self,
        tenant: &TenantId,
        id: u64,
    ) -> Result<Vec<FlagChange>, CatalogError> {
        let query = include_str!("../../query/flag.history.list.sql");
        all(&self.connection, query, params![tenant.as_str(), id as i64], rows::flag_change)
    }
}

/// Counts a change, and writes it into the history of the flag and the audit trail.
fn told(change: &Transaction<'_>, id: i64, changes: &str, note: &Note) -> Result<(), CatalogError> {
    let tenant = note.tenant.as_str();
    let (kind, actor, name) = note.actor.parts();
    change.execute(
        include_str!("../../query/flag.history.insert.sql"),
        params![tenant, id, note.at.0, kind, actor, name, note.action, changes],
    )?;
    let trim = include_str!("../../query/flag.history.trim.sql");
    change.execute(trim, params![tenant, id, HISTORY_MAX as i64])?;
    change.execute(include_str!("../../query/flag.tenant.bump.sql"), [tenant])?;
    bump(change, Noun::Flags)?;
    audit::write(change, note)
}

impl OverrideFacts for Sqlite {
    fn flag_override(&mut self, person: u128) -> Result<Option<Vec<u8>>, CatalogError> {
        let query = include_str!("../../query/flag.override.find.sql");
        let mut query = self.connection.prepare_cached(query)?;
        Ok(query.query_row([person.to_be_bytes()], |row| row.get(0)).optional()?)
    }

    fn keep_flag_override(
        &mut self,
        tenant: &TenantId,
        person: u128,
        masked: &[u8],
        limit: usize,
    ) -> Result<Option<Vec<u8>>, CatalogError> {
        if let Some(kept) = self.flag_override(person)? {
            return Ok(Some(kept));
        }
        let person = person.to_be_bytes();
        let fits = self.write_if(|change| {
            let ensure = include_str!("../../query/flag.tenant.ensure.sql");
            change.execute(ensure, [tenant.as_str()])?;
            let count = include_str!("../../query/flag.override.count.sql");
            if change.execute(count, params![tenant.as_str(), 1, limit as i64])? == 0 {
                return Ok(false);
            }
            let insert = include_str!("../../query/flag.override.insert.sql");
            change.execute(insert, params![person, masked])?;
            Ok(true)
        })?;
        Ok(fits.then(|| masked.to_vec()))
    }

    fn forget_flag_overrides(
        &mut self,
        tenant: &TenantId,
        persons: &[u128],
    ) -> Result<usize, CatalogError> {
        let mut gone = 0;
        self.write_if(|change| {
            let mut delete =
                change.prepare_cached(include_str!("../../query/flag.override.delete.sql"))?;
            for person in persons {
                gone += delete.execute([person.to_be_bytes()])?;
            }
            let count = include_str!("../../query/flag.override.count.sql");
            change.execute(count, params![tenant.as_str(), -(gone as i64), i64::MAX])?;
            Ok(gone > 0)
        })?;
        Ok(gone)
    }
}
