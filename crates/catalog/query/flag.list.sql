SELECT id, json, created_ms, updated_ms FROM flags WHERE tenant_id = ?1 ORDER BY id
