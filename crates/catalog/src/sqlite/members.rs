//! The distinct ids of static cohorts.

use event::TenantId;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Sqlite, all, audit, library};
use crate::{CatalogError, Shelf, audit::Note, members::MemberFacts};

impl MemberFacts for Sqlite {
    fn put_members(
        &mut self,
        cohort: u64,
        ids: &[String],
        replace: bool,
        (of_cohort, of_tenant): (usize, usize),
        note: &Note,
    ) -> Result<usize, CatalogError> {
        self.write(|change| {
            library::is_there(change, &note.tenant, Shelf::Cohorts, cohort)?;
            let tenant = note.tenant.as_str();
            if replace {
                let clear = include_str!("../../query/member.clear.sql");
                change.execute(clear, params![tenant, cohort as i64])?;
            }
            let mut insert =
                change.prepare_cached(include_str!("../../query/member.insert.sql"))?;
            for id in ids {
                insert.execute(params![tenant, cohort as i64, id])?;
            }
            let total = include_str!("../../query/member.total.sql");
            let total: i64 = change.query_row(total, [tenant], |row| row.get(0))?;
            let own = count(change, tenant, cohort)?;
            let all = "ids of all cohorts";
            for (what, count, limit) in [("ids", own, of_cohort), (all, total as usize, of_tenant)]
            {
                if count > limit {
                    return Err(CatalogError::TooMany { what, count, limit });
                }
            }
            audit::write(change, note)?;
            Ok(own)
        })
    }

    fn members(
        &mut self,
        tenant: &TenantId,
        cohort: u64,
        after: &str,
        limit: usize,
    ) -> Result<Vec<String>, CatalogError> {
        let query = include_str!("../../query/member.list.sql");
        let of = params![tenant.as_str(), cohort as i64, after, limit as i64];
        all(&self.connection, query, of, |row| Ok(row.get(0)?))
    }

    fn member_count(&mut self, tenant: &TenantId, cohort: u64) -> Result<usize, CatalogError> {
        count(&self.connection, tenant.as_str(), cohort)
    }

    fn has_member(
        &mut self,
        tenant: &TenantId,
        cohort: u64,
        ids: &[String],
    ) -> Result<bool, CatalogError> {
        let query = include_str!("../../query/member.has.sql");
        let mut query = self.connection.prepare_cached(query)?;
        for id in ids {
            let of = params![tenant.as_str(), cohort as i64, id];
            if query.query_row(of, |_| Ok(())).optional()?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn count(connection: &Connection, tenant: &str, cohort: u64) -> Result<usize, CatalogError> {
    let query = include_str!("../../query/member.count.sql");
    let count: i64 =
        connection.query_row(query, params![tenant, cohort as i64], |row| row.get(0))?;
    Ok(count as usize)
}
