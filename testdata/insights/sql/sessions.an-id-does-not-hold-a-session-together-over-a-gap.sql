-- question: {"kind":"sessions","range":{"from":"2026-01-01","to":"2026-01-11"}}
WITH starts AS (
    SELECT ts FROM events
    QUALIFY coalesce(t - lag(t) OVER (PARTITION BY person, session_id ORDER BY t, id)
                     > 30 * 60 * 1000, true))
SELECT count(*) AS sessions FROM starts WHERE ts >= '2026-01-01' AND ts < '2026-01-11';
