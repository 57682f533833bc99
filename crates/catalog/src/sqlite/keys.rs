//! Keys.

use event::Timestamp;
use rusqlite::{Transaction, params};

use super::{Sqlite, all, audit, bump, rows, taken};
use crate::{CatalogError, Key, KeyHash, audit::Note, facts::Noun, keys::KeyFacts};

impl KeyFacts for Sqlite {
    fn keys(&mut self) -> Result<Vec<Key>, CatalogError> {
        all(&self.connection, include_str!("../../query/key.list.sql"), [], rows::key)
    }

    fn add_key(&mut self, key: &Key, note: &Note) -> Result<(), CatalogError> {
        self.write(|change| {
            insert(change, key)?;
            bump(change, Noun::Keys)?;
            audit::write(change, note)
        })
    }

    fn replace_key(
        &mut self,
        old: KeyHash,
        expires_at: Timestamp,
        new: &Key,
        note: &Note,
    ) -> Result<(), CatalogError> {
        self.write(|change| {
            let expire = include_str!("../../query/key.expire.sql");
            if change.execute(expire, params![old.as_bytes(), expires_at.0])? == 0 {
                return Err(CatalogError::NoKey(old.id().to_string()));
            }
            insert(change, new)?;
            bump(change, Noun::Keys)?;
            audit::write(change, note)
        })
    }

    fn revoke_key(
        &mut self,
        hash: KeyHash,
        at: Timestamp,
        note: &Note,
    ) -> Result<bool, CatalogError> {
        self.write_if(|change| {
            let revoke = include_str!("../../query/key.revoke.sql");
            if change.execute(revoke, params![hash.as_bytes(), at.0])? == 0 {
                return Ok(false);
            }
            bump(change, Noun::Keys)?;
            audit::write(change, note)?;
            Ok(true)
        })
    }
}

pub(super) fn insert(change: &Transaction<'_>, key: &Key) -> Result<(), CatalogError> {
    let inserted = change.execute(
        include_str!("../../query/key.insert.sql"),
        params![
            key.hash.as_bytes(),
            key.tenant.as_str(),
            key.kind.as_str(),
            key.name,
            key.hint,
            key.scopes.to_text(),
            key.created_at.0,
            key.expires_at.map(|at| at.0),
            key.origins.join(" "),
        ],
    );
    taken(inserted, "key", &key.hint)
}
