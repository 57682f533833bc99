-- question: {"kind":"trend","range":{"from":"2026-01-01","to":"2026-01-04"},"series":[{"measure":"unique_persons"}],"cumulative":true}
WITH days AS (
         SELECT unnest(generate_series(TIMESTAMPTZ '2026-01-01', '2026-01-03', INTERVAL 1 DAY))
             AS start),
     points AS (
         SELECT start, (SELECT count(DISTINCT person) FROM events
                        WHERE ts >= '2026-01-01' AND ts < start + INTERVAL 1 DAY) AS v
         FROM days)
SELECT [{'total': (SELECT count(DISTINCT person) FROM events
                   WHERE ts >= '2026-01-01' AND ts < '2026-01-04'),
         'data': (SELECT list({'v': v} ORDER BY start) FROM points)}] AS series;
