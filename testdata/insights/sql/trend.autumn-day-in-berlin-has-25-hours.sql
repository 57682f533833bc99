-- question: {"kind":"trend","range":{"from":"2026-10-25","to":"2026-10-27"}}
WITH days AS (
         SELECT unnest(generate_series(TIMESTAMPTZ '2026-10-25', '2026-10-26', INTERVAL 1 DAY))
             AS start),
     points AS (
         SELECT start, iso(start) AS t, count(id) AS v
         FROM days LEFT JOIN events ON ts >= start AND ts < start + INTERVAL 1 DAY
         GROUP BY start)
SELECT [{'data': list({'t': t, 'v': v} ORDER BY start)}] AS series FROM points;
