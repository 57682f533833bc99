//! One-time links: set up the first owner, take up an invitation, choose another password.

use event::{TenantId, Timestamp};
use serde_json::json;

use crate::{
    Actor, Catalog, CatalogError, KeyHash, KeyId, Role, User, audit::Note, check, password, secret,
    users::NewUser,
};

const DAY_MS: i64 = 86_400_000;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Make the first owner of a tenant.
    Owner,
    /// Make a user who was invited.
    Invite,
    /// Choose another password.
    Reset,
}

impl Purpose {
    /// The name in the database and in lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Invite => "invite",
            Self::Reset => "reset",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Owner, Self::Invite, Self::Reset].into_iter().find(|it| it.as_str() == name)
    }

    fn days(self) -> i64 {
        if self == Self::Owner { 30 } else { 7 }
    }
}

/// A link to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// What it is for.
    pub purpose: Purpose,
    /// Whose user it makes; of a reset it must be the user's.
    pub tenant: TenantId,
    /// For whom; empty where an owner is to choose it.
    pub email: String,
    /// What the user will be; of a reset it changes nothing.
    pub role: Role,
}

/// A link that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it is called in lists.
    pub id: KeyId,
    /// What it is for.
    pub purpose: Purpose,
    /// Whose user it makes.
    pub tenant: TenantId,
    /// For whom; empty where an owner chooses it.
    pub email: String,
    /// What the user will be.
    pub role: Role,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it cannot be used.
    pub expires_at: Timestamp,
}

/// A link, as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct LinkRow {
    pub(crate) hash: KeyHash,
    pub(crate) link: Link,
}

/// What using a link does.
#[derive(Debug)]
pub(crate) enum Redeemed {
    Made(NewUser),
    /// The password of the user with that email address; the sessions end.
    Reset {
        email: String,
        password: String,
    },
}

/// What a database does with links.
pub(crate) trait LinkFacts {
    /// Removes links that can be used no more; how many.
    fn expire_links(&mut self, now: Timestamp) -> Result<usize, CatalogError>;
    /// Adds a link; expired ones go, and one for the same purpose, tenant and address.
    fn add_link(&mut self, row: &LinkRow, note: &Note) -> Result<(), CatalogError>;
    /// Looks a link up.
    fn link(&mut self, hash: KeyHash) -> Result<Option<LinkRow>, CatalogError>;
    /// The links of a tenant, oldest first.
    fn links(&mut self, tenant: &TenantId) -> Result<Vec<LinkRow>, CatalogError>;
    /// Uses a link up: it goes, and what it does is done; `NoLink` when it was gone. The note is
    /// written as of the user that it concerns.
    fn redeem(&mut self, hash: KeyHash, what: &Redeemed, note: &Note)
    -> Result<User, CatalogError>;
    /// Takes a link back; false, and nothing written, when it was gone.
    fn remove_link(&mut self, hash: KeyHash, note: &Note) -> Result<bool, CatalogError>;
}

impl Catalog {
    /// Makes a link and returns its token; it can be used once, within 7 days (30 for the first
    /// owner). An earlier one for the same is void. May block.
    pub fn make_link(&self, new: &NewLink, actor: &Actor) -> Result<String, CatalogError> {
        if self.tenant(&new.tenant).is_none() {
            return Err(CatalogError::NoTenant(new.tenant.to_string()));
        }
        let mut new = new.clone();
        if new.purpose != Purpose::Owner || !new.email.is_empty() {
            new.email = check::email(&new.email)?;
        }
        let user = self.user_by_email(&new.email);
        match (new.purpose, user) {
            (Purpose::Reset, Some(user)) if user.tenant == new.tenant => new.role = user.role,
            (Purpose::Reset, _) => return Err(CatalogError::NoUser(new.email)),
            (_, Some(_)) => return Err(CatalogError::Exists { what: "user", value: new.email }),
            (_, None) => {}
        }
        if new.purpose == Purpose::Owner {
            new.role = Role::Owner;
        }
        let token = secret::make_token()?;
        let row = self.link_row(&token, &new);
        let detail = json!({"email": new.email, "role": new.role.as_str()});
        let action = format!("link.{}", new.purpose.as_str());
        let note = self.note(actor, &new.tenant, &action, &row.link.id.to_string(), &detail);
        self.change(|facts| facts.add_link(&row, &note))?;
        Ok(token)
    }

