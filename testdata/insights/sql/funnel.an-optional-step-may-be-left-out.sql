-- question: {"kind":"funnel","range":{"from":"2026-01-01","to":"2026-01-11"},"steps":[{"event":"A"},{"event":"B","optional":true},{"event":"C"}],"window_seconds":3600}
-- C is reached with or without B; B counts where it lies between A and a C, or behind A alone.
WITH did AS (FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-11'),
     people AS (
         SELECT a.person,
                bool_or(b.id IS NOT NULL) AS did_b, bool_or(c.id IS NOT NULL) AS did_c
         FROM did a
             LEFT JOIN did c ON c.person = a.person AND c.event_type = 'C'
                 AND (c.t, c.id) > (a.t, a.id) AND c.t - a.t <= 3600 * 1000
             LEFT JOIN did b ON b.person = a.person AND b.event_type = 'B'
                 AND (b.t, b.id) > (a.t, a.id) AND b.t - a.t <= 3600 * 1000
                 AND (c.id IS NULL OR (b.t, b.id) < (c.t, c.id))
         WHERE a.event_type = 'A' GROUP BY a.person),
     sums AS (
         SELECT count(*) AS a, count(*) FILTER (did_b) AS b, count(*) FILTER (did_c) AS c
         FROM people)
SELECT [{'count': a, 'from_previous': 1.0, 'from_first': 1.0},
        {'count': b, 'from_previous': b / a, 'from_first': b / a},
        {'count': c, 'from_previous': c / a, 'from_first': c / a}] AS steps
FROM sums;
