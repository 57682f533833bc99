INSERT INTO jobs (name, tenant, next_ms) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING
