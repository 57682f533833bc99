INSERT INTO users (tenant_id, email, name, role, password, created_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
