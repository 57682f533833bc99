DELETE FROM shares WHERE expires_ms <= ?1
