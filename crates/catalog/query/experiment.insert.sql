INSERT INTO experiments (tenant_id, id, json, created_ms, updated_ms)
VALUES (?1, ?2, ?3, ?4, ?4)
