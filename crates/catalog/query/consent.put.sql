INSERT INTO consents (person, purpose, tenant_id, granted, at_ms, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (person, purpose) DO UPDATE SET granted = ?4, at_ms = ?5, version = ?6
