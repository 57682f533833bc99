INSERT INTO entity_lists (tenant_id, kind, entities, version) VALUES (?1, ?2, 0, 0)
RETURNING id
