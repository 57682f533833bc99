SELECT id, tenant_id, kind, entities, version FROM entity_lists ORDER BY tenant_id, kind
