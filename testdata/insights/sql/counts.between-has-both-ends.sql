-- question: {"kind":"counts","range":{"from":"2026-01-01","to":"2026-01-02"},"filter":{"property":"n","op":"between","value":[1,3]}}
SELECT count(*) AS total
FROM events
WHERE ts >= '2026-01-01' AND ts < '2026-01-02'
  AND try_cast(properties ->> 'n' AS DOUBLE) BETWEEN 1 AND 3;
