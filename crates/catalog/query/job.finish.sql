UPDATE jobs SET runner = NULL, lease_ms = NULL, finished_ms = ?5, next_ms = ?6, owed_ms = ?7,
    result = coalesce(?8, result), error = ?9
WHERE name = ?1 AND tenant = ?2 AND runner = ?3 AND started_ms = ?4
