SELECT at_ms, actor_kind, actor_id, actor_name, action, changes FROM flag_history
WHERE tenant_id = ?1 AND flag_id = ?2
ORDER BY seq DESC
