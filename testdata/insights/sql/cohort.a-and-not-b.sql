-- question: {"kind":"cohort","cohort":{"all":[{"did":{"event":"A"},"within":{"from":"2026-01-01","to":"2026-01-11"}},{"not":{"did":{"event":"B"},"within":{"from":"2026-01-01","to":"2026-01-11"}}}]}}
WITH did AS (FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-11'),
     members AS (
         SELECT person FROM did WHERE event_type = 'A'
         EXCEPT SELECT person FROM did WHERE event_type = 'B')
SELECT count(*) AS size FROM members;
