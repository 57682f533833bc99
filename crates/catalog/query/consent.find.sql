SELECT granted, at_ms FROM consents WHERE person = ?1 AND purpose = ?2
