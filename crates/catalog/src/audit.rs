//! Who changed what: rows that are only ever added, each holding a hash over the one before.
//!
//! A row that was edited or taken out breaks the chain from there on. The chain runs through all
//! tenants. Ids of persons stand in it as keyed hashes only, so that it need not be touched when a
//! person is erased.

use std::fmt;

use event::{TenantId, Timestamp};
use sha2::{Digest, Sha256};

use crate::{Catalog, CatalogError, KeyId, UserId, check};

/// Bytes of the detail of a row.
const DETAIL_BYTES_MAX: usize = 16 * 1024;
/// Rows of one page.
const PAGE_MAX: usize = 1_000;

/// Who changed something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A user, with the email address at that time.
    User(UserId, String),
    /// The holder of a key, with the key's name at that time.
    Key(KeyId, String),
    /// A user of the customer's own log-in.
    Token(String),
    /// Whoever has the data folder, on the command line.
    Cli,
    /// The program itself.
    System,
}

impl Actor {
    /// Its kind, id and name, as they are kept.
    pub(crate) fn parts(&self) -> (&'static str, String, &str) {
        match self {
            Self::User(id, email) => ("user", id.to_string(), email),
            Self::Key(id, name) => ("key", id.to_string(), name),
            Self::Token(id) => ("token", String::new(), id),
            Self::Cli => ("cli", String::new(), ""),
            Self::System => ("system", String::new(), ""),
        }
    }

    /// The reverse of [`Self::parts`].
    pub(crate) fn from_parts(kind: &str, id: &str, name: String) -> Option<Self> {
        match kind {
            "user" => Some(Self::User(UserId(id.parse().ok()?), name)),
            "key" => Some(Self::Key(KeyId::parse(id)?, name)),
            "token" => Some(Self::Token(name)),
            "cli" => Some(Self::Cli),
            "system" => Some(Self::System),
            _ => None,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(_, email) => f.write_str(email),
            Self::Key(id, name) => write!(f, "key {id} ({name})"),
            Self::Token(id) => write!(f, "token of {id}"),
            Self::Cli => f.write_str("command line"),
            Self::System => f.write_str("system"),
        }
    }
}

/// What is to be written beside a change.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub(crate) at: Timestamp,
    pub(crate) tenant: TenantId,
    pub(crate) actor: Actor,
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) detail: String,
}

impl Note {
    /// The hash of the row with this number behind the row with the hash `previous`. Every field
    /// goes in with its length, so that no two rows are the same bytes.
    pub(crate) fn hash(&self, seq: u64, previous: &[u8; 32]) -> [u8; 32] {
        let (kind, id, name) = self.actor.parts();
        let mut hash = Sha256::new();
        hash.update(previous);
        hash.update(seq.to_be_bytes());
        hash.update(self.at.0.to_be_bytes());
        let texts: [&str; 7] =
            [self.tenant.as_str(), kind, &id, name, &self.action, &self.subject, &self.detail];
        for text in texts {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
        hash.finalize().into()
    }
}

/// A row of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Whose facts were changed.
    pub tenant: TenantId,
    /// Who changed them.
    pub actor: Actor,
    /// What was done, e.g. `key.new`.
    pub action: String,
    /// To what; `person:` and a keyed hash where it is a person.
    pub subject: String,
    /// A JSON object with the rest.
    pub detail: String,
    /// SHA-256 over the hash of the row before and this row.
    pub hash: [u8; 32],
}

impl AuditRow {
    /// Whether its hash is that of its content behind the row with the hash `previous`.
    fn follows(&self, seq: u64, previous: &[u8; 32]) -> bool {
        let note = Note {
            at: self.at,
            tenant: self.tenant.clone(),
            actor: self.actor.clone(),
            action: self.action.clone(),
            subject: self.subject.clone(),
            detail: self.detail.clone(),
        };
        self.seq == seq && note.hash(seq, previous) == self.hash
    }
}

