SELECT tenant_id, person, purpose, granted FROM consents WHERE version > ?1
