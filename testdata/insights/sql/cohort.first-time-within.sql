-- question: {"kind":"cohort","cohort":{"first_time":{"event":"A"},"within":{"from":"2026-01-02","to":"2026-01-11"}}}
WITH first AS (SELECT person, min(ts) AS ts FROM events WHERE event_type = 'A' GROUP BY person)
SELECT count(*) AS size FROM first WHERE ts >= '2026-01-02' AND ts < '2026-01-11';
