DELETE FROM links WHERE expires_ms <= ?1 OR (purpose = ?2 AND tenant_id = ?3 AND email = ?4)