/// Whether the audit trail is what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditCheck {
    /// Every row follows from the one before.
    Whole {
        /// How many there are.
        rows: u64,
    },
    /// Somebody edited or removed rows.
    Broken {
        /// The first row that does not follow from the one before, or is missing.
        seq: u64,
    },
}

/// What a database does with the audit trail.
pub(crate) trait AuditFacts {
    /// Adds a row.
    fn add_note(&mut self, note: &Note) -> Result<(), CatalogError>;
    /// Rows of a tenant before a number, newest first.
    fn audit_page(
        &mut self,
        tenant: &TenantId,
        before: u64,
        limit: usize,
    ) -> Result<Vec<AuditRow>, CatalogError>;
    /// Gives every row to `each`, oldest first, until that returns false. A row that cannot be
    /// read is given as None. Returns number and hash of the row that was written last.
    fn audit_all(
        &mut self,
        each: &mut dyn FnMut(Option<&AuditRow>) -> bool,
    ) -> Result<(u64, [u8; 32]), CatalogError>;
}

impl Catalog {
    /// Writes down what was done to something that is not kept in the catalog. `detail` is JSON of
    /// up to 16 KB. May block.
    pub fn audit(
        &self,
        actor: &Actor,
        tenant: &TenantId,
        action: &str,
        subject: &str,
        detail: &str,
    ) -> Result<(), CatalogError> {
        check::word("an action", action)?;
        check::bounded("a subject", subject)?;
        let json = serde_json::from_str::<&serde_json::value::RawValue>(detail).is_ok();
        if !json || detail.len() > DETAIL_BYTES_MAX {
            return Err(CatalogError::Invalid { what: "a detail", must: "json of up to 16 kb" });
        }
        let mut note = self.note(actor, tenant, action, subject, &serde_json::Value::Null);
        note.detail = detail.to_owned();
        self.facts().add_note(&note)
    }

    /// How a person stands in the audit trail: a keyed hash.
    pub fn person_subject(&self, tenant: &TenantId, distinct_id: &str) -> String {
        format!("person:{:032x}", self.keyed_hash(tenant, "", distinct_id))
    }

    /// Rows of a tenant, newest first: those before `before_seq`, or the newest; at most 1,000. May
    /// block.
    pub fn audit_list(
        &self,
        tenant: &TenantId,
        before_seq: Option<u64>,
        limit: usize,
    ) -> Result<Vec<AuditRow>, CatalogError> {
        let before = before_seq.unwrap_or(u64::MAX).min(i64::MAX as u64);
        self.facts().audit_page(tenant, before, limit.min(PAGE_MAX))
    }

    /// Walks the whole chain. Blocks, for about a second per million rows.
    pub fn audit_verify(&self) -> Result<AuditCheck, CatalogError> {
        let mut previous = [0; 32];
        let mut rows = 0;
        let mut broken = None;
        let mut each = |row: Option<&AuditRow>| match row {
            Some(row) if row.follows(rows + 1, &previous) => {
                rows += 1;
                previous = row.hash;
                true
            }
            _ => {
                broken = Some(rows + 1);
                false
            }
        };
        let head = self.facts().audit_all(&mut each)?;
        if broken.is_none() && head != (rows, previous) {
            broken = Some(rows + 1);
        }
        Ok(match broken {
            Some(seq) => AuditCheck::Broken { seq },
            None => AuditCheck::Whole { rows },
        })
    }

    /// A row to be written beside a change.
    pub(crate) fn note(
        &self,
        actor: &Actor,
        tenant: &TenantId,
        action: &str,
        subject: &str,
        detail: &serde_json::Value,
    ) -> Note {
        Note {
            at: self.now(),
            tenant: tenant.clone(),
            actor: actor.clone(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            detail: if detail.is_null() { "{}".to_owned() } else { detail.to_string() },
        }
    }
}
