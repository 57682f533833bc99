SELECT hash, purpose, tenant_id, email, role, created_ms, expires_ms
FROM links WHERE tenant_id = ?1 ORDER BY created_ms, hash
