DELETE FROM flag_history
WHERE tenant_id = ?1 AND flag_id = ?2 AND seq <= (
    SELECT seq FROM flag_history WHERE tenant_id = ?1 AND flag_id = ?2
    ORDER BY seq DESC LIMIT 1 OFFSET ?3
)
