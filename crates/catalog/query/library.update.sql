UPDATE library SET name = ?5, json = ?6, at_ms = coalesce(?7, at_ms), updated_ms = ?8, version = version + 1
WHERE tenant_id = ?1 AND kind = ?2 AND id = ?3 AND version = ?4
