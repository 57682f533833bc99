//! Salts of days.

use std::time::Duration;

use rusqlite::params;

use super::{BUSY_TIMEOUT, Sqlite};
use crate::{CatalogError, salts::SaltFacts};

impl SaltFacts for Sqlite {
    fn salt(&mut self, day: i64, fresh: [u8; 16]) -> Result<[u8; 16], CatalogError> {
        self.write(|change| {
            change.execute(include_str!("../../query/salt.insert.sql"), params![day, fresh])?;
            let find = include_str!("../../query/salt.find.sql");
            Ok(change.query_row(find, [day], |row| row.get(0))?)
        })
    }

    fn forget_salts(&mut self, day: i64) -> Result<bool, CatalogError> {
        let forget = include_str!("../../query/salt.forget.sql");
        self.salts_in_log |= self.connection.execute(forget, [day])? > 0;
        if self.salts_in_log {
            // The log still has the page as it was: it is moved into the file and cut off. Who
            // reads meanwhile prevents that; nobody waits for it, it is tried again.
            self.connection.busy_timeout(Duration::ZERO)?;
            let is_cut = self.cut_log();
            self.connection.busy_timeout(BUSY_TIMEOUT)?;
            self.salts_in_log = !is_cut?;
        }
        Ok(!self.salts_in_log)
    }
}
