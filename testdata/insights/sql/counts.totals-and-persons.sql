-- question: {"kind":"counts","range":{"from":"2026-01-01","to":"2026-01-02"}}
-- Nobody is NULL, which count(DISTINCT) leaves out.
WITH asked AS (FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-02'),
     kinds AS (
         SELECT event_type, count(*) AS count, count(DISTINCT person) AS unique_persons
         FROM asked GROUP BY event_type)
SELECT count(*) AS total, count(DISTINCT person) AS unique_persons,
       (SELECT list(kinds ORDER BY count DESC, event_type) FROM kinds) AS events
FROM asked;
