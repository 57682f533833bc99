UPDATE experiments SET json = ?3, started_ms = ?4, stopped_ms = ?5, updated_ms = ?6
WHERE tenant_id = ?1 AND id = ?2
