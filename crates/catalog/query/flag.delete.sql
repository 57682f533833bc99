DELETE FROM flags WHERE tenant_id = ?1 AND id = ?2
