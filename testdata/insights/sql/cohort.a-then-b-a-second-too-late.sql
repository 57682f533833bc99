-- question: {"kind":"cohort","cohort":{"did":{"event":"A"},"then":{"event":"B"},"within_seconds":86399,"within":{"from":"2026-01-01","to":"2026-01-11"}}}
WITH did AS (FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-11')
SELECT count(DISTINCT a.person) AS size
FROM did a JOIN did b USING (person)
WHERE a.event_type = 'A' AND b.event_type = 'B' AND (b.t, b.id) > (a.t, a.id)
  AND b.t - a.t <= 86399 * 1000;
