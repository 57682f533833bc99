//! Rows to facts.

use event::{TenantId, Timestamp};
use rusqlite::Row;

use crate::{CatalogError, Key, KeyHash, KeyKind, Scopes, Tenant};

/// A row of `tenant.list.sql`.
pub(super) fn tenant(row: &Row<'_>) -> Result<Tenant, CatalogError> {
    Ok(Tenant {
        id: tenant_id(row.get(0)?)?,
        name: row.get(1)?,
        time_zone: row.get(2)?,
        created_at: Timestamp(row.get(3)?),
    })
}

/// A row of `key.list.sql`.
pub(super) fn key(row: &Row<'_>) -> Result<Key, CatalogError> {
    let hash: Vec<u8> = row.get(0)?;
    let kind: String = row.get(2)?;
    let scopes: String = row.get(5)?;
    Ok(Key {
        hash: KeyHash::from_bytes(&hash)
            .ok_or_else(|| unknown("length of a key hash", hash.len().to_string()))?,
        tenant: tenant_id(row.get(1)?)?,
        kind: KeyKind::named(&kind).ok_or_else(|| unknown("kind of key", kind))?,
        name: row.get(3)?,
        hint: row.get(4)?,
        scopes: Scopes::from_text(&scopes).ok_or_else(|| unknown("scope", scopes))?,
        created_at: Timestamp(row.get(6)?),
        expires_at: row.get::<_, Option<i64>>(7)?.map(Timestamp),
        revoked_at: row.get::<_, Option<i64>>(8)?.map(Timestamp),
    })
}

fn tenant_id(text: String) -> Result<TenantId, CatalogError> {
    TenantId::new(&text).ok_or_else(|| unknown("tenant id", text))
}

fn unknown(what: &'static str, value: String) -> CatalogError {
    CatalogError::Row { what, value }
}
