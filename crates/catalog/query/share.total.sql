SELECT count(*) FROM shares WHERE tenant_id = ?1
