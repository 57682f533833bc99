SELECT hash, tenant_id, kind, id, created_ms, expires_ms FROM shares WHERE hash = ?1
