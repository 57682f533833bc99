-- question: {"kind":"funnel","range":{"from":"2026-01-01","to":"2026-01-11"},"steps":[{"event":"A"},{"event":"B"}],"window_seconds":3600,"order":"strict"}
-- B must be the very next event of the person.
WITH did AS (
    SELECT *, lead(event_type) OVER w AS next, lead(t) OVER w AS next_t
    FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-11'
    WINDOW w AS (PARTITION BY person ORDER BY t, id))
SELECT [{'count': count(DISTINCT person)},
        {'count': count(DISTINCT person) FILTER (next = 'B' AND next_t - t <= 3600 * 1000)}]
    AS steps
FROM did WHERE event_type = 'A';
