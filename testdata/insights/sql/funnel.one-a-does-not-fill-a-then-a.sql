-- question: {"kind":"funnel","range":{"from":"2026-01-01","to":"2026-01-11"},"steps":[{"event":"A"},{"event":"A"}],"window_seconds":3600}
WITH did AS (FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-11' AND event_type = 'A')
SELECT [{'count': count(DISTINCT a.person)}, {'count': count(DISTINCT b.person)}] AS steps
FROM did a LEFT JOIN did b
    ON b.person = a.person AND (b.t, b.id) > (a.t, a.id) AND b.t - a.t <= 3600 * 1000;
