SELECT count(*) FROM cohort_ids WHERE tenant_id = ?1
