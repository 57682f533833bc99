UPDATE tenants SET settings = ?2 WHERE id = ?1
