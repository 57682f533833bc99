-- question: {"kind":"counts","range":{"from":"2026-01-01T10:00","to":"2026-01-01T12:00"}}
SELECT count(*) AS total, count(DISTINCT person) AS unique_persons
FROM events
WHERE ts >= '2026-01-01 10:00' AND ts < '2026-01-01 12:00';
