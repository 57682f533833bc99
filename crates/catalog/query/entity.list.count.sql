UPDATE entity_lists SET entities = entities + ?2, version = ?3 WHERE id = ?1
