-- question: {"kind":"counts","range":{"from":"2026-01-01","to":"2026-01-11"},"filter":{"cohort":{"did":{"event":"B"},"within":{"from":"2026-01-01","to":"2026-01-11"}},"op":"in"}}
WITH members AS (
    SELECT person FROM events
    WHERE event_type = 'B' AND ts >= '2026-01-01' AND ts < '2026-01-11')
SELECT count(*) AS total, count(DISTINCT person) AS unique_persons
FROM events
WHERE ts >= '2026-01-01' AND ts < '2026-01-11' AND event_type <> '$set'
  AND person IN (FROM members);
