-- question: {"kind":"cohort","cohort":{"did":{"event":"A"},"times":{"at_most":1},"within":{"from":"2026-01-01","to":"2026-01-11"}}}
-- Everybody with any event, silent ones too, with their number of A.
WITH members AS (
    SELECT person FROM events
    WHERE person IS NOT NULL
    GROUP BY person
    HAVING count(*) FILTER (event_type = 'A' AND ts >= '2026-01-01' AND ts < '2026-01-11') <= 1)
SELECT count(*) AS size FROM members;
