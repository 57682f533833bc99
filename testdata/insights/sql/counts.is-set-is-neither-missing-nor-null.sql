-- question: {"kind":"counts","range":{"from":"2026-01-01","to":"2026-01-02"},"filter":{"property":"p","op":"is_set"}}
SELECT count(*) AS total
FROM events
WHERE ts >= '2026-01-01' AND ts < '2026-01-02' AND json_type(properties, '$.p') <> 'NULL';
