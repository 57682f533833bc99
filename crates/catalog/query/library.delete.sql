DELETE FROM library WHERE tenant_id = ?1 AND kind = ?2 AND id = ?3
