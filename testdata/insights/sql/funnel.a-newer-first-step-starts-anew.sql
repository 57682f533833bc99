-- question: {"kind":"funnel","range":{"from":"2026-01-01","to":"2026-01-11"},"steps":[{"event":"A"},{"event":"B"}],"window_seconds":3600}
-- The seconds are those of the first attempt, by the time of its A, that reaches B.
WITH did AS (FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-11'),
     attempts AS (
         SELECT a.person, a.t, min(b.t) - a.t AS ms
         FROM did a LEFT JOIN did b
             ON b.person = a.person AND b.event_type = 'B' AND (b.t, b.id) > (a.t, a.id)
             AND b.t - a.t <= 3600 * 1000
         WHERE a.event_type = 'A' GROUP BY a.person, a.t),
     people AS (
         SELECT person, arg_min(ms, t) FILTER (ms IS NOT NULL) / 1000 AS seconds
         FROM attempts GROUP BY person)
SELECT [{'count': count(*), 'avg_seconds': NULL},
        {'count': count(seconds), 'avg_seconds': avg(seconds)}] AS steps
FROM people;
