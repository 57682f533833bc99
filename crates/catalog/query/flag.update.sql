UPDATE flags SET json = ?3, updated_ms = ?4 WHERE tenant_id = ?1 AND id = ?2
