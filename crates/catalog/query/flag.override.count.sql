UPDATE flag_tenants SET overrides = overrides + ?2
WHERE tenant_id = ?1 AND overrides + ?2 <= ?3
