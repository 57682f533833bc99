//! What persons said.

use event::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{Sqlite, all, audit, bump, rows};
use crate::{
    CatalogError, Consent,
    consent::{ANALYTICS, ConsentFacts, ConsentRow, LoadedConsent, PURPOSES_MAX, Said},
    facts::Noun,
};

impl ConsentFacts for Sqlite {
    fn put_consents(&mut self, rows: &[ConsentRow]) -> Result<usize, CatalogError> {
        if rows.is_empty() {
            return Ok(0);
        }
        self.write(|change| {
            let version = bump(change, Noun::Consents)?;
            let mut changed = 0;
            for row in rows {
                if put(change, row, version)? {
                    audit::write(change, &row.note)?;
                    changed += 1;
                }
            }
            Ok(changed)
        })
    }

    fn consents_of(&mut self, person: u128) -> Result<Vec<Consent>, CatalogError> {
        let query = include_str!("../../query/consent.of.sql");
        all(&self.connection, query, [person.to_be_bytes()], rows::consent)
    }

    fn consents_since(
        &mut self,
        version: u64,
        each: &mut dyn FnMut(LoadedConsent),
    ) -> Result<(), CatalogError> {
        let query = include_str!("../../query/consent.since.sql");
        let mut query = self.connection.prepare_cached(query)?;
        let mut found = query.query([version as i64])?;
        while let Some(row) = found.next()? {
            let purpose: String = row.get(2)?;
            let said = match (purpose.as_str() == ANALYTICS, row.get(3)?) {
                (false, _) => Said::Nothing,
                (true, false) => Said::No,
                (true, true) => Said::Yes,
            };
            let person = u128::from_be_bytes(row.get(1)?);
            each(LoadedConsent { tenant: rows::tenant_id(row.get(0)?)?, person, said });
        }
        Ok(())
    }
}

/// Takes over what is not older than what is there; whether the answer is another one now.
fn put(change: &Transaction<'_>, row: &ConsentRow, version: i64) -> Result<bool, CatalogError> {
    let person = row.person.to_be_bytes();
    let said = &row.said;
    let find = include_str!("../../query/consent.find.sql");
    let before: Option<(bool, i64)> = change
        .prepare_cached(find)?
        .query_row(params![person, said.purpose], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match before {
        Some((_, at)) if said.at < Timestamp(at) => return Ok(false),
        Some(_) => {}
        None => has_room(change, row)?,
    }
    change.prepare_cached(include_str!("../../query/consent.put.sql"))?.execute(params![
        person,
        said.purpose,
        row.note.tenant.as_str(),
        said.granted,
        said.at.0,
        version
    ])?;
    Ok(before.is_none_or(|(granted, _)| granted != said.granted))
}

fn has_room(change: &Transaction<'_>, row: &ConsentRow) -> Result<(), CatalogError> {
    let query = include_str!("../../query/consent.of.sql");
    let known = all(change, query, [row.person.to_be_bytes()], rows::consent)?;
    let (count, limit) = (known.len() + 1, PURPOSES_MAX);
    if count > limit {
        return Err(CatalogError::TooMany { what: "purposes of a person", count, limit });
    }
    Ok(())
}
