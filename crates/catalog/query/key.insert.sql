INSERT INTO keys (hash, tenant_id, kind, name, hint, scopes, created_ms, expires_ms, origins)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
