INSERT INTO shares (hash, tenant_id, kind, id, created_ms, expires_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
