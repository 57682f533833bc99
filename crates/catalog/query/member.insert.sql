INSERT INTO cohort_ids (tenant_id, cohort, distinct_id) VALUES (?1, ?2, ?3)
ON CONFLICT DO NOTHING
