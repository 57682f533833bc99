//! The id by which a person's flags were first bucketed, so that they do not flip at a log-in.
//!
//! Kept per distinct id, the first one counts. The distinct id is kept as a keyed hash, and the
//! first id is masked with bytes that only follow from the distinct id: neither stands in the
//! database. Asked for only where a flag wants it, so it is read from the database each time.

use event::TenantId;

use crate::{Catalog, CatalogError, check};

/// What a database does with first ids.
pub(crate) trait OverrideFacts {
    /// What is kept of a person.
    fn flag_override(&mut self, person: u128) -> Result<Option<Vec<u8>>, CatalogError>;
    /// Keeps it if nothing is kept yet and the tenant has fewer than `limit`; what is kept then.
    fn keep_flag_override(
        &mut self,
        tenant: &TenantId,
        person: u128,
        masked: &[u8],
        limit: usize,
    ) -> Result<Option<Vec<u8>>, CatalogError>;
    /// Forgets persons; of how many something was kept.
    fn forget_flag_overrides(
        &mut self,
        tenant: &TenantId,
        persons: &[u128],
    ) -> Result<usize, CatalogError>;
}

impl Catalog {
    /// The id a person was first bucketed by, when one is kept. May block.
    pub fn flag_override(
        &self,
        tenant: &TenantId,
        distinct_id: &str,
    ) -> Result<Option<String>, CatalogError> {
        let masked = self.facts().flag_override(self.person(tenant, distinct_id))?;
        Ok(masked.and_then(|masked| self.unmasked(tenant, distinct_id, masked)))
    }

    /// Keeps the id a person was first bucketed by, unless one is kept already; the one that is
    /// kept then. None when the tenant has 5,000,000 already. May block.
    pub fn keep_flag_override(
        &self,
        tenant: &TenantId,
        distinct_id: &str,
        first: &str,
    ) -> Result<Option<String>, CatalogError> {
        check::bounded("a distinct id", distinct_id)?;
        check::bounded("a distinct id", first)?;
        let person = self.person(tenant, distinct_id);
        let masked = self.masked(tenant, distinct_id, first.as_bytes());
        let limit = self.bounds.persons;
        let kept = self.facts().keep_flag_override(tenant, person, &masked, limit)?;
        Ok(kept.and_then(|kept| self.unmasked(tenant, distinct_id, kept)))
    }

    /// Forgets by what persons were first bucketed, because they are erased; of how many something
    /// was kept. May block.
    pub fn forget_flag_overrides(
        &self,
        tenant: &TenantId,
        distinct_ids: &[String],
    ) -> Result<usize, CatalogError> {
        let persons: Vec<u128> = distinct_ids.iter().map(|id| self.person(tenant, id)).collect();
        self.facts().forget_flag_overrides(tenant, &persons)
    }

    fn person(&self, tenant: &TenantId, distinct_id: &str) -> u128 {
        self.keyed_hash(tenant, "flag override", distinct_id)
    }

    /// The same bytes mask and unmask.
    fn masked(&self, tenant: &TenantId, distinct_id: &str, bytes: &[u8]) -> Vec<u8> {
        let block = |number: usize| {
            let kind = format!("flag override mask {number}");
            self.keyed_hash(tenant, &kind, distinct_id).to_be_bytes()
        };
        let blocks = bytes.chunks(16).enumerate().flat_map(|(number, chunk)| {
            let mask = block(number);
            chunk.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect::<Vec<u8>>()
        });
        blocks.collect()
    }

    fn unmasked(&self, tenant: &TenantId, distinct_id: &str, masked: Vec<u8>) -> Option<String> {
        String::from_utf8(self.masked(tenant, distinct_id, &masked)).ok()
    }
}
