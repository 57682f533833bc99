INSERT INTO sessions (hash, user_id, created_ms, seen_ms, expires_ms)
VALUES (?1, ?2, ?3, ?4, ?5)
