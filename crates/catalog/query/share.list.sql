SELECT hash, tenant_id, kind, id, created_ms, expires_ms FROM shares
WHERE tenant_id = ?1 AND kind = ?2 AND id = ?3
ORDER BY created_ms, hash
