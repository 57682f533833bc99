-- question: {"kind":"trend","range":{"from":"2026-01-01","to":"2026-01-04"}}
WITH asked AS (FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-04'),
     days AS (
         SELECT unnest(generate_series(TIMESTAMPTZ '2026-01-01', '2026-01-03', INTERVAL 1 DAY))
             AS start),
     points AS (
         SELECT start, iso(start) AS t, count(id) AS v,
                start + INTERVAL 1 DAY > getvariable('now') AS partial
         FROM days LEFT JOIN asked ON ts >= start AND ts < start + INTERVAL 1 DAY
         GROUP BY start)
SELECT [{'name': 'any event', 'total': (SELECT count(*) FROM asked),
         'data': (SELECT list({'t': t, 'v': v, 'partial': partial} ORDER BY start) FROM points)}]
    AS series;
