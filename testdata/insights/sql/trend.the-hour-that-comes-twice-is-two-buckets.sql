-- question: {"kind":"trend","interval":"hour","range":{"from":"2026-10-25T00:00:00Z","to":"2026-10-25T02:00:00Z"}}
-- Whole hours of Berlin are whole hours of UTC; both begin at 02:00, the offset tells them apart.
WITH hours AS (
         SELECT unnest(generate_series(TIMESTAMPTZ '2026-10-25 00:00Z', '2026-10-25 01:00Z',
                                       INTERVAL 1 HOUR)) AS start),
     points AS (
         SELECT start, iso(start) AS t, count(id) AS v
         FROM hours LEFT JOIN events ON ts >= start AND ts < start + INTERVAL 1 HOUR
         GROUP BY start)
SELECT [{'data': list({'t': t, 'v': v} ORDER BY start)}] AS series FROM points;
