UPDATE users SET login_ms = ?2 WHERE id = ?1
