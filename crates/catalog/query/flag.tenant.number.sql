UPDATE flag_tenants SET made = made + 1 WHERE tenant_id = ?1 RETURNING made
