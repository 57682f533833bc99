DELETE FROM entities WHERE list_id = ?1
