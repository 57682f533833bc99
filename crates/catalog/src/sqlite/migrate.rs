//! Steps from one form of the database to the next. A step that was released never changes.

use rusqlite::Connection;

use crate::CatalogError;

/// Step n takes the database from version n to n + 1.
const STEPS: &[&str] = &[
    include_str!("../../migrations/0001-tenants-and-keys.sql"),
    include_str!("../../migrations/0002-settings-and-origins.sql"),
    include_str!("../../migrations/0003-versions-secrets-audit.sql"),
    include_str!("../../migrations/0004-users.sql"),
    include_str!("../../migrations/0005-consents-entities-salts.sql"),
    include_str!("../../migrations/0006-flags.sql"),
    include_str!("../../migrations/0007-jobs.sql"),
    include_str!("../../migrations/0008-library.sql"),
    include_str!("../../migrations/0009-experiments.sql"),
];

/// Runs the steps that are missing, each in a transaction of its own.
pub(super) fn run(connection: &mut Connection) -> Result<(), CatalogError> {
    let newest = STEPS.len() as u32;
    loop {
        // Immediate, so that of two processes starting at once one waits for the other.
        let change =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let version: u32 = change.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version > newest {
            return Err(CatalogError::Version { version, newest });
        }
        let Some(step) = STEPS.get(version as usize) else { return Ok(()) };
        change.execute_batch(step)?;
        change.pragma_update(None, "user_version", version + 1)?;
        change.commit()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_database_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        run(&mut connection).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        let error = run(&mut connection).unwrap_err();
        assert_eq!(error.to_string(), "catalog has version 99, this program reads up to 9");
    }
}
