-- question: {"kind":"counts","range":{"from":"2026-01-01","to":"2026-01-02"},"filter":{"property":"n","op":"not_in","value":[0]}}
SELECT count(*) AS total
FROM events
WHERE ts >= '2026-01-01' AND ts < '2026-01-02'
  AND coalesce(try_cast(properties ->> 'n' AS DOUBLE) NOT IN (0), true);
