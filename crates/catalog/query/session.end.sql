DELETE FROM sessions WHERE user_id = ?1 AND (?2 IS NULL OR hash <> ?2)
