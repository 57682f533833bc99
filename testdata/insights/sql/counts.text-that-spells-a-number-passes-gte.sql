-- question: {"kind":"counts","range":{"from":"2026-01-01","to":"2026-01-02"},"filter":{"property":"p","op":"gte","value":1}}
SELECT count(*) AS total
FROM events
WHERE ts >= '2026-01-01' AND ts < '2026-01-02' AND try_cast(properties ->> 'p' AS DOUBLE) >= 1;
