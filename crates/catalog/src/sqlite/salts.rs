//! Salts of days.

use rusqlite::params;

use super::Sqlite;
use crate::{CatalogError, salts::SaltFacts};

impl SaltFacts for Sqlite {
    fn salt(&mut self, day: i64, fresh: [u8; 16]) -> Result<[u8; 16], CatalogError> {
        self.write(|change| {
            change.execute(include_str!("../../query/salt.insert.sql"), params![day, fresh])?;
            let find = include_str!("../../query/salt.find.sql");
            Ok(change.query_row(find, [day], |row| row.get(0))?)
        })
    }

    fn forget_salts(&mut self, day: i64) -> Result<(), CatalogError> {
        let forgotten =
            self.connection.execute(include_str!("../../query/salt.forget.sql"), [day])?;
        if forgotten > 0 {
            // The log still has the page as it was: it is moved into the file and cut off.
            self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        Ok(())
    }
}
