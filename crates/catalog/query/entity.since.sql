SELECT entity FROM entities WHERE list_id = ?1 AND version > ?2
