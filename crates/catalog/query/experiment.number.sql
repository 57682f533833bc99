INSERT INTO experiment_tenants (tenant_id, made) VALUES (?1, 1)
ON CONFLICT (tenant_id) DO UPDATE SET made = made + 1
RETURNING made
