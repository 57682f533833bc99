-- question: {"kind":"trend","range":{"from":"2026-01-01","to":"2026-01-04"},"moving_average":2}
WITH days AS (
         SELECT unnest(generate_series(TIMESTAMPTZ '2026-01-01', '2026-01-03', INTERVAL 1 DAY))
             AS start),
     counted AS (
         SELECT start, count(id) AS n
         FROM days LEFT JOIN events ON ts >= start AND ts < start + INTERVAL 1 DAY
         GROUP BY start),
     points AS (
         SELECT start, avg(n) OVER (ORDER BY start ROWS 1 PRECEDING) AS v FROM counted)
SELECT [{'data': (SELECT list({'v': v} ORDER BY start) FROM points)}] AS series;
