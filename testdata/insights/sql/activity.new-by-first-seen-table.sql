-- question: {"kind":"lifecycle","range":{"from":"2026-01-04","to":"2026-01-05"}}
-- Who was seen before the horizon is not new; the day before has nothing, so back again.
WITH ever AS (
         SELECT person, min(ts) AS ts
         FROM (SELECT person, ts FROM events UNION ALL SELECT person, ts FROM first_seen)
         GROUP BY person),
     active AS (
         SELECT DISTINCT person FROM events WHERE ts >= '2026-01-04' AND ts < '2026-01-05'),
     before AS (
         SELECT DISTINCT person FROM events WHERE ts >= '2026-01-03' AND ts < '2026-01-04'),
     states AS (
         SELECT person IN (FROM active) AS now, person IN (FROM before) AS before,
                ts >= '2026-01-04' AS is_new
         FROM ever)
SELECT [{'new': count(*) FILTER (now AND is_new),
         'resurrecting': count(*) FILTER (now AND NOT is_new AND NOT before),
         'returning': count(*) FILTER (now AND NOT is_new AND before),
         'dormant': count(*) FILTER (before AND NOT now)}] AS data
FROM states;
