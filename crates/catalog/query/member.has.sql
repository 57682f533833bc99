SELECT 1 FROM cohort_ids WHERE tenant_id = ?1 AND cohort = ?2 AND distinct_id = ?3
