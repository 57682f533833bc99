SELECT kind, id, json FROM library WHERE tenant_id = ?1
