-- question: {"kind":"trend","range":{"from":"2026-01-01","to":"2026-01-04"},"series":[{},{"measure":"sum","property":"n"}],"formula":"A/B*100"}
-- What DuckDB divides by zero is infinite or no number; nullif makes it null.
WITH asked AS (
         SELECT id, ts, (properties ->> 'n')::DOUBLE AS n
         FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-04'),
     days AS (
         SELECT unnest(generate_series(TIMESTAMPTZ '2026-01-01', '2026-01-03', INTERVAL 1 DAY))
             AS start),
     points AS (
         SELECT start, round(count(id) / nullif(coalesce(sum(n), 0), 0) * 100, 6) AS v
         FROM days LEFT JOIN asked ON ts >= start AND ts < start + INTERVAL 1 DAY
         GROUP BY start)
SELECT [{'name': 'A/B*100',
         'total': (SELECT round(count(id) / nullif(sum(n), 0) * 100, 6) FROM asked),
         'data': (SELECT list({'v': v} ORDER BY start) FROM points)}] AS series;
