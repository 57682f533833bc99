//! Rows to facts.

use event::{TenantId, Timestamp};
use rusqlite::Row;
use serde_json::Value;

use crate::{
    Actor, AuditRow, CatalogError, Consent, Experiment, JobKey, JobRow, Key, KeyHash, KeyKind,
    Link, Purpose, Role, Scopes, Settings, Tenant, User, UserId,
    entities::ListRow,
    flags::{FlagChange, KeptFlag},
    links::LinkRow,
    sessions::SessionRow,
};

/// A row of `tenant.list.sql`.
pub(super) fn tenant(row: &Row<'_>) -> Result<(Tenant, Settings), CatalogError> {
    let tenant = Tenant {
        id: tenant_id(row.get(0)?)?,
        name: row.get(1)?,
        time_zone: row.get(2)?,
        created_at: Timestamp(row.get(3)?),
    };
    let settings: String = row.get(4)?;
    let settings = serde_json::from_str(&settings)
        .map_err(|error| unknown("settings of a tenant", format!("{}: {error}", tenant.id)))?;
    Ok((tenant, settings))
}

/// A row of `key.list.sql`.
pub(super) fn key(row: &Row<'_>) -> Result<Key, CatalogError> {
    let kind: String = row.get(2)?;
    let scopes: String = row.get(5)?;
    let origins: String = row.get(9)?;
    Ok(Key {
        hash: key_hash(row.get(0)?)?,
        tenant: tenant_id(row.get(1)?)?,
        kind: KeyKind::named(&kind).ok_or_else(|| unknown("kind of key", kind))?,
        name: row.get(3)?,
        hint: row.get(4)?,
        scopes: Scopes::from_text(&scopes).ok_or_else(|| unknown("scope", scopes))?,
        origins: origins.split_whitespace().map(str::to_owned).collect(),
        created_at: Timestamp(row.get(6)?),
        expires_at: row.get::<_, Option<i64>>(7)?.map(Timestamp),
        revoked_at: row.get::<_, Option<i64>>(8)?.map(Timestamp),
    })
}

/// A row of the `user.*.sql` that give users.
pub(super) fn user(row: &Row<'_>) -> Result<User, CatalogError> {
    Ok(User {
        id: user_id(row.get(0)?),
        tenant: tenant_id(row.get(1)?)?,
        email: row.get(2)?,
        name: row.get(3)?,
        role: role(row.get(4)?)?,
        created_at: Timestamp(row.get(5)?),
        last_login_at: row.get::<_, Option<i64>>(6)?.map(Timestamp),
        disabled_at: row.get::<_, Option<i64>>(7)?.map(Timestamp),
    })
}

/// A row of `job.list.sql`.
pub(super) fn job(row: &Row<'_>) -> Result<JobRow, CatalogError> {
    let tenant: String = row.get(1)?;
    let time = |column: usize| row.get::<_, Option<i64>>(column).map(|at| at.map(Timestamp));
    Ok(JobRow {
        key: JobKey {
            name: row.get(0)?,
            tenant: if tenant.is_empty() { None } else { Some(tenant_id(tenant)?) },
        },
        next_at: Timestamp(row.get(2)?),
        owed_from: time(3)?,
        started_at: time(4)?,
        finished_at: time(5)?,
        result: row.get(6)?,
        error: row.get(7)?,
        runner: row.get(8)?,
        lease_until: time(9)?,
    })
}

/// A row of `session.find.sql`.
pub(super) fn session(hash: KeyHash, row: &Row<'_>) -> Result<SessionRow, CatalogError> {
    Ok(SessionRow {
        hash,
        user: user_id(row.get(0)?),
        created_at: Timestamp(row.get(1)?),
        seen_at: Timestamp(row.get(2)?),
        expires_at: Timestamp(row.get(3)?),
    })
}

/// A row of `link.find.sql` and `link.list.sql`.
pub(super) fn link(row: &Row<'_>) -> Result<LinkRow, CatalogError> {
    let hash = key_hash(row.get(0)?)?;
    let purpose: String = row.get(1)?;
    let link = Link {
        id: hash.id(),
        purpose: Purpose::named(&purpose).ok_or_else(|| unknown("purpose of a link", purpose))?,
        tenant: tenant_id(row.get(2)?)?,
        email: row.get(3)?,
        role: role(row.get(4)?)?,
        created_at: Timestamp(row.get(5)?),
        expires_at: Timestamp(row.get(6)?),
    };
    Ok(LinkRow { hash, link })
}

