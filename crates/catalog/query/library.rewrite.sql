UPDATE library SET json = ?4, version = version + 1
WHERE tenant_id = ?1 AND kind = ?2 AND id = ?3
