UPDATE jobs SET runner = ?3, lease_ms = ?5, started_ms = ?4, owed_ms = coalesce(owed_ms, next_ms)
WHERE name = ?1 AND tenant = ?2 AND next_ms <= ?4 AND (lease_ms IS NULL OR lease_ms <= ?4)
RETURNING owed_ms
