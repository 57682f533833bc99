SELECT count(*) FROM users
WHERE tenant_id = ?1 AND role = 'owner' AND disabled_ms IS NULL
