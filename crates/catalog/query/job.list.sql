SELECT name, tenant, next_ms, owed_ms, started_ms, finished_ms, result, error, runner, lease_ms
FROM jobs ORDER BY name, tenant
