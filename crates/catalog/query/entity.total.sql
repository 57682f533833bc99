SELECT coalesce(sum(entities), 0) FROM entity_lists WHERE tenant_id = ?1
