DELETE FROM sessions WHERE hash IN (
    SELECT hash FROM sessions WHERE user_id = ?1 ORDER BY created_ms DESC LIMIT -1 OFFSET ?2
)
