//! Tenants, and how they want to be treated.

use std::sync::Arc;

use event::{TenantId, Timestamp};
use serde_json::{Value as Json, json};

use crate::{Actor, Catalog, CatalogError, Key, Settings, audit::Note, check, links::LinkRow};

/// Whose events they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// A name for people.
    pub name: String,
    /// IANA name of the zone its questions are asked in by default.
    pub time_zone: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What comes with a new tenant.
#[derive(Debug, Default)]
pub(crate) struct Dowry {
    pub(crate) keys: Vec<Key>,
    pub(crate) link: Option<LinkRow>,
}

/// What a database does with tenants. Changes of one that is not there are errors.
pub(crate) trait TenantFacts {
    /// All tenants with their settings, oldest first.
    fn tenants(&mut self) -> Result<Vec<(Tenant, Settings)>, CatalogError>;
    /// Adds a tenant with its first keys and its link, all or nothing.
    fn add_tenant(
        &mut self,
        tenant: &Tenant,
        with: &Dowry,
        note: &Note,
    ) -> Result<(), CatalogError>;
    /// Gives it another name.
    fn rename_tenant(&mut self, id: &TenantId, name: &str, note: &Note)
    -> Result<(), CatalogError>;
    /// Gives it another zone.
    fn set_zone(&mut self, id: &TenantId, zone: &str, note: &Note) -> Result<(), CatalogError>;
    /// Gives it other settings, as JSON.
    fn set_settings(&mut self, id: &TenantId, json: &str, note: &Note) -> Result<(), CatalogError>;
}

/// Kinds of groups that flags may name by number.
const GROUP_KINDS_MAX: usize = 5;

impl Catalog {
    /// The tenant of that id. Memory only.
    pub fn tenant(&self, id: &TenantId) -> Option<Tenant> {
        self.memory().tenants.iter().find(|tenant| tenant.id == *id).cloned()
    }

    /// All tenants, oldest first. Memory only.
    pub fn tenants(&self) -> Vec<Tenant> {
        self.memory().tenants.clone()
    }

    /// The settings of a tenant; the defaults for one that is not known. Memory only.
    pub fn settings(&self, tenant: &TenantId) -> Arc<Settings> {
        let memory = self.memory();
        memory.settings.get(tenant).unwrap_or(&memory.defaults).clone()
    }

    /// Makes a tenant without keys. The caller has checked the time zone.
    pub fn new_tenant(
        &self,
        id: &TenantId,
        name: &str,
        zone: &str,
        actor: &Actor,
    ) -> Result<(), CatalogError> {
        check::name(name)?;
        let tenant = Tenant {
            id: id.clone(),
            name: name.into(),
            time_zone: zone.into(),
            created_at: self.now(),
        };
        let detail = json!({"name": name, "time_zone": zone});
        let note = self.note(actor, id, "tenant.new", id.as_str(), &detail);
        self.change(|facts| facts.add_tenant(&tenant, &Dowry::default(), &note))
    }

    /// Gives a tenant another name for people; its id stays.
    pub fn rename_tenant(
        &self,
        id: &TenantId,
        name: &str,
        actor: &Actor,
    ) -> Result<(), CatalogError> {
        check::name(name)?;
        let note = self.note(actor, id, "tenant.rename", id.as_str(), &json!({"name": name}));
        self.change(|facts| facts.rename_tenant(id, name, &note))
    }

    /// Sets the zone a tenant's questions are asked in by default. The caller has checked it.
    pub fn set_time_zone(
        &self,
        id: &TenantId,
        zone: &str,
        actor: &Actor,
    ) -> Result<(), CatalogError> {
        let detail = json!({"time_zone": zone});
        let note = self.note(actor, id, "tenant.set_time_zone", id.as_str(), &detail);
        self.change(|facts| facts.set_zone(id, zone, &note))
    }

    /// Sets all settings of a tenant; the audit trail gets what differs from before.
    pub fn set_settings(
        &self,
        id: &TenantId,
        settings: &Settings,
        actor: &Actor,
    ) -> Result<(), CatalogError> {
        const JSON_BYTES_MAX: usize = 64 * 1024;
        let kinds = &settings.flags.group_kinds;
        let is_fine = |kind: &String| check::word("a kind of group", kind).is_ok();
        if kinds.len() > GROUP_KINDS_MAX || !kinds.iter().all(is_fine) {
            let must = "at most 5 words of 1 to 64 characters";
            return Err(CatalogError::Invalid { what: "group_kinds", must });
        }
        if let Some((what, must)) = settings.trpc.problem() {
            return Err(CatalogError::Invalid { what, must });
        }
        let to_json = |settings: &Settings| {
            serde_json::to_value(settings)
                .map_err(|error| CatalogError::Database(error.to_string()))
        };
        let (before, after) = (to_json(&self.settings(id))?, to_json(settings)?);
        let text = after.to_string();
        if text.len() > JSON_BYTES_MAX {
            return Err(CatalogError::Invalid { what: "settings", must: "at most 64 kb of json" });
        }
        let detail = difference(&before, &after);
        let note = self.note(actor, id, "tenant.set_settings", id.as_str(), &detail);
        self.change(|facts| facts.set_settings(id, &text, &note))
    }
}

/// The top-level fields of `after` that are not as `before`.
fn difference(before: &Json, after: &Json) -> Json {
    let fields = after.as_object().into_iter().flatten();
    let changed = fields.filter(|(name, value)| before.get(name) != Some(value));
    Json::Object(changed.map(|(name, value)| (name.clone(), value.clone())).collect())
}
