//! Experiments.

use event::TenantId;
use rusqlite::params;

use super::{Sqlite, all, audit, first, rows};
use crate::{
    CatalogError,
    audit::Note,
    experiments::{Experiment, ExperimentFacts},
};

impl ExperimentFacts for Sqlite {
    fn experiments(&mut self, tenant: &TenantId) -> Result<Vec<Experiment>, CatalogError> {
        let query = include_str!("../../query/experiment.list.sql");
        all(&self.connection, query, [tenant.as_str()], rows::experiment)
    }

    fn experiment(
        &mut self,
        tenant: &TenantId,
        id: u64,
    ) -> Result<Option<Experiment>, CatalogError> {
        let query = include_str!("../../query/experiment.find.sql");
        // A number that no row can have is the number of none.
        let id = i64::try_from(id).unwrap_or(-1);
        first(&self.connection, query, params![tenant.as_str(), id], rows::experiment)
    }

    fn add_experiment(
        &mut self,
        experiment: &Experiment,
        limit: usize,
        note: &Note,
    ) -> Result<Option<u64>, CatalogError> {
        self.write(|change| {
            let tenant = note.tenant.as_str();
            let count = include_str!("../../query/experiment.count.sql");
            let count: i64 = change.query_row(count, [tenant], |row| row.get(0))?;
            if count >= limit as i64 {
                return Ok(None);
            }
            let number = include_str!("../../query/experiment.number.sql");
            let id: i64 = change.query_row(number, [tenant], |row| row.get(0))?;
            change.execute(
                include_str!("../../query/experiment.insert.sql"),
                params![tenant, id, json(experiment)?, note.at.0],
            )?;
            audit::write(change, &Note { subject: id.to_string(), ..note.clone() })?;
            Ok(Some(id as u64))
        })
    }

    fn change_experiment(
        &mut self,
        experiment: &Experiment,
        note: &Note,
    ) -> Result<(), CatalogError> {
        self.write(|change| {
            let of = params![
                note.tenant.as_str(),
                experiment.id as i64,
                json(experiment)?,
                experiment.started_at.map(|at| at.0),
                experiment.stopped_at.map(|at| at.0),
                note.at.0
            ];
            if change.execute(include_str!("../../query/experiment.update.sql"), of)? == 0 {
                return Err(CatalogError::NoExperiment(experiment.id));
            }
            audit::write(change, note)
        })
    }

    fn remove_experiment(&mut self, id: u64, note: &Note) -> Result<(), CatalogError> {
        self.write(|change| {
            let of = params![note.tenant.as_str(), id as i64];
            if change.execute(include_str!("../../query/experiment.delete.sql"), of)? == 0 {
                return Err(CatalogError::NoExperiment(id));
            }
            audit::write(change, note)
        })
    }
}

fn json(experiment: &Experiment) -> Result<String, CatalogError> {
    serde_json::to_string(experiment)
        .map_err(|error| CatalogError::Database(format!("cannot write an experiment: {error}")))
}
