//! One-time links.

use event::{TenantId, Timestamp};
use rusqlite::{Transaction, params};

use super::{Sqlite, all, audit, bump, first, rows, sessions, taken, users};
use crate::{
    CatalogError, KeyHash, User,
    audit::Note,
    facts::Noun,
    links::{LinkFacts, LinkRow, Redeemed},
};

impl LinkFacts for Sqlite {
    fn add_link(&mut self, row: &LinkRow, note: &Note) -> Result<(), CatalogError> {
        self.write(|change| {
            let link = &row.link;
            change.execute(
                include_str!("../../query/link.supersede.sql"),
                params![link.created_at.0, link.purpose.as_str(), link.tenant.as_str(), link.email],
            )?;
            insert(change, row)?;
            audit::write(change, note)
        })
    }

    fn link(&mut self, hash: KeyHash) -> Result<Option<LinkRow>, CatalogError> {
        find(&self.connection, hash)
    }

    fn links(&mut self, tenant: &TenantId) -> Result<Vec<LinkRow>, CatalogError> {
        let query = include_str!("../../query/link.list.sql");
        all(&self.connection, query, [tenant.as_str()], rows::link)
    }

    fn redeem(
        &mut self,
        hash: KeyHash,
        what: &Redeemed,
        note: &Note,
    ) -> Result<User, CatalogError> {
        self.write(|change| {
            let row = find(change, hash)?.ok_or(CatalogError::NoLink)?;
            if note.at >= row.link.expires_at {
                return Err(CatalogError::NoLink);
            }
            delete(change, hash)?;
            let user = match what {
                Redeemed::Made(new) => users::insert(change, new)?,
                Redeemed::Reset { email, password } => {
                    let query = include_str!("../../query/user.by_email.sql");
                    let user = first(change, query, [email], rows::user)?;
                    let user = user.ok_or_else(|| CatalogError::NoUser(email.clone()))?;
                    sessions::set_password(change, &user, password, None)?;
                    user
                }
            };
            bump(change, Noun::Users)?;
            let (actor, subject) = (user.actor(), user.id.to_string());
            audit::write(change, &Note { actor, subject, ..note.clone() })?;
            Ok(user)
        })
    }

    fn expire_links(&mut self, now: Timestamp) -> Result<usize, CatalogError> {
        Ok(self.connection.execute(include_str!("../../query/link.expire.sql"), [now.0])?)
    }

    fn remove_link(&mut self, hash: KeyHash, note: &Note) -> Result<bool, CatalogError> {
        self.write_if(|change| {
            if !delete(change, hash)? {
                return Ok(false);
            }
            audit::write(change, note)?;
            Ok(true)
        })
    }
}

pub(super) fn insert(change: &Transaction<'_>, row: &LinkRow) -> Result<(), CatalogError> {
    let link = &row.link;
    let inserted = change.execute(
        include_str!("../../query/link.insert.sql"),
        params![
            row.hash.as_bytes(),
            link.purpose.as_str(),
            link.tenant.as_str(),
            link.email,
            link.role.as_str(),
            link.created_at.0,
            link.expires_at.0,
        ],
    );
    taken(inserted, "link", &link.id.to_string())
}

fn find(connection: &rusqlite::Connection, hash: KeyHash) -> Result<Option<LinkRow>, CatalogError> {
    let query = include_str!("../../query/link.find.sql");
    first(connection, query, [hash.as_bytes()], rows::link)
}

fn delete(change: &Transaction<'_>, hash: KeyHash) -> Result<bool, CatalogError> {
    let query = include_str!("../../query/link.delete.sql");
    Ok(change.execute(query, [hash.as_bytes()])? > 0)
}
