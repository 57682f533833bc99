DELETE FROM entity_lists WHERE id = ?1
