//! Lists of the ids a tenant knows, per kind of thing: what an event refers to is looked up here.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use event::TenantId;
use serde_json::json;

use crate::{Actor, Catalog, CatalogError, audit::Note, check, facts::Facts};

/// A list, as the database knows it.
#[derive(Clone, Debug)]
pub(crate) struct ListRow {
    pub(crate) id: u64,
    pub(crate) tenant: TenantId,
    pub(crate) kind: String,
    pub(crate) entities: u64,
    pub(crate) version: u64,
}

/// A list in memory.
#[derive(Clone, Debug)]
pub(crate) struct List {
    id: u64,
    version: u64,
    ids: Arc<HashSet<u128>>,
}

/// The lists in memory, by tenant and kind.
pub(crate) type Lists = HashMap<TenantId, HashMap<String, List>>;

/// What a database does with lists of ids.
pub(crate) trait EntityFacts {
    /// All lists.
    fn entity_lists(&mut self) -> Result<Vec<ListRow>, CatalogError>;
    /// Gives what was added to a list after a version of it to `each`.
    fn entities_since(
        &mut self,
        list: u64,
        version: u64,
        each: &mut dyn FnMut(u128),
    ) -> Result<(), CatalogError>;
    /// Adds to a list of the tenant of the note, or makes it anew with these alone; how many were
    /// not there before. `TooMany` when the tenant would have more than `limit`.
    fn put_entities(
        &mut self,
        note: &Note,
        kind: &str,
        ids: &[u128],
        replace: bool,
        limit: usize,
    ) -> Result<u64, CatalogError>;
    /// Removes a list; false, and nothing written, when there is none.
    fn remove_entities(
        &mut self,
        tenant: &TenantId,
        kind: &str,
        note: &Note,
    ) -> Result<bool, CatalogError>;
}

impl Catalog {
    /// Whether a tenant knows an id; None when it has no list of that kind. Memory only.
    pub fn entity_known(&self, tenant: &TenantId, kind: &str, id: &str) -> Option<bool> {
        let memory = self.memory();
        let list = memory.entities.get(tenant)?.get(kind)?;
        Some(list.ids.contains(&self.keyed_hash(tenant, kind, id)))
    }

    /// The kinds a tenant has lists of, with how many ids are in each. Memory only.
    pub fn entities(&self, tenant: &TenantId) -> Vec<(String, u64)> {
        let memory = self.memory();
        let lists = memory.entities.get(tenant).into_iter().flatten();
        let mut kinds: Vec<_> =
            lists.map(|(kind, list)| (kind.clone(), list.ids.len() as u64)).collect();
        kinds.sort();
        kinds
    }

    /// Adds ids of 1 to 200 characters to a list, or makes the list of these alone; all or nothing.
    /// Returns how many were new. A tenant has at most 5,000,000. Blocks, for some seconds per
    /// million.
    pub fn put_entities(
        &self,
        tenant: &TenantId,
        kind: &str,
        ids: impl Iterator<Item = String>,
        replace: bool,
        actor: &Actor,
    ) -> Result<u64, CatalogError> {
        if self.tenant(tenant).is_none() {
            return Err(CatalogError::NoTenant(tenant.to_string()));
        }
        check::word("a kind of entity", kind)?;
        let limit = self.bounds.entities;
        let mut hashes = Vec::new();
        for id in ids {
            if id.is_empty() || id.chars().count() > check::CHARS_MAX {
                return Err(CatalogError::Invalid { what: "an id", must: "1 to 200 characters" });
            }
            hashes.push(self.keyed_hash(tenant, kind, &id));
            if hashes.len() > limit {
                return Err(too_many(hashes.len(), limit));
            }
        }
        // In order, the tree of the database grows at its end.
        hashes.sort_unstable();
        hashes.dedup();
        let detail = json!({"ids": hashes.len(), "replace": replace});
        let note = self.note(actor, tenant, "entities.put", kind, &detail);
        self.change(|facts| facts.put_entities(&note, kind, &hashes, replace, limit))
    }

    /// Removes a list; false when there is none of that kind.
    pub fn remove_entities(
        &self,
        tenant: &TenantId,
        kind: &str,
        actor: &Actor,
    ) -> Result<bool, CatalogError> {
        let note = self.note(actor, tenant, "entities.remove", kind, &json!(null));
        self.change(|facts| facts.remove_entities(tenant, kind, &note))
    }
}

pub(crate) fn too_many(count: usize, limit: usize) -> CatalogError {
    CatalogError::TooMany { what: "ids of entities", count, limit }
}

/// The lists of the database, reading only what `known` does not have yet.
pub(crate) fn load(facts: &mut dyn Facts, known: &Lists) -> Result<Lists, CatalogError> {
    let mut lists = Lists::new();
    for row in facts.entity_lists()? {
        let had = known.get(&row.tenant).and_then(|kinds| kinds.get(&row.kind));
        let list = match had.filter(|list| list.id == row.id) {
            Some(list) if list.version == row.version => list.clone(),
            had => {
                let mut ids = had.map(|list| HashSet::clone(&list.ids)).unwrap_or_default();
                ids.reserve((row.entities as usize).saturating_sub(ids.len()));
                let since = had.map_or(0, |list| list.version);
                facts.entities_since(row.id, since, &mut |id| {
                    ids.insert(id);
                })?;
                List { id: row.id, version: row.version, ids: Arc::new(ids) }
            }
        };
        lists.entry(row.tenant).or_default().insert(row.kind, list);
    }
    Ok(lists)
}
