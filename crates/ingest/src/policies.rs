//! What tenants and persons decided about how events are taken, as the steps ask for it.

use std::{fmt::Debug, sync::Arc};

use catalog::{Actor, Catalog, CatalogError, ConsentChange, Settings};
use event::TenantId;

/// Answers from memory, but for [`Policies::record`] and the first salt of a day.
pub trait Policies: Debug + Send + Sync {
    /// How a tenant wants its events taken.
    fn settings(&self, tenant: &TenantId) -> Arc<Settings>;

    /// Whether a person may be measured; None of whom nothing is known.
    fn consent(&self, tenant: &TenantId, distinct_id: &str) -> Option<bool>;

    /// Keeps what persons said. Blocks for a write; false when it could not be written.
    fn record(&self, tenant: &TenantId, said: &[ConsentChange]) -> bool;

    /// Whether a tenant has an entity of a type and an id; None where it has no list of the type.
    fn entity_known(&self, _tenant: &TenantId, _kind: &str, _id: &str) -> Option<bool> {
        None
    }

    /// Forgets what is kept of ids whose person is erased. Blocks for a write; what went wrong.
    fn forget(&self, _tenant: &TenantId, _ids: &[String]) -> Result<(), String> {
        Ok(())
    }

    /// The key of a day of UTC, counted since 1970; None when there is none. It is destroyed some
    /// time after the day.
    fn salt(&self, day: i64) -> Option<[u8; 16]>;
}

/// A tenant that decided nothing, and persons of whom nothing is known: for pipelines that admit no
/// events of persons.
#[derive(Clone, Copy, Debug, Default)]
pub struct Undecided;

impl Policies for Undecided {
    fn settings(&self, _: &TenantId) -> Arc<Settings> {
        Arc::default()
    }

    fn consent(&self, _: &TenantId, _: &str) -> Option<bool> {
        None
    }

    fn record(&self, _: &TenantId, _: &[ConsentChange]) -> bool {
        false
    }

    fn salt(&self, _: i64) -> Option<[u8; 16]> {
        None
    }
}

impl Policies for Catalog {
    fn settings(&self, tenant: &TenantId) -> Arc<Settings> {
        Catalog::settings(self, tenant)
    }

    fn consent(&self, tenant: &TenantId, distinct_id: &str) -> Option<bool> {
        Catalog::consent(self, tenant, distinct_id)
    }

    fn record(&self, tenant: &TenantId, said: &[ConsentChange]) -> bool {
        match self.set_consents(tenant, said, &Actor::System) {
            Ok(_) => true,
            Err(error @ CatalogError::Database(_)) => {
                tracing::error!(%error, "cannot keep what persons consented to");
                false
            }
            // Beyond a bound of the catalog: trying again would be of no use.
            Err(error) => {
                tracing::warn!(%error, tenant = tenant.as_str(), "a consent is not kept");
                true
            }
        }
    }

    fn entity_known(&self, tenant: &TenantId, kind: &str, id: &str) -> Option<bool> {
        Catalog::entity_known(self, tenant, kind, id)
    }

    fn forget(&self, tenant: &TenantId, ids: &[String]) -> Result<(), String> {
        let forgotten = self.forget_flag_overrides(tenant, ids);
        let forgotten = forgotten.and_then(|_| self.forget_in_library(tenant, ids));
        forgotten.map(|_| ()).map_err(|error| error.to_string())
    }

    fn salt(&self, day: i64) -> Option<[u8; 16]> {
        let salt = Catalog::salt(self, day);
        salt.inspect_err(|error| tracing::warn!(%error, "the day has no salt")).ok()
    }
}
