-- question: {"kind":"funnel","range":{"from":"2026-01-01","to":"2026-01-11"},"steps":[{"event":"A"},{"event":"B"}],"per":"session"}
-- Sessions are numbered by gaps over 30 minutes; the steps must lie in one session.
WITH gaps AS (
         SELECT *, coalesce(t - lag(t) OVER (PARTITION BY person, session_id ORDER BY t, id)
                            > 30 * 60 * 1000, true) AS begins
         FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-11'),
     did AS (
         SELECT *, sum(begins::INTEGER) OVER (PARTITION BY person, session_id ORDER BY t, id) AS nth
         FROM gaps),
     sessions AS (
         SELECT a.person, a.session_id, a.nth, count(b.id) > 0 AS done
         FROM did a LEFT JOIN did b
             ON b.person = a.person AND b.session_id IS NOT DISTINCT FROM a.session_id
             AND b.nth = a.nth AND b.event_type = 'B' AND (b.t, b.id) > (a.t, a.id)
         WHERE a.event_type = 'A' GROUP BY ALL)
SELECT [{'count': count(*)}, {'count': count(*) FILTER (done)}] AS steps FROM sessions;
