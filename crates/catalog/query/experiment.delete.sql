DELETE FROM experiments WHERE tenant_id = ?1 AND id = ?2
