-- question: {"kind":"counts","range":{"from":"2026-01-01","to":"2026-01-02"},"filter":{"property":"plan","op":"contains","value":"pro"}}
SELECT count(*) AS total
FROM events
WHERE ts >= '2026-01-01' AND ts < '2026-01-02' AND properties ->> 'plan' ILIKE '%pro%';
