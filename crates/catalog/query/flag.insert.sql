INSERT INTO flags (tenant_id, id, key, json, created_ms, updated_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
