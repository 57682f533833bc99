-- question: {"kind":"cohort","cohort":{"did":{"event":"A"},"times":{"at_least":2},"within":{"from":"2026-01-01","to":"2026-01-11"}}}
WITH members AS (
    SELECT person FROM events
    WHERE event_type = 'A' AND ts >= '2026-01-01' AND ts < '2026-01-11' AND person IS NOT NULL
    GROUP BY person HAVING count(*) >= 2)
SELECT count(*) AS size FROM members;
