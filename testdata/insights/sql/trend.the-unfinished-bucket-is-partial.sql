-- question: {"kind":"trend","range":{"last":"2d"}}
-- The last two days, the current one included.
WITH days AS (
         SELECT unnest(generate_series(date_trunc('day', getvariable('now')) - INTERVAL 1 DAY,
                                       getvariable('now'), INTERVAL 1 DAY)) AS start),
     points AS (
         SELECT start, count(id) AS v, start + INTERVAL 1 DAY > getvariable('now') AS partial
         FROM days LEFT JOIN events ON ts >= start AND ts < start + INTERVAL 1 DAY
         GROUP BY start)
SELECT [{'data': list({'v': v, 'partial': partial} ORDER BY start)}] AS series FROM points;
