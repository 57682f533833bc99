//! Users.

use event::TenantId;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{Sqlite, all, audit, bump, first, rows, taken};
use crate::{
    CatalogError, KeyHash, Role, User, UserChange, UserId,
    audit::Note,
    facts::Noun,
    users::{NewUser, UserFacts},
};

impl UserFacts for Sqlite {
    fn users(&mut self) -> Result<Vec<User>, CatalogError> {
        all(&self.connection, include_str!("../../query/user.list.sql"), [], rows::user)
    }

    fn password(&mut self, email: &str) -> Result<Option<(UserId, String)>, CatalogError> {
        let query = include_str!("../../query/user.password.sql");
        let read = |row: &rusqlite::Row<'_>| Ok((rows::user_id(row.get(0)?), row.get(1)?));
        Ok(self.connection.query_row(query, [email], read).optional()?)
    }

    fn change_user(
        &mut self,
        id: UserId,
        change: &UserChange,
        note: &Note,
    ) -> Result<(), CatalogError> {
        self.write(|write| {
            let user = find(write, id)?;
            let disabled_at = match change.disabled {
                Some(true) => user.disabled_at.or(Some(note.at)),
                Some(false) => None,
                None => user.disabled_at,
            };
            let name = change.name.as_ref().unwrap_or(&user.name);
            let role = change.role.unwrap_or(user.role).as_str();
            write.execute(
                include_str!("../../query/user.update.sql"),
                params![id.0 as i64, name, role, disabled_at.map(|at| at.0)],
            )?;
            keeps_an_owner(write, &user)?;
            if disabled_at.is_some() {
                end_sessions(write, id, None)?;
            }
            bump(write, Noun::Users)?;
            audit::write(write, note)
        })
    }

    fn remove_user(&mut self, id: UserId, note: &Note) -> Result<(), CatalogError> {
        self.write(|change| {
            let user = find(change, id)?;
            end_sessions(change, id, None)?;
            change.execute(include_str!("../../query/user.delete.sql"), [id.0 as i64])?;
            keeps_an_owner(change, &user)?;
            bump(change, Noun::Users)?;
            audit::write(change, note)
        })
    }
}

pub(super) fn insert(change: &Transaction<'_>, new: &NewUser) -> Result<User, CatalogError> {
    let inserted = change.execute(
        include_str!("../../query/user.insert.sql"),
        params![
            new.tenant.as_str(),
            new.email,
            new.name,
            new.role.as_str(),
            new.password,
            new.created_at.0
        ],
    );
    taken(inserted, "user", &new.email)?;
    find(change, rows::user_id(change.last_insert_rowid()))
}

pub(super) fn find(change: &Transaction<'_>, id: UserId) -> Result<User, CatalogError> {
    let query = include_str!("../../query/user.find.sql");
    first(change, query, [id.0 as i64], rows::user)?
        .ok_or_else(|| CatalogError::NoUser(id.to_string()))
}

/// Ends the sessions of a user, but one.
pub(super) fn end_sessions(
    change: &Transaction<'_>,
    id: UserId,
    keep: Option<KeyHash>,
) -> Result<(), CatalogError> {
    let keep = keep.as_ref().map(KeyHash::as_bytes);
    change.execute(include_str!("../../query/session.end.sql"), params![id.0 as i64, keep])?;
    bump(change, Noun::Sessions)?;
    Ok(())
}

/// Fails when a tenant that had an owner has none any more.
fn keeps_an_owner(change: &Transaction<'_>, before: &User) -> Result<(), CatalogError> {
    let was_one = before.role == Role::Owner && before.disabled_at.is_none();
    if was_one && owners(change, &before.tenant)? == 0 {
        return Err(CatalogError::LastOwner);
    }
    Ok(())
}

fn owners(change: &Transaction<'_>, tenant: &TenantId) -> Result<i64, CatalogError> {
    let query = include_str!("../../query/user.owners.sql");
    Ok(change.query_row(query, [tenant.as_str()], |row| row.get(0))?)
}