/// A row of `audit.page.sql` and `audit.all.sql`.
pub(super) fn audit(row: &Row<'_>) -> Result<AuditRow, CatalogError> {
    let kind: String = row.get(3)?;
    let id: String = row.get(4)?;
    Ok(AuditRow {
        seq: row.get::<_, i64>(0)? as u64,
        at: Timestamp(row.get(1)?),
        tenant: tenant_id(row.get(2)?)?,
        actor: Actor::from_parts(&kind, &id, row.get(5)?)
            .ok_or_else(|| unknown("actor", format!("{kind} {id}")))?,
        action: row.get(6)?,
        subject: row.get(7)?,
        detail: row.get(8)?,
        hash: row.get(9)?,
    })
}

/// A row of `consent.of.sql`.
pub(super) fn consent(row: &Row<'_>) -> Result<Consent, CatalogError> {
    Ok(Consent { purpose: row.get(0)?, granted: row.get(1)?, at: Timestamp(row.get(2)?) })
}

/// A row of `entity.lists.sql`.
pub(super) fn list(row: &Row<'_>) -> Result<ListRow, CatalogError> {
    Ok(ListRow {
        id: row.get::<_, i64>(0)? as u64,
        tenant: tenant_id(row.get(1)?)?,
        kind: row.get(2)?,
        entities: row.get::<_, i64>(3)? as u64,
        version: row.get::<_, i64>(4)? as u64,
    })
}

/// A row of `experiment.list.sql` and `experiment.find.sql`.
pub(super) fn experiment(row: &Row<'_>) -> Result<Experiment, CatalogError> {
    let text: String = row.get(1)?;
    let kept: Option<Experiment> = serde_json::from_str(&text).ok();
    let time = |column: usize| row.get::<_, Option<i64>>(column).map(|at| at.map(Timestamp));
    Ok(Experiment {
        id: row.get::<_, i64>(0)? as u64,
        started_at: time(2)?,
        stopped_at: time(3)?,
        created_at: time(4)?,
        updated_at: time(5)?,
        ..kept.ok_or_else(|| unknown("experiment", text))?
    })
}

/// A row of `flag.list.sql`.
pub(super) fn flag(row: &Row<'_>) -> Result<KeptFlag, CatalogError> {
    let (id, text): (i64, String) = (row.get(0)?, row.get(1)?);
    let json: Option<Value> = serde_json::from_str(&text).ok();
    let read = json.and_then(|json| flag::read::flag(&json).ok());
    let mut flag = read.ok_or_else(|| unknown("flag", text))?;
    flag.id = id as u64;
    let (created_at, updated_at) = (Timestamp(row.get(2)?), Timestamp(row.get(3)?));
    Ok(KeptFlag { flag, created_at, updated_at })
}

/// A row of `flag.history.list.sql`.
pub(super) fn flag_change(row: &Row<'_>) -> Result<FlagChange, CatalogError> {
    let (kind, id): (String, String) = (row.get(1)?, row.get(2)?);
    let changes: String = row.get(5)?;
    Ok(FlagChange {
        at: Timestamp(row.get(0)?),
        actor: Actor::from_parts(&kind, &id, row.get(3)?)
            .ok_or_else(|| unknown("actor", format!("{kind} {id}")))?,
        action: row.get(4)?,
        changes: serde_json::from_str(&changes).map_err(|_| unknown("change", changes))?,
    })
}

pub(super) fn tenant_id(text: String) -> Result<TenantId, CatalogError> {
    TenantId::new(&text).ok_or_else(|| unknown("tenant id", text))
}

pub(super) fn user_id(id: i64) -> UserId {
    UserId(id as u64)
}

fn role(text: String) -> Result<Role, CatalogError> {
    Role::named(&text).ok_or_else(|| unknown("role", text))
}

pub(super) fn key_hash(bytes: [u8; 32]) -> Result<KeyHash, CatalogError> {
    KeyHash::from_bytes(&bytes).ok_or_else(|| unknown("length of a hash", bytes.len().to_string()))
}

pub(super) fn unknown(what: &'static str, value: String) -> CatalogError {
    CatalogError::Row { what, value }
}
