INSERT INTO flag_tenants (tenant_id, version, made, overrides) VALUES (?1, 0, 0, 0)
ON CONFLICT (tenant_id) DO NOTHING
