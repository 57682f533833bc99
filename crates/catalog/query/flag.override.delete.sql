DELETE FROM flag_overrides WHERE person = ?1