    /// The link of a token, while it can be used. May block.
    pub fn link(&self, token: &str) -> Result<Option<Link>, CatalogError> {
        let row = self.facts().link(KeyHash::of(token))?;
        Ok(row.map(|row| row.link).filter(|link| self.now() < link.expires_at))
    }

    /// Uses a link, once: makes the user, or sets the password of the one it was made for. `email`
    /// may be empty where the link has one. Blocks for tens of milliseconds.
    pub fn redeem(
        &self,
        token: &str,
        email: &str,
        name: &str,
        password: &str,
    ) -> Result<User, CatalogError> {
        check::name(name)?;
        password::check(password)?;
        let link = self.link(token)?.ok_or(CatalogError::NoLink)?;
        let email = match (link.email.is_empty(), email.trim().is_empty()) {
            (false, true) => link.email.clone(),
            _ => check::email(email)?,
        };
        if !link.email.is_empty() && email != link.email {
            return Err(CatalogError::OtherEmail);
        }
        let password = password::hash(password)?;
        let created_at = self.now();
        let what = match link.purpose {
            Purpose::Reset => Redeemed::Reset { email, password },
            Purpose::Owner | Purpose::Invite => Redeemed::Made(NewUser {
                tenant: link.tenant.clone(),
                email,
                name: name.trim().to_owned(),
                role: link.role,
                password,
                created_at,
            }),
        };
        let detail = json!({"link": link.id.to_string(), "role": link.role.as_str()});
        let action = if link.purpose == Purpose::Reset { "user.reset" } else { "user.new" };
        // The database puts in who it is, which is known when the user is made.
        let note = self.note(&Actor::System, &link.tenant, action, "", &detail);
        self.change(|facts| facts.redeem(KeyHash::of(token), &what, &note))
    }

    /// Invitations of a tenant that can be taken up, oldest first. May block.
    pub fn invites(&self, tenant: &TenantId) -> Result<Vec<Link>, CatalogError> {
        let now = self.now();
        let rows = self.facts().links(tenant)?;
        let links = rows.into_iter().map(|row| row.link);
        Ok(links.filter(|it| it.purpose == Purpose::Invite && now < it.expires_at).collect())
    }

    /// Takes an invitation back; false when there is none of that id. May block.
    pub fn withdraw_invite(
        &self,
        tenant: &TenantId,
        id: &str,
        actor: &Actor,
    ) -> Result<bool, CatalogError> {
        let rows = self.facts().links(tenant)?;
        let is_it = |row: &&LinkRow| {
            row.link.purpose == Purpose::Invite && Some(row.link.id) == KeyId::parse(id)
        };
        let Some(row) = rows.iter().find(is_it) else { return Ok(false) };
        let detail = json!({"email": row.link.email});
        let note = self.note(actor, tenant, "link.withdraw", &row.link.id.to_string(), &detail);
        self.change(|facts| facts.remove_link(row.hash, &note))
    }

    pub(crate) fn link_row(&self, token: &str, new: &NewLink) -> LinkRow {
        let hash = KeyHash::of(token);
        let created_at = self.now();
        let link = Link {
            id: hash.id(),
            purpose: new.purpose,
            tenant: new.tenant.clone(),
            email: new.email.clone(),
            role: new.role,
            created_at,
            expires_at: Timestamp(created_at.0 + new.purpose.days() * DAY_MS),
        };
        LinkRow { hash, link }
    }
}
