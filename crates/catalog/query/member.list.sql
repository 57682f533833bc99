SELECT distinct_id FROM cohort_ids
WHERE tenant_id = ?1 AND cohort = ?2 AND distinct_id > ?3
ORDER BY distinct_id
LIMIT ?4
