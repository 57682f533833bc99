-- question: {"kind":"trend","range":{"from":"2026-01-01","to":"2026-01-04"},"series":[{"measure":"avg","property":"n"}]}
WITH asked AS (
         SELECT ts, (properties ->> 'n')::DOUBLE AS n
         FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-04'),
     days AS (
         SELECT unnest(generate_series(TIMESTAMPTZ '2026-01-01', '2026-01-03', INTERVAL 1 DAY))
             AS start),
     points AS (
         SELECT start, round(avg(n), 6) AS v
         FROM days LEFT JOIN asked ON ts >= start AND ts < start + INTERVAL 1 DAY
         GROUP BY start)
SELECT [{'total': (SELECT round(avg(n), 6) FROM asked),
         'data': (SELECT list({'v': v} ORDER BY start) FROM points)}] AS series;
