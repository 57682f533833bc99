INSERT INTO tenants (id, name, time_zone, created_ms) VALUES (?1, ?2, ?3, ?4)
