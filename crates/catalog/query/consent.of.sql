SELECT purpose, granted, at_ms FROM consents WHERE person = ?1 ORDER BY purpose
