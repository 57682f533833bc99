-- question: {"kind":"funnel","range":{"from":"2026-01-01","to":"2026-01-11"},"steps":[{"event":"A"},{"event":"B"}],"window_seconds":3600}
-- Every A is an attempt that goes on to the next B of its person within the hour.
WITH did AS (
         FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-11' AND person IS NOT NULL),
     attempts AS (
         SELECT a.person, a.t, a.id, min(b.t) - a.t AS ms
         FROM did a LEFT JOIN did b
             ON b.person = a.person AND b.event_type = 'B' AND (b.t, b.id) > (a.t, a.id)
             AND b.t - a.t <= 3600 * 1000
         WHERE a.event_type = 'A' GROUP BY a.person, a.t, a.id),
     people AS (
         SELECT person, arg_min(ms, (t, id)) FILTER (ms IS NOT NULL) / 1000 AS seconds
         FROM attempts GROUP BY person),
     sums AS (
         SELECT count(*) AS a, count(seconds) AS b, median(seconds) AS median, avg(seconds) AS avg,
                min(seconds) AS min, max(seconds) AS max
         FROM people)
SELECT [{'name': 'A', 'count': a, 'from_previous': 1.0, 'from_first': 1.0,
         'median_seconds': NULL, 'avg_seconds': NULL},
        {'name': 'B', 'count': b, 'from_previous': round(b / a, 6), 'from_first': round(b / a, 6),
         'median_seconds': median, 'avg_seconds': round(avg, 3)}] AS steps,
       {'min_seconds': min, 'median_seconds': median, 'avg_seconds': round(avg, 3),
        'max_seconds': max} AS time_to_convert
FROM sums;
