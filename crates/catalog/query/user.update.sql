UPDATE users SET name = ?2, role = ?3, disabled_ms = ?4 WHERE id = ?1
