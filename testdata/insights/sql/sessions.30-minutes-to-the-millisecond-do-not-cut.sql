-- question: {"kind":"sessions","range":{"from":"2026-01-01","to":"2026-01-11"}}
WITH gaps AS (
         SELECT *, coalesce(t - lag(t) OVER (PARTITION BY person, session_id ORDER BY t, id)
                            > 30 * 60 * 1000, true) AS begins
         FROM events),
     numbered AS (
         SELECT *, sum(begins::INTEGER) OVER (PARTITION BY person, session_id ORDER BY t, id) AS nth
         FROM gaps),
     sessions AS (
         SELECT person, count(*) AS n, (max(t) - min(t)) / 1000 AS seconds
         FROM numbered GROUP BY person, session_id, nth
         HAVING min(ts) >= '2026-01-01' AND min(ts) < '2026-01-11')
SELECT count(*) AS sessions, count(DISTINCT person) AS persons, avg(seconds) AS avg_seconds,
       median(seconds) AS median_seconds, avg(n) AS events_per_session
FROM sessions;
