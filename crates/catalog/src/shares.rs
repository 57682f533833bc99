//! Links by which others see one dashboard or question. Their token is kept as a hash.

use event::{Code, TenantId, Timestamp};
use serde_json::json;

use crate::{
    Actor, Catalog, CatalogError, Item, Kept, KeyHash, KeyId, Shelf, audit::Note, library::wrong,
    secret,
};

/// Links of one thing.
pub(crate) const OF_ITEM_MAX: usize = 20;
/// Links of a tenant.
const OF_TENANT_MAX: usize = 1_000;

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// What it is called in lists.
    pub id: KeyId,
    /// Whose thing it shows.
    pub tenant: TenantId,
    /// What kind of thing.
    pub shelf: Shelf,
    /// Its number.
    pub item: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it shows nothing; None: until it is ended.
    pub expires_at: Option<Timestamp>,
}

impl Share {
    fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// A link, as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct ShareRow {
    pub(crate) hash: KeyHash,
    pub(crate) share: Share,
}

/// What a database does with links for others.
pub(crate) trait ShareFacts {
    /// Adds a link; expired ones go. `TooMany` beyond the limits of the thing and of the tenant,
    /// `NoThing` when the thing is gone.
    fn add_share(
        &mut self,
        row: &ShareRow,
        limits: (usize, usize),
        note: &Note,
    ) -> Result<(), CatalogError>;
    /// Looks a link up.
    fn share(&mut self, hash: KeyHash) -> Result<Option<ShareRow>, CatalogError>;
    /// The links of a thing, oldest first.
    fn shares(
        &mut self,
        tenant: &TenantId,
        shelf: Shelf,
        item: u64,
    ) -> Result<Vec<ShareRow>, CatalogError>;
    /// Ends a link; false, and nothing written, when it was gone.
    fn remove_share(&mut self, hash: KeyHash, note: &Note) -> Result<bool, CatalogError>;
}

impl Catalog {
    /// Makes a link that shows a thing; its token, which is told only now, and the link. At most 20
    /// of a thing and 1,000 of a tenant. May block.
    pub fn new_share<T: Item>(
        &self,
        tenant: &TenantId,
        kept: &Kept<T>,
        expires_at: Option<Timestamp>,
        actor: &Actor,
    ) -> Result<(String, Share), CatalogError> {
        let now = self.now();
        if expires_at.is_some_and(|end| end <= now) {
            let message = "expires_at must lie ahead".to_owned();
            return Err(wrong("expires_at", Code::InvalidValue, message));
        }
        let token = secret::make_token()?;
        let hash = KeyHash::of(&token);
        let (id, shelf, item) = (hash.id(), T::SHELF, kept.id);
        let share = Share { id, tenant: tenant.clone(), shelf, item, created_at: now, expires_at };
        let detail =
            json!({"link": id.to_string(), "expires_at": expires_at.map(|at| at.to_string())});
        let action = format!("{}.share", shelf.as_str());
        let note = self.note(actor, tenant, &action, &item.to_string(), &detail);
        let row = ShareRow { hash, share };
        self.facts().add_share(&row, (OF_ITEM_MAX, OF_TENANT_MAX), &note)?;
        Ok((token, row.share))
    }

    /// The link of a token, while it shows something. May block.
    pub fn share(&self, token: &str) -> Result<Option<Share>, CatalogError> {
        let row = self.facts().share(KeyHash::of(token))?;
        let now = self.now();
        Ok(row.map(|row| row.share).filter(|share| share.is_live(now)))
    }

    /// The links of a thing that show it, oldest first. May block.
    pub fn shares<T: Item>(&self, tenant: &TenantId, id: u64) -> Result<Vec<Share>, CatalogError> {
        let now = self.now();
        let rows = self.facts().shares(tenant, T::SHELF, id)?;
        Ok(rows.into_iter().map(|row| row.share).filter(|share| share.is_live(now)).collect())
    }

    /// Ends a link of a thing; false when it has none of that id. May block.
    pub fn end_share<T: Item>(
        &self,
        tenant: &TenantId,
        item: u64,
        id: &str,
        actor: &Actor,
    ) -> Result<bool, CatalogError> {
        let mut facts = self.facts();
        let rows = facts.shares(tenant, T::SHELF, item)?;
        let Some(row) = rows.iter().find(|row| Some(row.share.id) == KeyId::parse(id)) else {
            return Ok(false);
        };
        let detail = json!({"link": id});
        let action = format!("{}.unshare", T::SHELF.as_str());
        let note = self.note(actor, tenant, &action, &item.to_string(), &detail);
        facts.remove_share(row.hash, &note)
    }
}
