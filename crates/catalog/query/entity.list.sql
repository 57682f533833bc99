SELECT id, version FROM entity_lists WHERE tenant_id = ?1 AND kind = ?2
