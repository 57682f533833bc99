UPDATE keys SET expires_ms = ?2 WHERE hash = ?1 AND revoked_ms IS NULL
