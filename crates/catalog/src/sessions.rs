//! Log-ins, and the sessions that begin with them.

use std::{collections::HashMap, sync::PoisonError};

use event::{TenantId, Timestamp};
use serde_json::json;

use crate::{
    Actor, Catalog, CatalogError, KeyHash, LoginError, Role, User, UserId, audit::Note, check,
    password, secret,
};

const HOUR_MS: i64 = 3_600_000;
/// How long a session lasts that nobody uses.
const IDLE_MS_MAX: i64 = 30 * 24 * HOUR_MS;
/// How often the end of a session that is used is moved.
const SLIDE_MS: i64 = HOUR_MS;
/// Sessions of one user; the oldest end when there are more.
pub(crate) const SESSIONS_MAX: usize = 20;
/// Sessions in memory; others are looked up in the database.
const CACHED_MAX: usize = 10_000;

/// Who a session belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionAccess {
    /// The user.
    pub user: UserId,
    /// The only tenant the user knows of.
    pub tenant: TenantId,
    /// What the user may do.
    pub role: Role,
    /// The user's address.
    pub email: String,
}

impl SessionAccess {
    /// The user as one who changes something.
    pub fn actor(&self) -> Actor {
        Actor::User(self.user, self.email.clone())
    }
}

/// A session, as it is kept: without its token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionRow {
    pub(crate) hash: KeyHash,
    pub(crate) user: UserId,
    pub(crate) created_at: Timestamp,
    pub(crate) seen_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

/// The sessions in memory.
#[derive(Debug, Default)]
pub(crate) struct Cache(HashMap<KeyHash, SessionRow>);

impl Cache {
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    fn put(&mut self, row: SessionRow) {
        if self.0.len() >= CACHED_MAX {
            // Whoever is still there is looked up again; simpler than an order of use.
            self.0.clear();
        }
        self.0.insert(row.hash, row);
    }
}

/// What a database does with sessions.
pub(crate) trait SessionFacts {
    /// Begins a session and sets the last log-in, if the user's password is still `password`;
    /// false, and nothing written, when it is not. Expired sessions go.
    fn add_session(
        &mut self,
        row: &SessionRow,
        password: &str,
        note: &Note,
    ) -> Result<bool, CatalogError>;
    /// Looks a session up.
    fn session(&mut self, hash: KeyHash) -> Result<Option<SessionRow>, CatalogError>;
    /// Removes sessions that are over; how many.
    fn expire_sessions(&mut self, now: Timestamp) -> Result<usize, CatalogError>;
    /// Moves the end of a session.
    fn slide_session(&mut self, row: &SessionRow) -> Result<(), CatalogError>;
    /// Ends a session; false, and nothing written, when there is none.
    fn end_session(&mut self, hash: KeyHash, note: &Note) -> Result<bool, CatalogError>;
    /// Sets a password that was `current` and ends the sessions but one; false, and nothing
    /// written, when it was another.
    fn change_password(
        &mut self,
        user: &User,
        current: &str,
        new: &str,
        keep: Option<KeyHash>,
        note: &Note,
    ) -> Result<bool, CatalogError>;
}

impl Catalog {
    /// Removes sessions and links whose time is over; how many of both. May block.
    pub fn prune(&self) -> Result<(usize, usize), CatalogError> {
        let now = self.now();
        let mut facts = self.facts();
        Ok((facts.expire_sessions(now)?, facts.expire_links(now)?))
    }

