SELECT id, json, owner_kind, owner_id, owner_name, version, created_ms, updated_ms FROM library
WHERE tenant_id = ?1 AND kind = ?2
    AND (?3 = '' OR instr(lower(name), lower(?3)) > 0)
    AND at_ms >= ?4 AND at_ms < ?5
ORDER BY at_ms DESC, id DESC
LIMIT ?6 OFFSET ?7
