INSERT INTO audit_head (one, seq, hash) VALUES (1, ?1, ?2)
ON CONFLICT (one) DO UPDATE SET seq = ?1, hash = ?2
