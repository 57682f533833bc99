SELECT hash, tenant_id, kind, name, hint, scopes, created_ms, expires_ms, revoked_ms, origins
FROM keys ORDER BY created_ms, hash
