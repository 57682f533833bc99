SELECT count(*) FROM experiments WHERE tenant_id = ?1
