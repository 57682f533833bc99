-- question: {"kind":"trend","interval":"week","week_start":"sunday","range":{"from":"2026-01-04","to":"2026-01-06"}}
-- The Monday of the day after, less a day.
WITH points AS (
    SELECT date_trunc('week', ts + INTERVAL 1 DAY) - INTERVAL 1 DAY AS start, count(*) AS v,
           start < '2026-01-04' OR start + INTERVAL 7 DAY > '2026-01-06' AS partial
    FROM events
    WHERE ts >= '2026-01-04' AND ts < '2026-01-06'
    GROUP BY start)
SELECT [{'data': list({'t': iso(start), 'v': v, 'partial': partial} ORDER BY start)}] AS series
FROM points;
