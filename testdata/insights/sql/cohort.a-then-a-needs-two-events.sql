-- question: {"kind":"cohort","cohort":{"did":{"event":"A"},"then":{"event":"A"},"within_seconds":60,"within":{"from":"2026-01-01","to":"2026-01-02"}}}
WITH did AS (FROM events WHERE event_type = 'A' AND ts >= '2026-01-01' AND ts < '2026-01-02')
SELECT count(DISTINCT a.person) AS size
FROM did a JOIN did b USING (person)
WHERE (b.t, b.id) > (a.t, a.id) AND b.t - a.t <= 60 * 1000;
