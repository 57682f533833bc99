SELECT id, name, time_zone, created_ms FROM tenants ORDER BY created_ms, id
