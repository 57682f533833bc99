//! Tenants and their settings.

use event::TenantId;
use rusqlite::params;

use super::{Sqlite, all, audit, bump, keys, links, rows, taken};
use crate::{
    CatalogError, Settings, Tenant,
    audit::Note,
    facts::Noun,
    tenants::{Dowry, TenantFacts},
};

impl TenantFacts for Sqlite {
    fn tenants(&mut self) -> Result<Vec<(Tenant, Settings)>, CatalogError> {
        all(&self.connection, include_str!("../../query/tenant.list.sql"), [], rows::tenant)
    }

    fn add_tenant(
        &mut self,
        tenant: &Tenant,
        with: &Dowry,
        note: &Note,
    ) -> Result<(), CatalogError> {
        self.write(|change| {
            let inserted = change.execute(
                include_str!("../../query/tenant.insert.sql"),
                params![tenant.id.as_str(), tenant.name, tenant.time_zone, tenant.created_at.0],
            );
            taken(inserted, "tenant", tenant.id.as_str())?;
            for key in &with.keys {
                keys::insert(change, key)?;
            }
            if let Some(link) = &with.link {
                links::insert(change, link)?;
            }
            bump(change, Noun::Tenants)?;
            bump(change, Noun::Keys)?;
            audit::write(change, note)
        })
    }

    fn rename_tenant(
        &mut self,
        id: &TenantId,
        name: &str,
        note: &Note,
    ) -> Result<(), CatalogError> {
        self.set_of_tenant(id, include_str!("../../query/tenant.rename.sql"), name, note)
    }

    fn set_zone(&mut self, id: &TenantId, zone: &str, note: &Note) -> Result<(), CatalogError> {
        self.set_of_tenant(id, include_str!("../../query/tenant.zone.sql"), zone, note)
    }

    fn set_settings(&mut self, id: &TenantId, json: &str, note: &Note) -> Result<(), CatalogError> {
        self.set_of_tenant(id, include_str!("../../query/tenant.settings.sql"), json, note)
    }
}

impl Sqlite {
    fn set_of_tenant(
        &mut self,
        id: &TenantId,
        query: &str,
        value: &str,
        note: &Note,
    ) -> Result<(), CatalogError> {
        self.write(|change| {
            if change.execute(query, params![id.as_str(), value])? == 0 {
                return Err(CatalogError::NoTenant(id.to_string()));
            }
            bump(change, Noun::Tenants)?;
            audit::write(change, note)
        })
    }
}
