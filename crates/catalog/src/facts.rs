//! What a database must do with the rows of the catalog. The traits of the nouns stand beside
//! them.

use std::fmt;

use crate::{
    CatalogError, audit::AuditFacts, consent::ConsentFacts, entities::EntityFacts,
    experiments::ExperimentFacts, flags::FlagFacts, jobs::JobFacts, keys::KeyFacts,
    library::LibraryFacts, links::LinkFacts, members::MemberFacts, overrides::OverrideFacts,
    salts::SaltFacts, sessions::SessionFacts, shares::ShareFacts, tenants::TenantFacts,
    users::UserFacts,
};

/// A kind of facts that is loaded as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noun {
    Tenants,
    Keys,
    Users,
    /// Counts sessions that ended, not those that began.
    Sessions,
    Consents,
    Entities,
    Flags,
}

impl Noun {
    pub(crate) const ALL: [Self; 7] = [
        Self::Tenants,
        Self::Keys,
        Self::Users,
        Self::Sessions,
        Self::Consents,
        Self::Entities,
        Self::Flags,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Tenants => "tenants",
            Self::Keys => "keys",
            Self::Users => "users",
            Self::Sessions => "sessions",
            Self::Consents => "consents",
            Self::Entities => "entities",
            Self::Flags => "flags",
        }
    }
}

/// How often each kind of facts was changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Versions([u64; Noun::ALL.len()]);

impl Versions {
    pub(crate) fn of(&self, noun: Noun) -> u64 {
        self.0[noun as usize]
    }

    pub(crate) fn set(&mut self, noun: Noun, version: u64) {
        self.0[noun as usize] = version;
    }
}

/// A database of facts. Every call is one transaction; all may block.
pub(crate) trait Facts:
    TenantFacts
    + KeyFacts
    + UserFacts
    + SessionFacts
    + LinkFacts
    + AuditFacts
    + ConsentFacts
    + EntityFacts
    + ExperimentFacts
    + FlagFacts
    + OverrideFacts
    + LibraryFacts
    + MemberFacts
    + ShareFacts
    + SaltFacts
    + JobFacts
    + Send
    + fmt::Debug
{
    /// A number that is another one after another process changed something. Cheap.
    fn generation(&mut self) -> Result<u64, CatalogError>;
    /// How often each kind of facts was changed, by whomever.
    fn versions(&mut self) -> Result<Versions, CatalogError>;
    /// The secret of that name; `fresh` becomes it when there is none yet.
    fn secret(&mut self, name: &str, fresh: [u8; 16]) -> Result<[u8; 16], CatalogError>;
}
