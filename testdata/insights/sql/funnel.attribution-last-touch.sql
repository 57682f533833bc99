-- question: {"kind":"funnel","range":{"from":"2026-01-01","to":"2026-01-11"},"steps":[{"event":"A"},{"event":"B"}],"window_seconds":3600,"breakdown":[{"property":"k"}],"attribution":"last_touch"}
-- Of the events that fill the steps of a person, the last one that has k.
WITH did AS (
         SELECT *, properties ->> 'k' AS k
         FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-11'),
     people AS (
         SELECT a.person, any_value(coalesce(b.k, a.k)) AS k, count(b.id) > 0 AS done
         FROM did a LEFT JOIN did b
             ON b.person = a.person AND b.event_type = 'B' AND (b.t, b.id) > (a.t, a.id)
             AND b.t - a.t <= 3600 * 1000
         WHERE a.event_type = 'A' GROUP BY a.person),
     lines AS (SELECT k, count(*) AS a, count(*) FILTER (done) AS b FROM people GROUP BY k)
SELECT list({'value': [{'value': k}], 'steps': [{'count': a}, {'count': b}]} ORDER BY a DESC, k)
    AS breakdown
FROM lines;
