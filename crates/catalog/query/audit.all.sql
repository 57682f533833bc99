SELECT seq, at_ms, tenant_id, actor_kind, actor_id, actor_name, action, subject, detail, hash
FROM audit ORDER BY seq
