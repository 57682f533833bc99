INSERT INTO library (
    tenant_id, kind, id, name, json, owner_kind, owner_id, owner_name, version, at_ms, created_ms,
    updated_ms
)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?10, ?10)
