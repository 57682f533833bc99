DELETE FROM cohort_ids WHERE tenant_id = ?1 AND cohort = ?2
