INSERT INTO versions (noun, version) VALUES (?1, 1)
ON CONFLICT (noun) DO UPDATE SET version = version + 1
RETURNING version
