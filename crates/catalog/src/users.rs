//! Users: people who log in.

use std::{fmt, sync::Arc};

use event::{TenantId, Timestamp};
use serde_json::json;

use crate::{Actor, Catalog, CatalogError, Scope, Scopes, audit::Note, check};

/// The id of a user; never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(pub u64);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What a user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Everything; a tenant always has one.
    Owner,
    /// Everything but making owners.
    Admin,
    /// Asks questions and keeps them.
    Analyst,
    /// Looks.
    Viewer,
}

impl Role {
    /// All roles, the mightiest first.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Analyst, Self::Viewer];

    /// The name in the database and in lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Analyst => "analyst",
            Self::Viewer => "viewer",
        }
    }

    /// The role of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// The rights a key would need for the same.
    pub fn scopes(self) -> Scopes {
        match self {
            Self::Owner | Self::Admin => Scopes::all(),
            Self::Analyst | Self::Viewer => Scopes::of(&[Scope::Read]),
        }
    }

    /// Whether it may invite, change and remove users.
    pub fn may_manage_users(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// Whether it may keep what others see: dashboards, cohorts, saved questions.
    pub fn may_edit(self) -> bool {
        self != Self::Viewer
    }
}

/// A person who logs in; belongs to one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The only tenant the user knows of.
    pub tenant: TenantId,
    /// In lower case; nobody else has it, in no tenant.
    pub email: String,
    /// A name for people.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// When the user was made.
    pub created_at: Timestamp,
    /// The last log-in.
    pub last_login_at: Option<Timestamp>,
    /// Since when the user cannot log in.
    pub disabled_at: Option<Timestamp>,
}

impl User {
    /// The user as one who changes something.
    pub fn actor(&self) -> Actor {
        Actor::User(self.id, self.email.clone())
    }
}

/// A user to be made.
#[derive(Debug)]
pub(crate) struct NewUser {
    pub(crate) tenant: TenantId,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) role: Role,
    /// As `password::hash` gives it.
    pub(crate) password: String,
    pub(crate) created_at: Timestamp,
}

/// What is to be different about a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserChange {
    /// Another role.
    pub role: Option<Role>,
    /// Another name.
    pub name: Option<String>,
    /// Whether the user cannot log in; sessions end at once.
    pub disabled: Option<bool>,
}

/// What a database does with users. Whatever would leave a tenant without an enabled owner that
/// had one is refused with `LastOwner`.
pub(crate) trait UserFacts {
    /// All users, oldest first.
    fn users(&mut self) -> Result<Vec<User>, CatalogError>;
    /// The id and the kept password of an email address.
    fn password(&mut self, email: &str) -> Result<Option<(UserId, String)>, CatalogError>;
    /// Changes a user; disabling ends the sessions.
    fn change_user(
        &mut self,
        id: UserId,
        change: &UserChange,
        note: &Note,
    ) -> Result<(), CatalogError>;
    /// Removes a user and the sessions.
    fn remove_user(&mut self, id: UserId, note: &Note) -> Result<(), CatalogError>;
}

impl Catalog {
    /// The users of a tenant, oldest first. Memory only.
    pub fn users_of(&self, tenant: &TenantId) -> Vec<Arc<User>> {
        let memory = self.memory();
        memory.users.values().filter(|user| user.tenant == *tenant).cloned().collect()
    }

    /// The user of that id. Memory only.
    pub fn user(&self, id: UserId) -> Option<Arc<User>> {
        self.memory().users.get(&id).cloned()
    }

    /// The user of an email address. Memory only; looks through all users.
    pub fn user_by_email(&self, email: &str) -> Option<Arc<User>> {
        let email = check::email(email).ok()?;
        self.memory().users.values().find(|user| user.email == email).cloned()
    }

    /// Changes a user; [`CatalogError::LastOwner`] when the tenant would have no owner left who
    /// can log in.
    pub fn change_user(
        &self,
        id: UserId,
        change: &UserChange,
        actor: &Actor,
    ) -> Result<Arc<User>, CatalogError> {
        if let Some(name) = &change.name {
            check::name(name)?;
        }
        let missing = || CatalogError::NoUser(id.to_string());
        let user = self.user(id).ok_or_else(missing)?;
        let mut detail = json!({"email": user.email});
        if let Some(role) = change.role {
            detail["role"] = role.as_str().into();
        }
        if let Some(name) = &change.name {
            detail["name"] = name.as_str().into();
        }
        if let Some(disabled) = change.disabled {
            detail["disabled"] = disabled.into();
        }
        let note = self.note(actor, &user.tenant, "user.change", &id.to_string(), &detail);
        self.change(|facts| facts.change_user(id, change, &note))?;
        self.user(id).ok_or_else(missing)
    }

    /// Removes a user for good; [`CatalogError::LastOwner`] as for a change.
    pub fn remove_user(&self, id: UserId, actor: &Actor) -> Result<(), CatalogError> {
        let user = self.user(id).ok_or_else(|| CatalogError::NoUser(id.to_string()))?;
        let detail = json!({"email": user.email});
        let note = self.note(actor, &user.tenant, "user.remove", &id.to_string(), &detail);
        self.change(|facts| facts.remove_user(id, &note))
    }
}
