-- question: {"kind":"trend","range":{"from":"2026-01-01","to":"2026-01-04"},"series":[{"measure":"sum","property":"n"}]}
WITH asked AS (
         SELECT ts, (properties ->> 'n')::DECIMAL(38, 6) AS n
         FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-04'),
     days AS (
         SELECT unnest(generate_series(TIMESTAMPTZ '2026-01-01', '2026-01-03', INTERVAL 1 DAY))
             AS start),
     points AS (
         SELECT start, coalesce(sum(n), 0) AS v
         FROM days LEFT JOIN asked ON ts >= start AND ts < start + INTERVAL 1 DAY
         GROUP BY start)
SELECT [{'total': (SELECT sum(n) FROM asked),
         'data': (SELECT list({'v': v} ORDER BY start) FROM points)}] AS series;
