SELECT seq, at_ms, tenant_id, actor_kind, actor_id, actor_name, action, subject, detail, hash
FROM audit WHERE tenant_id = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3
