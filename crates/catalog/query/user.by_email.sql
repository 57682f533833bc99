SELECT id, tenant_id, email, name, role, created_ms, login_ms, disabled_ms
FROM users WHERE email = ?1
