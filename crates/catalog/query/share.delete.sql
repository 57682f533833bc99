DELETE FROM shares WHERE hash = ?1
