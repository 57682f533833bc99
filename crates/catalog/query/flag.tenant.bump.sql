UPDATE flag_tenants SET version = version + 1 WHERE tenant_id = ?1
