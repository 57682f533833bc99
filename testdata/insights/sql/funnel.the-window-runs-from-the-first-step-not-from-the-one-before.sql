-- question: {"kind":"funnel","range":{"from":"2026-01-01","to":"2026-01-11"},"steps":[{"event":"A"},{"event":"B"},{"event":"C"}],"window_seconds":3600}
-- An attempt follows the events of its person one by one and may take at most one step at each.
WITH RECURSIVE
    did AS (FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-11'),
    walk AS (
        SELECT person, t AS began, t, id, 1 AS step FROM did WHERE event_type = 'A'
        UNION
        SELECT walk.person, began, did.t, did.id, step + 1
        FROM walk JOIN did USING (person)
        WHERE event_type = ['A', 'B', 'C'][step + 1] AND (did.t, did.id) > (walk.t, walk.id)
          AND did.t - began <= 3600 * 1000)
SELECT [{'count': count(DISTINCT person) FILTER (step >= 1)},
        {'count': count(DISTINCT person) FILTER (step >= 2)},
        {'count': count(DISTINCT person) FILTER (step >= 3)}] AS steps
FROM walk;
