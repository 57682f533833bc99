SELECT id, name, time_zone, created_ms, settings FROM tenants ORDER BY created_ms, id
