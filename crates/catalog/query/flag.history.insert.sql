INSERT INTO flag_history
    (tenant_id, flag_id, at_ms, actor_kind, actor_id, actor_name, action, changes)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
