INSERT INTO entities (list_id, entity, version) VALUES (?1, ?2, ?3)
ON CONFLICT (list_id, entity) DO NOTHING
