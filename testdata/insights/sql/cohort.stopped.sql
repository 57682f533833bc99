-- question: {"kind":"cohort","cohort":{"stopped":{"event":"B"},"quiet_seconds":604800,"within":{"from":"2026-01-01","to":"2026-01-11"}}}
-- Did B in the range, but not in its last 604,800 seconds.
WITH members AS (
    SELECT person FROM events
    WHERE event_type = 'B' AND ts >= '2026-01-01' AND ts < '2026-01-11'
    GROUP BY person HAVING max(ts) < TIMESTAMPTZ '2026-01-11' - INTERVAL 604800 SECOND)
SELECT count(*) AS size FROM members;
