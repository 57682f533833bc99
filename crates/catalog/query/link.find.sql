SELECT hash, purpose, tenant_id, email, role, created_ms, expires_ms
FROM links WHERE hash = ?1
