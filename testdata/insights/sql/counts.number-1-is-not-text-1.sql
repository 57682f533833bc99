-- question: {"kind":"counts","range":{"from":"2026-01-01","to":"2026-01-02"},"filter":{"property":"p","op":"is","value":1}}
SELECT count(*) AS total, count(DISTINCT person) AS unique_persons
FROM events
WHERE ts >= '2026-01-01' AND ts < '2026-01-02'
  AND json_type(properties, '$.p') IN ('UBIGINT', 'BIGINT', 'DOUBLE')
  AND try_cast(properties ->> 'p' AS DOUBLE) = 1;
