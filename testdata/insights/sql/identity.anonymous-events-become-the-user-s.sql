-- question: {"kind":"counts","range":{"from":"2026-01-01","to":"2026-01-03"}}
SELECT count(*) AS total, count(DISTINCT person) AS unique_persons
FROM events
WHERE ts >= '2026-01-01' AND ts < '2026-01-03' AND event_type <> '$identify';
