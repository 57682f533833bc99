//! Sessions and passwords.

use event::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{Sqlite, audit, bump, first, rows, users};
use crate::{
    CatalogError, KeyHash, User,
    audit::Note,
    facts::Noun,
    sessions::{SESSIONS_MAX, SessionFacts, SessionRow},
};

impl SessionFacts for Sqlite {
    fn add_session(
        &mut self,
        row: &SessionRow,
        password: &str,
        note: &Note,
    ) -> Result<bool, CatalogError> {
        self.write_if(|change| {
            let user = users::find(change, row.user)?;
            if user.disabled_at.is_some() || !has_password(change, &user, password)? {
                return Ok(false);
            }
            let expired = include_str!("../../query/session.expire.sql");
            change.execute(expired, [row.created_at.0])?;
            let id = row.user.0 as i64;
            let insert = include_str!("../../query/session.insert.sql");
            let at = (row.created_at.0, row.seen_at.0, row.expires_at.0);
            change.execute(insert, params![row.hash.as_bytes(), id, at.0, at.1, at.2])?;
            let trim = include_str!("../../query/session.trim.sql");
            if change.execute(trim, params![id, SESSIONS_MAX as i64])? > 0 {
                bump(change, Noun::Sessions)?;
            }
            change.execute(include_str!("../../query/user.login.sql"), params![id, at.0])?;
            bump(change, Noun::Users)?;
            audit::write(change, note)?;
            Ok(true)
        })
    }

    fn session(&mut self, hash: KeyHash) -> Result<Option<SessionRow>, CatalogError> {
        let query = include_str!("../../query/session.find.sql");
        first(&self.connection, query, [hash.as_bytes()], |row| rows::session(hash, row))
    }

    fn expire_sessions(&mut self, now: Timestamp) -> Result<usize, CatalogError> {
        Ok(self.connection.execute(include_str!("../../query/session.expire.sql"), [now.0])?)
    }

    fn slide_session(&mut self, row: &SessionRow) -> Result<(), CatalogError> {
        let query = include_str!("../../query/session.slide.sql");
        let of = params![row.hash.as_bytes(), row.seen_at.0, row.expires_at.0];
        self.connection.execute(query, of)?;
        Ok(())
    }

    fn end_session(&mut self, hash: KeyHash, note: &Note) -> Result<bool, CatalogError> {
        self.write_if(|change| {
            let query = include_str!("../../query/session.delete.sql");
            if change.execute(query, [hash.as_bytes()])? == 0 {
                return Ok(false);
            }
            bump(change, Noun::Sessions)?;
            audit::write(change, note)?;
            Ok(true)
        })
    }

    fn change_password(
        &mut self,
        user: &User,
        current: &str,
        new: &str,
        keep: Option<KeyHash>,
        note: &Note,
    ) -> Result<bool, CatalogError> {
        self.write_if(|change| {
            if !has_password(change, user, current)? {
                return Ok(false);
            }
            set_password(change, user, new, keep)?;
            audit::write(change, note)?;
            Ok(true)
        })
    }
}

/// Sets a password and ends the sessions, but one.
pub(super) fn set_password(
    change: &Transaction<'_>,
    user: &User,
    password: &str,
    keep: Option<KeyHash>,
) -> Result<(), CatalogError> {
    let query = include_str!("../../query/user.password.set.sql");
    change.execute(query, params![user.id.0 as i64, password])?;
    users::end_sessions(change, user.id, keep)
}

fn has_password(
    change: &Transaction<'_>,
    user: &User,
    password: &str,
) -> Result<bool, CatalogError> {
    let query = include_str!("../../query/user.password.sql");
    let kept: Option<String> =
        change.query_row(query, [&user.email], |row| row.get(1)).optional()?;
    Ok(kept.as_deref() == Some(password))
}
