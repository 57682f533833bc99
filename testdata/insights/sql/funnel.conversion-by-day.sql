-- question: {"kind":"funnel","range":{"from":"2026-01-01","to":"2026-01-03"},"steps":[{"event":"A"},{"event":"B"}],"trend":"day"}
-- The window is 14 days when none is told. Nobody here has two attempts.
WITH did AS (
         FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-03' AND person IS NOT NULL),
     people AS (
         SELECT a.person, min(a.ts) AS began, count(b.id) > 0 AS done
         FROM did a LEFT JOIN did b
             ON b.person = a.person AND b.event_type = 'B' AND (b.t, b.id) > (a.t, a.id)
             AND b.t - a.t <= 14 * 86400 * 1000
         WHERE a.event_type = 'A' GROUP BY a.person),
     points AS (
         SELECT start, count(person) AS entered, count(*) FILTER (done) AS converted
         FROM (SELECT unnest([TIMESTAMPTZ '2026-01-01', TIMESTAMPTZ '2026-01-02']) AS start)
             LEFT JOIN people ON date_trunc('day', began) = start
         GROUP BY start)
SELECT list({'t': iso(start), 'entered': entered, 'converted': converted,
             'rate': round(converted / nullif(entered, 0), 6)} ORDER BY start) AS trend
FROM points;
