INSERT INTO flag_overrides (person, masked) VALUES (?1, ?2)
