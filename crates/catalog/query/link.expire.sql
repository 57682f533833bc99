DELETE FROM links WHERE expires_ms <= ?1
