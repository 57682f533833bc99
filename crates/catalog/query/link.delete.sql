DELETE FROM links WHERE hash = ?1
