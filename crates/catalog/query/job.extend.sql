UPDATE jobs SET lease_ms = ?5 WHERE name = ?1 AND tenant = ?2 AND runner = ?3 AND started_ms = ?4
