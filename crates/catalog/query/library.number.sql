INSERT INTO library_made (tenant_id, kind, made) VALUES (?1, ?2, 1)
ON CONFLICT (tenant_id, kind) DO UPDATE SET made = made + 1
RETURNING made