    /// Begins a session; returns its token and the user. Blocks for tens of milliseconds, whether
    /// there is such a user or not.
    pub fn login(&self, email: &str, password: &str) -> Result<(String, User), LoginError> {
        let found = match check::email(email) {
            Ok(email) => self.facts().password(&email)?,
            Err(_) => None,
        };
        let right = password::verify(password, found.as_ref().map(|(_, kept)| kept.as_str()))?;
        let Some((id, kept)) = found.filter(|_| right) else { return Err(LoginError::Wrong) };
        // Another process may have made the user a moment ago.
        self.refresh()?;
        let user = self.user(id).ok_or(LoginError::Wrong)?;
        if user.disabled_at.is_some() {
            return Err(LoginError::Disabled);
        }
        let token = secret::make_token()?;
        let now = self.now();
        let row = SessionRow {
            hash: KeyHash::of(&token),
            user: id,
            created_at: now,
            seen_at: now,
            expires_at: Timestamp(now.0 + IDLE_MS_MAX),
        };
        let subject = id.to_string();
        let note = self.note(&user.actor(), &user.tenant, "user.login", &subject, &json!(null));
        if !self.change(|facts| facts.add_session(&row, &kept, &note))? {
            return Err(LoginError::Wrong);
        }
        let user = self.user(id).ok_or(LoginError::Wrong)?;
        Ok((token, User::clone(&user)))
    }

    /// Whose session it is; None when it is not known, expired, or the user is disabled. Answered
    /// from memory but for the first time, and once an hour when its end is moved: then it blocks.
    pub fn session(&self, token: &str) -> Result<Option<SessionAccess>, CatalogError> {
        let hash = KeyHash::of(token);
        let cached = self.sessions().0.get(&hash).copied();
        let row = match cached {
            Some(row) => row,
            None => {
                // Kept under the lock of the facts: whoever ends it comes before or after.
                let mut facts = self.facts();
                let Some(row) = facts.session(hash)? else { return Ok(None) };
                self.sessions().put(row);
                row
            }
        };
        let now = self.now();
        if now >= row.expires_at {
            return Ok(None);
        }
        let Some(user) = self.user(row.user).filter(|user| user.disabled_at.is_none()) else {
            return Ok(None);
        };
        if now.0 - row.seen_at.0 >= SLIDE_MS {
            let expires_at = Timestamp(now.0 + IDLE_MS_MAX);
            let moved = SessionRow { seen_at: now, expires_at, ..row };
            let mut facts = self.facts();
            facts.slide_session(&moved)?;
            if let Some(cached) = self.sessions().0.get_mut(&hash) {
                *cached = moved;
            }
        }
        Ok(Some(SessionAccess {
            user: user.id,
            tenant: user.tenant.clone(),
            role: user.role,
            email: user.email.clone(),
        }))
    }

    /// Ends a session; false when there is none. May block.
    pub fn logout(&self, token: &str) -> Result<bool, CatalogError> {
        let hash = KeyHash::of(token);
        let Some(row) = self.facts().session(hash)? else { return Ok(false) };
        let Some(user) = self.user(row.user) else { return Ok(false) };
        let subject = user.id.to_string();
        let note = self.note(&user.actor(), &user.tenant, "user.logout", &subject, &json!(null));
        self.change(|facts| facts.end_session(hash, &note))
    }

    /// Sets another password and ends the user's sessions, but the one with the token `keep`.
    /// [`CatalogError::WrongPassword`] when `current` is not the present one. Blocks.
    pub fn change_password(
        &self,
        user: UserId,
        current: &str,
        new: &str,
        keep: Option<&str>,
    ) -> Result<(), CatalogError> {
        password::check(new)?;
        let user = self.user(user).ok_or_else(|| CatalogError::NoUser(user.to_string()))?;
        let kept = self.facts().password(&user.email)?.map(|(_, kept)| kept);
        if !password::verify(current, kept.as_deref())? {
            return Err(CatalogError::WrongPassword);
        }
        let hash = password::hash(new)?;
        let kept = kept.unwrap_or_default();
        let subject = user.id.to_string();
        let note = self.note(&user.actor(), &user.tenant, "user.password", &subject, &json!(null));
        let keep = keep.map(KeyHash::of);
        let done = self.change(|facts| facts.change_password(&user, &kept, &hash, keep, &note))?;
        if done { Ok(()) } else { Err(CatalogError::WrongPassword) }
    }

    pub(crate) fn sessions(&self) -> std::sync::MutexGuard<'_, Cache> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
