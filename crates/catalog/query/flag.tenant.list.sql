SELECT tenant_id, version FROM flag_tenants
