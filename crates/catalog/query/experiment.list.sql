SELECT id, json, started_ms, stopped_ms, created_ms, updated_ms FROM experiments
WHERE tenant_id = ?1
ORDER BY id
