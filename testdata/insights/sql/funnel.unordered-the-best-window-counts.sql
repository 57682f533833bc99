-- question: {"kind":"funnel","range":{"from":"2026-01-01","to":"2026-01-11"},"steps":[{"event":"A"},{"event":"B"},{"event":"C"}],"window_seconds":3600,"order":"unordered"}
-- Of each hour that begins with an event, the number of different steps; the best hour counts.
WITH did AS (
         FROM events
         WHERE ts >= '2026-01-01' AND ts < '2026-01-11' AND event_type IN ('A', 'B', 'C')),
     windows AS (
         SELECT a.person, a.id, count(DISTINCT b.event_type) AS n
         FROM did a JOIN did b
             ON b.person = a.person AND b.t BETWEEN a.t AND a.t + 3600 * 1000
         GROUP BY a.person, a.id),
     best AS (SELECT person, max(n) AS n FROM windows GROUP BY person)
SELECT [{'count': count(*) FILTER (n >= 1)}, {'count': count(*) FILTER (n >= 2)},
        {'count': count(*) FILTER (n >= 3)}] AS steps
FROM best;
