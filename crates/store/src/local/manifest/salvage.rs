//! What cannot be had from any other file, taken over when a manifest is made anew: which files
//! were replaced, who was erased, and how many events are gone for good.

use rusqlite::{params_from_iter, types::Value};

use super::{Manifest, failed};
use crate::OpenError;

/// The tables; none refers to another.
const TABLES: [&str; 4] = ["graves", "removed", "erasures", "erased"];

/// Rows of an old manifest.
#[derive(Debug, Default)]
pub(crate) struct Salvage {
    tables: Vec<(&'static str, Vec<Vec<Value>>)>,
}

impl Salvage {
    /// Part files that were replaced: they must not be listed again.
    pub(crate) fn graves(&self) -> Vec<u64> {
        let graves = self.tables.iter().filter(|(table, _)| *table == "graves");
        let number = |row: &Vec<Value>| match row.first() {
            Some(Value::Integer(number)) => Some(*number as u64),
            _ => None,
        };
        graves.flat_map(|(_, rows)| rows.iter().filter_map(number)).collect()
    }
}

impl Manifest {
    /// Reads it.
    pub(crate) fn salvage(&self) -> Result<Salvage, OpenError> {
        let mut salvage = Salvage::default();
        for table in TABLES {
            let mut all = self.db.prepare(&format!("SELECT * FROM {table}")).map_err(failed)?;
            let width = all.column_count();
            let rows = all.query_map([], |row| (0..width).map(|at| row.get(at)).collect());
            let rows = rows.map_err(failed)?.collect::<Result<_, _>>().map_err(failed)?;
            salvage.tables.push((table, rows));
        }
        Ok(salvage)
    }

    /// Puts it into an empty manifest.
    pub(crate) fn take_over(&mut self, salvage: &Salvage) -> Result<(), OpenError> {
        let step = self.db.transaction().map_err(failed)?;
        for (table, rows) in &salvage.tables {
            for row in rows {
                let places = vec!["?"; row.len()].join(", ");
                let sql = format!("INSERT OR REPLACE INTO {table} VALUES ({places})");
                step.execute(&sql, params_from_iter(row)).map_err(failed)?;
            }
        }
        step.commit().map_err(failed)
    }
}
