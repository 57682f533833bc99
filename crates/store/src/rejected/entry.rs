//! One refused event, and how it stands in the table.

use event::{Dialect, Reason, TenantId, Timestamp};
use rusqlite::Row;

/// Bytes of a payload that are kept; a longer one is cut and cannot be sent again.
pub(super) const PAYLOAD_BYTES_MAX: usize = 256 * 1024;

/// A refused event on its way into the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Whose it was.
    pub tenant: TenantId,
    /// When it came.
    pub received_at: Timestamp,
    /// The wire shape.
    pub dialect: Dialect,
    /// The code of the reason.
    pub code: String,
    /// The field it is about.
    pub field: Option<String>,
    /// The reason as a sentence.
    pub message: String,
    /// The item as JSON; None where it must not be kept, or could not be found.
    pub payload: Option<String>,
    /// Whether the payload is only its beginning.
    pub is_cut: bool,
    /// Who acted, where the sender's log-in told it and the payload does not, as JSON; None where
    /// nobody did, or the payload is not kept.
    pub actor: Option<String>,
}

/// Bytes of an actor that are kept; with a longer one the event cannot be sent again.
const ACTOR_BYTES_MAX: usize = 4 * 1024;

impl Note {
    /// A note about an item, as it was sent. What was refused for want of consent is not kept.
    pub fn new(
        tenant: &TenantId,
        received_at: Timestamp,
        dialect: Dialect,
        reason: &Reason,
        raw: &str,
    ) -> Self {
        let keep = !raw.is_empty() && !matches!(reason, Reason::NoConsent { .. });
        // Cut before it is copied: a refused item may be as large as a body.
        let end = (0..=raw.len().min(PAYLOAD_BYTES_MAX)).rev().find(|at| raw.is_char_boundary(*at));
        let kept = &raw[..end.unwrap_or(0)];
        Self {
            tenant: tenant.clone(),
            received_at,
            dialect,
            code: reason.code().as_str().to_owned(),
            field: reason.field().map(str::to_owned),
            message: reason.to_string(),
            payload: keep.then(|| kept.to_owned()),
            is_cut: keep && kept.len() < raw.len(),
            actor: None,
        }
    }

    /// The same of an event somebody did.
    pub fn done_by(mut self, actor: Option<String>) -> Self {
        let actor = actor.filter(|_| self.payload.is_some());
        self.is_cut |= actor.as_ref().is_some_and(|actor| actor.len() > ACTOR_BYTES_MAX);
        self.actor = actor.filter(|actor| actor.len() <= ACTOR_BYTES_MAX);
        self
    }

    /// Bytes that count towards the bound of a tenant.
    pub(super) fn bytes(&self) -> usize {
        [&self.payload, &self.actor].into_iter().flatten().map(String::len).sum()
    }
}

/// A refused event as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number; later ones are larger.
    pub number: u64,
    /// What was noted.
    pub note: Note,
    /// When it was sent again and taken.
    pub replayed_at: Option<Timestamp>,
}

/// Which entries.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Only those with a smaller number.
    pub before: Option<u64>,
    /// Only those with this code.
    pub code: Option<String>,
    /// Only those that were not sent again.
    pub unplayed: bool,
    /// At most so many.
    pub count: usize,
}

pub(super) const INSERT: &str = "INSERT INTO rejected
    (tenant, received_at, dialect, code, field, message, payload, is_cut, actor)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

pub(super) const LIST: &str = "SELECT number, tenant, received_at, dialect, code, field, message,
    payload, is_cut, actor, replayed_at FROM rejected
    WHERE tenant = ?1 AND number < ?2 AND (?3 IS NULL OR code = ?3)
    AND (NOT ?4 OR replayed_at IS NULL)
    ORDER BY number DESC LIMIT ?5";

pub(super) const ONE: &str = "SELECT number, tenant, received_at, dialect, code, field, message,
    payload, is_cut, actor, replayed_at FROM rejected WHERE tenant = ?1 AND number = ?2";

pub(super) fn of_row(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let wrong = |column| {
        rusqlite::Error::InvalidColumnType(column, String::new(), rusqlite::types::Type::Text)
    };
    let tenant: String = row.get(1)?;
    Ok(Entry {
        number: row.get::<_, i64>(0)? as u64,
        note: Note {
            tenant: TenantId::new(&tenant).ok_or_else(|| wrong(1))?,
            received_at: Timestamp(row.get(2)?),
            dialect: Dialect::from_code(row.get(3)?).ok_or_else(|| wrong(3))?,
            code: row.get(4)?,
            field: row.get(5)?,
            message: row.get(6)?,
            payload: row.get(7)?,
            is_cut: row.get(8)?,
            actor: row.get(9)?,
        },
        replayed_at: row.get::<_, Option<i64>>(10)?.map(Timestamp),
    })
}
