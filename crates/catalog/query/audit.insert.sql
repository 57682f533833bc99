INSERT INTO audit
    (seq, at_ms, tenant_id, actor_kind, actor_id, actor_name, action, subject, detail, hash)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
