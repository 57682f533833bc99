SELECT count(*) FROM jobs WHERE name = ?1 AND tenant = ?2 AND lease_ms > ?3
