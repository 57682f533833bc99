-- question: {"kind":"trend","range":{"from":"2026-01-04","to":"2026-01-07"},"compare":"previous"}
-- The three days from the 4th, and three days from the 1st.
WITH days AS (
         SELECT unnest(generate_series(TIMESTAMPTZ '2026-01-01', '2026-01-06', INTERVAL 1 DAY))
             AS start),
     points AS (
         SELECT start, count(id) AS v
         FROM days LEFT JOIN events ON ts >= start AND ts < start + INTERVAL 1 DAY
         GROUP BY start)
SELECT [{'total': sum(v) FILTER (start >= '2026-01-04'),
         'previous': {
             'total': sum(v) FILTER (start < '2026-01-04'),
             'data': list({'t': iso(start), 'v': v} ORDER BY start)
                 FILTER (start < '2026-01-04')}}] AS series
FROM points;
