SELECT count(*) FROM library
WHERE tenant_id = ?1 AND kind = ?2
    AND (?3 = '' OR instr(lower(name), lower(?3)) > 0)
    AND at_ms >= ?4 AND at_ms < ?5
