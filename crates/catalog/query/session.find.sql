SELECT user_id, created_ms, seen_ms, expires_ms FROM sessions WHERE hash = ?1
