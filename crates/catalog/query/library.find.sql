SELECT id, json, owner_kind, owner_id, owner_name, version, created_ms, updated_ms FROM library
WHERE tenant_id = ?1 AND kind = ?2 AND id = ?3
