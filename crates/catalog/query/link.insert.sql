INSERT INTO links (hash, purpose, tenant_id, email, role, created_ms, expires_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
