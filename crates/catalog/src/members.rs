//! The distinct ids of static cohorts.
//!
//! They are kept as they are, not as hashes: a question asks the store for the persons of these
//! ids. So they are personal data, and an erasure takes them out (`forget_in_library`).

use event::{Code, TenantId};
use serde_json::json;

use crate::{
    Actor, Catalog, CatalogError,
    audit::Note,
    library::{check_chars, wrong},
};

/// Ids of one cohort.
pub(crate) const IDS_MAX: usize = 100_000;
/// Ids of all cohorts of a tenant.
const TOTAL_MAX: usize = 1_000_000;
const ID_CHARS_MAX: usize = 200;

/// What a database does with ids of cohorts.
pub(crate) trait MemberFacts {
    /// Adds to the ids of a cohort, or makes them anew with these alone; how many there are then.
    /// `TooMany` beyond the limits of a cohort and of all, `NoThing` when the cohort is gone.
    fn put_members(
        &mut self,
        cohort: u64,
        ids: &[String],
        replace: bool,
        limits: (usize, usize),
        note: &Note,
    ) -> Result<usize, CatalogError>;
    /// Ids behind one, in byte order.
    fn members(
        &mut self,
        tenant: &TenantId,
        cohort: u64,
        after: &str,
        limit: usize,
    ) -> Result<Vec<String>, CatalogError>;
    /// How many there are.
    fn member_count(&mut self, tenant: &TenantId, cohort: u64) -> Result<usize, CatalogError>;
    /// Whether one of these is among them.
    fn has_member(
        &mut self,
        tenant: &TenantId,
        cohort: u64,
        ids: &[String],
    ) -> Result<bool, CatalogError>;
}

impl Catalog {
    /// Adds ids to a static cohort, or puts them in the place of those it has; how many it has
    /// then. At most 100,000, and 1,000,000 of all cohorts of a tenant. May block.
    pub fn put_members(
        &self,
        tenant: &TenantId,
        cohort: u64,
        ids: &[String],
        replace: bool,
        actor: &Actor,
    ) -> Result<usize, CatalogError> {
        self.check_ids(ids)?;
        let detail = json!({"ids": ids.len(), "replaced": replace});
        let note = self.note(actor, tenant, "cohort.ids", &cohort.to_string(), &detail);
        self.facts().put_members(cohort, ids, replace, (IDS_MAX, TOTAL_MAX), &note)
    }

    /// The ids of a static cohort behind `after`, in byte order; at most 100,000. May block.
    pub fn members(
        &self,
        tenant: &TenantId,
        cohort: u64,
        after: &str,
        limit: usize,
    ) -> Result<Vec<String>, CatalogError> {
        self.facts().members(tenant, cohort, after, limit.min(IDS_MAX))
    }

    /// How many ids a static cohort has. May block.
    pub fn member_count(&self, tenant: &TenantId, cohort: u64) -> Result<usize, CatalogError> {
        self.facts().member_count(tenant, cohort)
    }

    /// Whether a static cohort has one of these ids. May block.
    pub fn has_member(
        &self,
        tenant: &TenantId,
        cohort: u64,
        ids: &[String],
    ) -> Result<bool, CatalogError> {
        self.facts().has_member(tenant, cohort, ids)
    }

    pub(crate) fn check_ids(&self, ids: &[String]) -> Result<(), CatalogError> {
        let (count, limit) = (ids.len(), IDS_MAX);
        if count > limit {
            return Err(CatalogError::TooMany { what: "ids", count, limit });
        }
        for (at, id) in ids.iter().enumerate() {
            let field = format!("ids[{at}]");
            if id.is_empty() {
                return Err(wrong(&field, Code::InvalidValue, format!("{field} is empty")));
            }
            check_chars(&field, id, ID_CHARS_MAX)?;
        }
        Ok(())
    }
}
