UPDATE jobs SET next_ms = min(next_ms, ?3) WHERE name = ?1 AND tenant = ?2
