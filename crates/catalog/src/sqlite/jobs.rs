//! Jobs and their leases.

use event::{TenantId, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::{Sqlite, all, rows};
use crate::{
    CatalogError,
    jobs::{Finished, JobFacts, JobKey, JobRow, Lease},
};

impl JobFacts for Sqlite {
    fn jobs(&mut self) -> Result<Vec<JobRow>, CatalogError> {
        all(&self.connection, include_str!("../../query/job.list.sql"), [], rows::job)
    }

    fn plan_job(&mut self, key: &JobKey, next_at: Timestamp) -> Result<(), CatalogError> {
        let query = include_str!("../../query/job.plan.sql");
        self.connection.execute(query, params![key.name, tenant(key), next_at.0])?;
        Ok(())
    }

    fn take_job(
        &mut self,
        key: &JobKey,
        runner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Timestamp>, CatalogError> {
        self.write(|change| {
            let query = include_str!("../../query/job.take.sql");
            let of = params![key.name, tenant(key), runner, now.0, until.0];
            let owed = change.query_row(query, of, |row| row.get(0)).optional()?;
            Ok(owed.map(Timestamp))
        })
    }

    fn extend_job(&mut self, lease: &Lease, until: Timestamp) -> Result<bool, CatalogError> {
        let Lease { key, runner, started_at, .. } = lease;
        let query = include_str!("../../query/job.extend.sql");
        let of = params![key.name, tenant(key), runner, started_at.0, until.0];
        Ok(self.connection.execute(query, of)? > 0)
    }

    fn finish_job(&mut self, lease: &Lease, how: &Finished) -> Result<bool, CatalogError> {
        let Lease { key, runner, started_at, .. } = lease;
        let owed = how.owed_from.map(|at| at.0);
        let (result, error) = (how.result.as_ref().ok(), how.result.as_ref().err());
        let query = include_str!("../../query/job.finish.sql");
        let of = params![
            key.name,
            tenant(key),
            runner,
            started_at.0,
            how.at.0,
            how.next_at.0,
            owed,
            result,
            error
        ];
        Ok(self.connection.execute(query, of)? > 0)
    }

    fn hasten_job(&mut self, key: &JobKey, now: Timestamp) -> Result<bool, CatalogError> {
        self.write_if(|change| {
            let of = params![key.name, tenant(key), now.0];
            let running = include_str!("../../query/job.running.sql");
            if change.query_row(running, of, |row| row.get::<_, i64>(0))? > 0 {
                return Ok(false);
            }
            change.execute(include_str!("../../query/job.hasten.sql"), of)?;
            Ok(true)
        })
    }
}

fn tenant(key: &JobKey) -> &str {
    key.tenant.as_ref().map_or("", TenantId::as_str)
}
