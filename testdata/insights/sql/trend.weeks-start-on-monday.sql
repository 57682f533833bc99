-- question: {"kind":"trend","interval":"week","range":{"from":"2026-01-04","to":"2026-01-06"}}
-- date_trunc begins weeks on Monday. A week is partial that is not wholly in the range.
WITH points AS (
    SELECT date_trunc('week', ts) AS start, count(*) AS v,
           start < '2026-01-04' OR start + INTERVAL 7 DAY > '2026-01-06' AS partial
    FROM events
    WHERE ts >= '2026-01-04' AND ts < '2026-01-06'
    GROUP BY start)
SELECT [{'data': list({'t': iso(start), 'v': v, 'partial': partial} ORDER BY start)}] AS series
FROM points;
